/** Whether the administrator can sign in, and what the homeserver tells those who are signed in of its relay. */
import { type Answer, type JsonObject, objectIn, Unwell } from "../checks/federation/answer.ts";
import type { Checking } from "../checks/federation/checking.ts";
import { type Listener, question } from "../checks/federation/listener.ts";
import type { Finding, Step } from "../checks/federation/report.ts";
import type { Credentials } from "../checks/relay/turn/credentials.ts";
import type { Deployed } from "./deployed.ts";

export interface SignedIn {
    steps: Step[];
    /** Absent where the homeserver could not be asked, or offers no relay. */
    credentials?: Credentials;
}

/** One device for all verifications: what a killed one leaves behind is replaced by the next. */
const device = "MATRIX_AS_CODE_VERIFICATION";

const loginPath = "/_matrix/client/v3/login";
const logoutPath = "/_matrix/client/v3/logout";
const turnPath = "/_matrix/client/v3/voip/turnServer";

/** Signs in once, as attempts count towards the limits of address and account (Synapse: rc_login), and out again. */
export async function checkAdministrator(
    listener: Listener,
    { administrator, offersRelay }: Deployed,
    checking: Checking,
): Promise<SignedIn> {
    const { userId, password } = administrator;
    let accessToken: string | undefined;
    const signIn = await question(
        listener,
        loginPath,
        checking,
        (answer) => {
            const { finding, token } = judgeSignIn(answer, userId);
            accessToken = token;
            return finding;
        },
        {
            method: "POST",
            body: {
                type: "m.login.password",
                identifier: { type: "m.id.user", user: userId },
                password,
                device_id: device,
                initial_device_display_name: "Pulumi, verifying a deployment",
            },
        },
    );
    if (accessToken === undefined) return { steps: [{ step: "sign-in", ...signIn }] };
    let credentials: Credentials | undefined;
    const ask = (judge: (answer: Answer) => Finding) => question(listener, turnPath, checking, judge, { accessToken });
    const offered: Finding = offersRelay
        ? await ask((answer) => {
              credentials = credentialsIn(objectIn(answer, turnPath));
              return { state: "ok", found: "the homeserver offers a relay" };
          })
        : { state: "ok", found: "none is to be offered" };
    const signOut = await question(listener, logoutPath, checking, judgeSignOut, { method: "POST", body: {}, accessToken });
    return {
        steps: [
            { step: "sign-in", ...signIn },
            ...(signOut.state === "ok" ? [] : [{ step: "sign-in" as const, ...signOut, state: "warning" as const }]),
            ...(offered.state === "ok" ? [] : [{ step: "relay" as const, ...offered }]),
        ],
        ...(credentials && { credentials }),
    };
}

/** Source: https://spec.matrix.org/v1.16/client-server-api/#post_matrixclientv3login */
function judgeSignIn(answer: Answer, userId: string): { finding: Finding; token?: string } {
    if (answer.status === 429) {
        const found = `the homeserver limits sign-ins at the moment (429), so ${userId}'s was not judged`;
        return { finding: { state: "warning", found, advice: "the next `pulumi up` that changes something judges it" } };
    }
    if (answer.status >= 400 && answer.status < 500) {
        throw new Unwell(
            `the homeserver refuses ${userId} with the password of this stack (${refusal(answer)})`,
            "was its password changed in a client? Declare that one, or change it back to the output `adminPassword`",
        );
    }
    const { access_token: token } = objectIn(answer, loginPath);
    if (typeof token !== "string") throw new Unwell(`${loginPath}: no access token in the answer`, "see what answers there");
    return { finding: { state: "ok", found: `${userId} can sign in` }, token };
}

function judgeSignOut(answer: Answer): Finding {
    if (answer.status === 200) return { state: "ok", found: "signed out" };
    throw new Unwell(
        `the homeserver does not end the session ${device} (${refusal(answer)})`,
        "end it in a client; the next verification replaces it",
    );
}

/** Source: https://spec.matrix.org/v1.16/client-server-api/#get_matrixclientv3voipturnserver */
function credentialsIn({ username, password }: JsonObject): Credentials {
    if (typeof username === "string" && typeof password === "string") return { username, password };
    throw new Unwell("the homeserver offers clients no relay", "see turn_uris and turn_shared_secret_path in its configuration");
}

/** An error of Matrix in a few words; never more of the body, which may be anything. */
function refusal({ status, text }: Answer): string {
    try {
        const { errcode, error } = JSON.parse(text) as JsonObject;
        if (typeof errcode === "string") return `${status} ${errcode}${typeof error === "string" ? `: ${error.slice(0, 200)}` : ""}`;
    } catch {}
    return `${status}`;
}
