/**
 * The provisioning API of a bridge of the mautrix family. Nothing publishes it: it is reached from inside the bridge's own container.
 * Source: maunium.net/go/mautrix v0.26.0 to v0.30.0, bridgev2/matrix/provisioning.go and bridgev2/login.go
 */
import { parse } from "yaml";
import { mautrixConfigPath } from "../../components/bridges/mautrix/networks.ts";
import { Failure } from "../project/failure.ts";
import { shortened } from "../project/visible.ts";
import { docker, dockerFed } from "../stack/docker.ts";

export interface LoginFlow {
    id: string;
    name: string;
    description: string;
}

export interface LoginField {
    id: string;
    /** Of an input: username, password, phone_number, email, 2fa_code, token, url, domain, select, captcha_code. */
    type?: string;
    name?: string;
    description?: string;
    /** JavaScript's and Go's have what is used here in common. */
    pattern?: string;
    options?: string[];
    /** Of a cookie. Default: true for an input. */
    required?: boolean;
}

export interface LoginStep {
    login_id: string;
    type: "user_input" | "cookies" | "display_and_wait" | "complete" | string;
    step_id: string;
    /** From v0.30.0 on: of this one step, so that a request can be repeated. */
    txn_id?: string;
    instructions?: string;
    display_and_wait?: { type: "qr" | "emoji" | "code" | "nothing" | string; data?: string };
    user_input?: { fields: LoginField[] };
    cookies?: { url: string; fields: LoginField[] };
    complete?: { user_login_id: string };
}

/** What the bridge says no with. */
export class Refused extends Failure {
    constructor(
        readonly code: string,
        message: string,
    ) {
        super(message);
    }
}

export interface ProvisioningApi {
    flows(): Promise<LoginFlow[]>;
    start(flow: string): Promise<LoginStep>;
    /** Answers a step, or waits for what it shows. @returns the next */
    step(step: LoginStep, values: Record<string, string>): Promise<LoginStep>;
    /** Where the bridge can; others forget a login by themselves. */
    cancel(step: LoginStep): Promise<void>;
}

interface Configuration {
    appservice: { port: number };
    provisioning?: { shared_secret?: string };
}

const quickSeconds = 30;

/**
 * @param container of the bridge
 * @param userId account that is signed in to the network
 * @param waitSeconds most that a step may wait for a person
 * @param signal ends a step that waits
 * @throws Failure if the bridge has no such API
 */
export async function provisioningApi(
    container: string,
    userId: string,
    waitSeconds: number,
    signal: AbortSignal,
): Promise<ProvisioningApi> {
    const { appservice, provisioning }: Configuration = parse(await docker(["exec", container, "cat", mautrixConfigPath], 10));
    const secret = provisioning?.shared_secret ?? "disable";
    if (secret === "disable") throw new Failure("the bridge's provisioning API is turned off in its config (provisioning.shared_secret)");
    const base = `http://127.0.0.1:${appservice.port}/_matrix/provision/v3`;
    const request = async <T>(method: string, path: string, body?: object, seconds = quickSeconds, end?: AbortSignal): Promise<T> => {
        const url = new URL(base + path);
        url.searchParams.set("user_id", userId);
        const options = curlOptions({ method, url: `${url}`, secret, body, seconds });
        const words = ["exec", "--interactive", container, "curl", "--config", "-"];
        return answerIn(await dockerFed(words, options, seconds + 5, end));
    };
    const encoded = encodeURIComponent;
    return {
        flows: async () => (await request<{ flows: LoginFlow[] }>("GET", "/login/flows")).flows,
        start: (flow) => request("POST", `/login/start/${encoded(flow)}`, {}),
        step: ({ login_id, step_id, type, txn_id }, values) => {
            const once = txn_id === undefined ? "" : `?txn_id=${encoded(txn_id)}`;
            return request(
                "POST",
                `/login/step/${encoded(login_id)}/${encoded(step_id)}/${encoded(type)}${once}`,
                values,
                waitSeconds,
                signal,
            );
        },
        cancel: ({ login_id }) => request("POST", `/login/cancel/${encoded(login_id)}`, {}),
    };
}

interface Request {
    method: string;
    url: string;
    /** Opens the API. */
    secret: string;
    body: object | undefined;
    seconds: number;
}

/** As curl reads its options from standard input: in no command line, the secret shows nowhere. Source: curl(1), --config */
export function curlOptions({ method, url, secret, body, seconds }: Request): string {
    const options = {
        request: method,
        url,
        header: `Authorization: Bearer ${secret}`,
        ...(body && { json: JSON.stringify(body) }),
        "max-time": `${seconds}`,
        "write-out": "\n%{http_code}",
    };
    const lines = Object.entries(options).map(([name, value]) => `${name} = ${quotedForCurl(value)}`);
    return ["silent", "show-error", ...lines, ""].join("\n");
}

function quotedForCurl(text: string): string {
    const escapes: Record<string, string> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };
    return `"${text.replace(/[\\"\n\r\t]/g, (character) => escapes[character] as string)}"`;
}

/** @throws Refused with what the bridge says */
export function answerIn<T>(output: string): T {
    const end = output.lastIndexOf("\n");
    const [text, status] = [output.slice(0, end), Number(output.slice(end + 1))];
    let answer: { errcode?: string; error?: string };
    try {
        answer = JSON.parse(text);
    } catch {
        throw new Failure(`the bridge's provisioning API answered ${status} with something that is not JSON: ${shortened(text, 80)}`);
    }
    if (status >= 200 && status < 300) return answer as T;
    throw new Refused(
        answer.errcode ?? `${status}`,
        `the bridge refused: ${shortened(answer.error ?? text, 200)} (${answer.errcode ?? status})`,
    );
}
