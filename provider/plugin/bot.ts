/** A bot's account, with a token that lasts. */

import { firstPassword } from "../../matrix/firstPassword.ts";
import { answered } from "../../scripts/content/client.ts";
import type { Session } from "../../scripts/content/session.ts";
import { signIn, stackDevice, whoIs } from "../../scripts/content/signIn.ts";
import type { BotInputs, BotOutputs } from "../resources/bot.ts";
import { changeOf, liveAccount, removeAccount, save } from "./account.ts";
import type { Computed, Kind } from "./kind.ts";

interface CheckedInputs extends BotInputs {
    /** Whether the server accepts its token. Set by the provider. */
    token: "valid" | "revoked";
}

export const bot: Kind<CheckedInputs, Computed<BotOutputs, BotInputs>> = {
    fixed: { token: "valid" },
    renewed: (before, inputs) => (needsToken(before, inputs) ? ["accessToken"] : []),

    async create(session, inputs) {
        const { userId, unlimited, deactivated } = inputs;
        const known = (await session.accounts()).get(userId);
        // Signing in reactivates a deactivated bot.
        const access = await signedIn(session, inputs, known !== undefined);
        const { change, avatarUrl } = await changeOf(session, inputs, { ...(known ?? { admin: inputs.admin }), deactivated: false }, {});
        await save(session, userId, change);
        if (unlimited || known) await session.administration.setUnlimited(userId, unlimited);
        return { id: userId, outputs: { ...(deactivated ? { accessToken: "", deviceId: "" } : access), avatarUrl } };
    },

    async read(session, id, inputs, outputs) {
        const live = (await session.accounts()).get(id);
        if (!live) return undefined;
        const token = live.deactivated || (await whoIs(session.as(outputs.accessToken).client))?.userId === id ? "valid" : "revoked";
        const unlimited = await session.administration.isUnlimited(id);
        return { inputs: { ...liveAccount(inputs, outputs, live), unlimited, token }, outputs };
    },

    async update(session, id, inputs, before, outputs) {
        let access = { accessToken: outputs.accessToken, deviceId: outputs.deviceId };
        if (needsToken(before, inputs)) access = await signedIn(session, inputs, true);
        const opened = inputs.deactivated ? before.deactivated : false;
        const { change, avatarUrl } = await changeOf(session, inputs, { ...before, deactivated: opened }, outputs);
        await save(session, id, change);
        if (inputs.unlimited !== before.unlimited) await session.administration.setUnlimited(id, inputs.unlimited);
        return { ...(inputs.deactivated ? { accessToken: "", deviceId: "" } : access), avatarUrl };
    },

    async delete(session, _id, inputs) {
        await removeAccount(session, inputs);
    },
};

function needsToken(before: CheckedInputs, inputs: CheckedInputs): boolean {
    if (inputs.deactivated) return false;
    const another = before.applicationServiceToken !== inputs.applicationServiceToken;
    return before.token === "revoked" || before.deactivated || another;
}

/** @returns the account's token, created or renewed. Its device stays the same, so that its encryption keys stay valid. */
async function signedIn(session: Session, inputs: BotInputs, known: boolean): Promise<{ accessToken: string; deviceId: string }> {
    const { userId, admin, applicationServiceToken } = inputs;
    const name = userId.slice(1, userId.indexOf(":"));
    if (applicationServiceToken) return openApplicationService(session, name, applicationServiceToken);
    const { registrationSharedSecret: secret, passwordSeed, homeserverUrl } = session.config;
    if (!secret || !passwordSeed) throw new Error("a bot needs a provider with registrationSharedSecret and passwordSeed");
    const password = firstPassword(passwordSeed, userId);
    const fresh = known ? undefined : await session.administration.register({ name, password, admin, secret });
    if (fresh) return fresh;
    await session.administration.save(userId, { password, deactivated: false });
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
        await session.as(token).client.doRequest("POST", "/_matrix/client/v3/register", undefined, request);
    } catch (error) {
        if (!answered(error, "M_USER_IN_USE")) throw error;
    }
    return { accessToken: token, deviceId: "" };
}
