/** Accounts that nobody was to get: by registration from outside, and by the token of an application service. */
import { createHmac } from "node:crypto";
import { askGateway } from "../gateway.ts";
import { countsOf, inTurns, type Outcome, type Target } from "./attack.ts";

interface Attempt {
    method?: "GET" | "POST" | "PUT";
    path: string;
    token?: string;
    body?: object;
}

interface Answered extends Attempt {
    status: number;
    answer: string;
}

function askAll({ base, outputs }: Target, attempts: readonly Attempt[]): Promise<Answered[]> {
    return inTurns(attempts, 4, async (attempt) => {
        const { method = "POST", path, token, body } = attempt;
        const text = body && Buffer.from(JSON.stringify(body));
        const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(text && { "content-length": `${text.length}` }) };
        const { status, body: answer } = await askGateway(base + 43, path, outputs.certificateAuthority, "localhost", {
            method,
            headers,
            ...(text && { body: text }),
        });
        return { ...attempt, status, answer };
    });
}

const shown = ({ method = "POST", path, body, status, answer }: Answered) =>
    `${method} ${path} ${JSON.stringify(body)} → ${status} ${answer.slice(0, 200)}`;

/** All that have ever made an account, each tried in every version of the API. */
export async function register(target: Target): Promise<Outcome> {
    const { registrationSharedSecret: secret, adminUserId } = target.outputs;
    let count = 0;
    const name = () => `intruder${process.pid}x${count++}`;
    const password = "correct horse battery staple";
    const mac = (...texts: string[]) => createHmac("sha1", secret).update(texts.join("\0")).digest("hex");
    const stages = [
        "m.login.dummy",
        "m.login.recaptcha",
        "m.login.terms",
        "m.login.email.identity",
        "m.login.msisdn",
        "m.login.registration_token",
        "org.matrix.msc3231.login.registration_token",
        "m.login.shared_secret",
        "m.login.password",
        "x",
    ];
    const bodies = (): object[] => [
        { username: name(), password },
        { username: name(), password, inhibit_login: true },
        { username: name(), password, admin: true },
        {},
        ...stages.map((type) => ({ username: name(), password, auth: { type, session: "x", token: "x", response: "x" } })),
        ...stages.map((type) => ({ username: name(), password, auth: { type } })),
        { username: name(), type: "m.login.application_service" },
        { username: name(), type: "org.matrix.login.shared_secret", user: name(), password, mac: mac(name(), password) },
        { user: name(), password, type: "m.login.shared_secret", admin: true, mac: mac("x") },
        { username: adminUserId, password },
        { username: name(), password, access_token: secret },
    ];
    const versions = ["v3", "r0", "v1", "unstable", "api/v1", "v2_alpha"];
    const attempts: Attempt[] = [
        ...versions.flatMap((version) =>
            ["", "?kind=guest", "?kind=user&admin=true"].flatMap((kind) =>
                bodies().map((body) => ({ path: `/_matrix/client/${version}/register${kind}`, body })),
            ),
        ),
        ...versions.flatMap((version) =>
            [
                "m.login.token",
                "m.login.jwt",
                "org.matrix.login.jwt",
                "m.login.sso",
                "m.login.application_service",
                "uk.half-shot.msc2778.login.application_service",
            ].map((type) => ({
                path: `/_matrix/client/${version}/login`,
                body: { type, token: secret, identifier: { type: "m.id.user", user: adminUserId } },
            })),
        ),
        ...[
            "/_synapse/admin/v1/register",
            "/_matrix/client/v3/admin/register",
            "/_synapse/client/register",
            "/_synapse/client/new_user_consent",
            "/_synapse/client/pick_username/submit",
        ].map((path) => ({
            path,
            body: { nonce: "x", username: name(), password, admin: true, mac: mac("x", name(), password, "admin") },
        })),
    ];
    const answers = await askAll(target, attempts);
    const got = answers.filter(({ status, answer }) => status === 200 && /"(access_token|user_id)"/.test(answer));
    return {
        tried: "registration from outside",
        times: attempts.length,
        succeeded: got.map(shown),
        seen: countsOf(answers.map(({ status }) => status)),
    };
}

export interface Service {
    token: string;
    /** One of its own users. */
    own: string;
    /** Others, who exist. */
    others: string[];
}

/** The token of an application service, used for accounts that are not its own. */
export async function actAsOthers(target: Target, { token, own, others }: Service): Promise<Outcome> {
    const [room = ""] = Object.values(target.outputs.rooms);
    const names = [
        ...others,
        own.toUpperCase(),
        `${own}x`,
        own.replace(/:.*/, ":elsewhere.example"),
        `${own}%00`,
        `${own}:localhost`,
        "@:localhost",
        `${own},${others[0]}`,
    ];
    const requests: Attempt[] = [
        { method: "GET", path: "/_matrix/client/v3/account/whoami" },
        { method: "GET", path: "/_matrix/client/v3/joined_rooms" },
        { method: "GET", path: "/_matrix/client/v3/sync?timeout=0" },
        { method: "GET", path: "/_matrix/client/v3/devices" },
        {
            method: "PUT",
            path: `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${process.pid}`,
            body: { msgtype: "m.text", body: "hello" },
        },
        { method: "POST", path: "/_matrix/client/v3/createRoom", body: {} },
        { method: "POST", path: "/_matrix/client/v3/account/password", body: { new_password: "correct horse battery staple" } },
    ];
    const joined = (path: string, query: string) => `${path}${path.includes("?") ? "&" : "?"}${query}`;
    const asked = names.flatMap((name) =>
        ["user_id", "org.matrix.msc3202.device_id=X&user_id"].flatMap((key) =>
            requests.map((request) => ({ ...request, token, path: joined(request.path, `${key}=${encodeURIComponent(name)}`) })),
        ),
    );
    const twice = others.map((name) => ({
        method: "GET" as const,
        token,
        path: `/_matrix/client/v3/account/whoami?user_id=${encodeURIComponent(own)}&user_id=${encodeURIComponent(name)}`,
    }));
    const profiles = others.flatMap((name) => [
        {
            method: "PUT" as const,
            token,
            path: `/_matrix/client/v3/profile/${encodeURIComponent(name)}/displayname`,
            body: { displayname: "x" },
        },
    ]);
    const signIns = names.flatMap((name) =>
        ["m.login.application_service", "uk.half-shot.msc2778.login.application_service"].flatMap((type) => [
            { token, path: "/_matrix/client/v3/login", body: { type, identifier: { type: "m.id.user", user: name } } },
            { token, path: "/_matrix/client/v3/login", body: { type, user: name } },
        ]),
    );
    const registrations = [...names, "intruder", "@intruder:localhost"].map((username) => ({
        token,
        path: "/_matrix/client/v3/register",
        body: { type: "m.login.application_service", username },
    }));
    const administration = ["GET", "POST"].map((method) => ({ method: method as "GET", token, path: "/_synapse/admin/v2/users" }));
    const attempts: Attempt[] = [...asked, ...twice, ...profiles, ...signIns, ...registrations, ...administration];
    const answers = await askAll(target, attempts);
    // Where it is let in as itself, it is nobody else.
    const got = answers.filter(({ status, answer }) => status === 200 && !answer.includes(`"user_id":"${own}"`));
    const [control] = await askAll(target, [
        { method: "GET", token, path: `/_matrix/client/v3/account/whoami?user_id=${encodeURIComponent(own)}` },
    ]);
    if (control?.status !== 200) throw new Error(`the token is good for nothing: ${control && shown(control)}`);
    return {
        tried: "an application service's token for others",
        times: attempts.length,
        succeeded: got.map(shown),
        seen: countsOf(answers.map(({ status }) => status)),
    };
}
