/** The account that the program acts as: the first on a server whose registration is closed. */
import { answered } from "../../scripts/content/client.ts";
import type { Session } from "../../scripts/content/session.ts";
import { signIn, whoIs } from "../../scripts/content/signIn.ts";
import type { AdministratorInputs, AdministratorOutputs } from "../resources/administrator.ts";
import type { Computed, Kind } from "./kind.ts";

interface CheckedInputs extends AdministratorInputs {
    /** Whether the server accepts its token. Set by the provider. */
    token: "valid" | "revoked";
}

export const administrator: Kind<CheckedInputs, Computed<AdministratorOutputs, AdministratorInputs>> = {
    fixed: { token: "valid" },
    renewed: (before) => (before.token === "revoked" ? ["accessToken"] : []),

    async create(session, inputs) {
        return { id: inputs.userId, outputs: { accessToken: await signedIn(session, inputs) } };
    },

    async read(session, _id, inputs, outputs) {
        const { client } = session.as(outputs.accessToken);
        if (!(await whoIs(client))) return { inputs: { ...inputs, token: "revoked" }, outputs };
        if (inputs.displayName === undefined) return { inputs, outputs };
        const { displayname } = (await client.getUserProfile(inputs.userId)) as { displayname?: string };
        return { inputs: { ...inputs, displayName: displayname }, outputs };
    },

    async update(session, _id, inputs, before, outputs) {
        if (before.token === "revoked" || before.password !== inputs.password) return { accessToken: await signedIn(session, inputs) };
        if (inputs.displayName !== undefined) await session.as(outputs.accessToken).client.setDisplayName(inputs.displayName);
        return outputs;
    },

    // The account stays: the rooms that it made belong to it.
    async delete() {},
};

async function signedIn(session: Session, { userId, password, displayName }: AdministratorInputs): Promise<string> {
    const { homeserverUrl, registrationSharedSecret: secret } = session.config;
    if (!secret) throw new Error("the administrator needs a provider with registrationSharedSecret");
    const remedy = "name another account with: pulumi config set administrator NAME";
    const name = userId.slice(1, userId.indexOf(":"));
    const fresh = await session.administration.register({ name, password, admin: true, secret });
    const accessToken =
        fresh?.accessToken ??
        (await signIn(homeserverUrl, userId, password).catch((error) => {
            if (!answered(error, "M_FORBIDDEN")) throw error;
            throw new Error(`${userId} existed before this stack and has another password; ${remedy}`);
        }));
    const { client, administration } = session.as(accessToken);
    // It makes rooms by the hundred; the server's limits are for people.
    await administration.setUnlimited(userId, true).catch((error) => {
        if (!answered(error, "M_FORBIDDEN")) throw error;
        throw new Error(`${userId} existed before this stack and is not a server admin; ${remedy}`);
    });
    if (displayName !== undefined) await client.setDisplayName(displayName);
    return accessToken;
}
