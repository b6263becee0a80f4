/** A bot's account, with a token that lasts. */

import { firstPassword } from "../../matrix/firstPassword.ts";
import { isUnlimited, register, saveAccount, setUnlimited } from "../../scripts/content/accounts.ts";
import { answered } from "../../scripts/content/client.ts";
import { signIn, stackDevice, whoIs } from "../../scripts/content/signIn.ts";
import { type AccountInputs, type AvatarOutput, changeOf, liveAccount, removeAccount, save } from "./account.ts";
import type { Kind } from "./kind.ts";
import type { Session } from "./session.ts";

export interface BotInputs extends AccountInputs {
    /** Whether it is exempt from the server's limits on numbers of messages. */
    unlimited: boolean;
    /** The token of its application service. Secret. */
    applicationServiceToken?: string;
    /** Whether the server takes its token. Set by the provider. */
    token: "valid" | "revoked";
}

export interface BotOutputs extends AvatarOutput {
    /** Does not expire. Empty for a deactivated bot. Secret. */
    accessToken: string;
    /** The device that the token belongs to; empty for an application service. */
    deviceId: string;
}

export const bot: Kind<BotInputs, BotOutputs> = {
    computed: ["accessToken", "deviceId", "avatarUrl"],
    echoed: ["userId"],
    secret: ["applicationServiceToken", "accessToken"],
    identity: ["userId"],
    fixed: { token: "valid" },
    renewed: (before, inputs) => (needsToken(before, inputs) ? ["accessToken"] : []),

    async create(session, inputs) {
        const { userId, unlimited, deactivated } = inputs;
        const known = (await session.accounts()).get(userId);
        // A deactivated one has to be opened for the sign-in.
        const access = await open(session, inputs, known !== undefined);
        const { change, avatarUrl } = await changeOf(session, inputs, { ...(known ?? { admin: inputs.admin }), deactivated: false }, {});
        await save(session, userId, change);
        if (unlimited || known) await setUnlimited(session.client, userId, unlimited);
        return { id: userId, outputs: { ...(deactivated ? { accessToken: "", deviceId: "" } : access), avatarUrl } };
    },

    async read(session, id, inputs, outputs) {
        const live = (await session.accounts()).get(id);
        if (!live) return undefined;
        const token = live.deactivated || (await whoIs(session.as(outputs.accessToken)))?.userId === id ? "valid" : "revoked";
        const unlimited = await isUnlimited(session.client, id);
        return { inputs: { ...liveAccount(inputs, outputs, live), unlimited, token }, outputs };
    },

    async update(session, id, inputs, before, outputs) {
        let access = { accessToken: outputs.accessToken, deviceId: outputs.deviceId };
        if (needsToken(before, inputs)) access = await open(session, inputs, true);
        const opened = inputs.deactivated ? before.deactivated : false;
        const { change, avatarUrl } = await changeOf(session, inputs, { ...before, deactivated: opened }, outputs);
        await save(session, id, change);
        if (inputs.unlimited !== before.unlimited) await setUnlimited(session.client, id, inputs.unlimited);
        return { ...(inputs.deactivated ? { accessToken: "", deviceId: "" } : access), avatarUrl };
    },

    async delete(session, _id, inputs) {
        await removeAccount(session, inputs);
    },
};

function needsToken(before: BotInputs, inputs: BotInputs): boolean {
    if (inputs.deactivated) return false;
    const another = before.applicationServiceToken !== inputs.applicationServiceToken;
    return before.token === "revoked" || before.deactivated || another;
}

/** @returns the account's token, made or renewed; its device stays the same, so that its encryption keys stay good */
async function open(session: Session, inputs: BotInputs, known: boolean): Promise<{ accessToken: string; deviceId: string }> {
    const { userId, admin, applicationServiceToken } = inputs;
    const name = userId.slice(1, userId.indexOf(":"));
    if (applicationServiceToken) return openApplicationService(session, name, applicationServiceToken);
    const { registrationSharedSecret: secret, passwordSeed, homeserverUrl } = session.config;
    if (!secret || !passwordSeed) throw new Error("a bot needs a provider with registrationSharedSecret and passwordSeed");
    const password = firstPassword(passwordSeed, userId);
    const fresh = known ? undefined : await register(session.client, { name, password, admin, secret });
    if (fresh) return fresh;
    await saveAccount(session.client, userId, { password, deactivated: false });
    return { accessToken: await signIn(homeserverUrl, userId, password), deviceId: stackDevice };
}

/** Source: https://spec.matrix.org/v1.16/application-service-api/#server-admin-style-permissions */
async function openApplicationService(
    session: Session,
    username: string,
    token: string,
): Promise<{ accessToken: string; deviceId: string }> {
    const request = { type: "m.login.application_service", username, inhibit_login: true };
    try {
        await session.as(token).doRequest("POST", "/_matrix/client/v3/register", undefined, request);
    } catch (error) {
        if (!answered(error, "M_USER_IN_USE")) throw error;
    }
    return { accessToken: token, deviceId: "" };
}
