/** The account that the program acts as: the first on a server whose registration is closed. */
import { register, setUnlimited } from "../../scripts/content/accounts.ts";
import { answered } from "../../scripts/content/client.ts";
import { signIn, whoIs } from "../../scripts/content/signIn.ts";
import type { Kind } from "./kind.ts";
import type { Session } from "./session.ts";

export interface AdministratorInputs {
    userId: string;
    /** Profile: displayname; absent: left as it is. */
    displayName?: string;
    /** Secret. */
    password: string;
    /** Whether the server takes its token. Set by the provider. */
    token: "valid" | "revoked";
}

export interface AdministratorOutputs {
    /** Does not expire. Secret. */
    accessToken: string;
}

export const administrator: Kind<AdministratorInputs, AdministratorOutputs> = {
    computed: ["accessToken"],
    echoed: ["userId", "password"],
    secret: ["password", "accessToken"],
    identity: ["userId"],
    fixed: { token: "valid" },
    renewed: (before) => (before.token === "revoked" ? ["accessToken"] : []),

    async create(session, inputs) {
        return { id: inputs.userId, outputs: { accessToken: await open(session, inputs) } };
    },

    async read(session, _id, inputs, outputs) {
        const client = session.as(outputs.accessToken);
        if (!(await whoIs(client))) return { inputs: { ...inputs, token: "revoked" }, outputs };
        if (inputs.displayName === undefined) return { inputs, outputs };
        const { displayname } = (await client.getUserProfile(inputs.userId)) as { displayname?: string };
        return { inputs: { ...inputs, displayName: displayname }, outputs };
    },

    async update(session, _id, inputs, before, outputs) {
        if (before.token === "revoked" || before.password !== inputs.password) return { accessToken: await open(session, inputs) };
        if (inputs.displayName !== undefined) await session.as(outputs.accessToken).setDisplayName(inputs.displayName);
        return outputs;
    },

    // The server has no use for a program without its account, and its rooms would lose whom they belong to.
    async delete() {},
};

async function open(session: Session, { userId, password, displayName }: AdministratorInputs): Promise<string> {
    const { homeserverUrl, registrationSharedSecret: secret } = session.config;
    if (!secret) throw new Error("the administrator needs a provider with registrationSharedSecret");
    const remedy = "name another account with: pulumi config set administrator NAME";
    const name = userId.slice(1, userId.indexOf(":"));
    const fresh = await register(session.client, { name, password, admin: true, secret });
    const accessToken =
        fresh?.accessToken ??
        (await signIn(homeserverUrl, userId, password).catch((error) => {
            if (!answered(error, "M_FORBIDDEN")) throw error;
            throw new Error(`${userId} was there before this stack and has another password; ${remedy}`);
        }));
    const client = session.as(accessToken);
    await client.doRequest("GET", "/_synapse/admin/v1/server_version").catch((error) => {
        if (!answered(error, "M_FORBIDDEN")) throw error;
        throw new Error(`${userId} was there before this stack and is no server admin; ${remedy}`);
    });
    // It makes rooms by the hundred; the server's limits are for people.
    await setUnlimited(client, userId, true);
    if (displayName !== undefined) await client.setDisplayName(displayName);
    return accessToken;
}
