/** A bot's account, with a token that lasts. */

import { firstPassword } from "../../matrix/firstPassword.ts";
import type { AccountDetails } from "../../scripts/content/administration/administration.ts";
import { answered } from "../../scripts/content/client.ts";
import type { Session } from "../../scripts/content/session.ts";
import { signIn, stackDevice, tryPassword, whoIs } from "../../scripts/content/signIn.ts";
import type { BotInputs, BotOutputs } from "../resources/bot.ts";
import { changeOf, faultsInAccount, liveAccount, register, removeAccount, save } from "./account.ts";
import { assertAdoptable, assertNotErased, hindrance, lockedError } from "./accountState.ts";
import type { Computed, Kind } from "./kind.ts";

interface CheckedInputs extends BotInputs {
    /** Whether the server accepts its token. Set by the provider. */
    token: "valid" | "revoked";
}

type Access = Pick<BotOutputs, "accessToken" | "deviceId">;

export const bot: Kind<CheckedInputs, Computed<BotOutputs, BotInputs>> = {
    fixed: { token: "valid" },
    faults: faultsInAccount,
    renewed: (before, inputs) => (needsToken(before, inputs) ? ["accessToken"] : []),

    async foresee(session, inputs, before) {
        const known = before && !needsToken(before, inputs) ? undefined : await session.account(inputs.userId);
        if (!known) return;
        await assertPossible(session, inputs, known, before !== undefined);
        if (!before) await assertNobodys(session, inputs, known);
    },

    async create(session, inputs) {
        const { userId, unlimited, deactivated } = inputs;
        const known = await session.account(userId);
        if (known) await assertPossible(session, inputs, known, false);
        // An account that is to be deactivated needs no token, unless it is only made by getting one.
        const unopened = known !== undefined && deactivated;
        if (known && (deactivated || inputs.applicationServiceToken)) await assertNobodys(session, inputs, known);
        const access = unopened ? none : await signedIn(session, inputs, known, false);
        // An application service cannot register an administrator.
        const registered = { admin: inputs.applicationServiceToken === undefined && inputs.admin };
        const before = { ...(known ?? registered), deactivated: unopened && known.deactivated };
        const { change, avatarUrl } = await changeOf(session, inputs, before, {});
        await save(session, userId, change);
        if (unlimited || known) await session.administration.setUnlimited(userId, unlimited);
        return { id: userId, outputs: { ...(deactivated ? none : access), avatarUrl } };
    },

    async read(session, id, inputs, outputs) {
        const live = await session.account(id);
        if (!live) return undefined;
        const why = hindrance(live);
        if (why && !inputs.deactivated) session.warn(`${id} ${why}`);
        const unlimited = (await session.administration.isUnlimited(id)) ?? inputs.unlimited;
        return { inputs: { ...liveAccount(inputs, outputs, live), unlimited, token: await tokenOf(session, live, id, outputs) }, outputs };
    },

    async update(session, id, inputs, before, outputs) {
        let access: Access = { accessToken: outputs.accessToken, deviceId: outputs.deviceId };
        if (needsToken(before, inputs)) {
            const known = await session.account(id);
            if (known) await assertPossible(session, inputs, known, true);
            if (isRotation(before, inputs)) await endOtherTokens(session, inputs, access.accessToken);
            access = await signedIn(session, inputs, known, true);
        }
        const opened = inputs.deactivated ? before.deactivated : false;
        const { change, avatarUrl } = await changeOf(session, inputs, { ...before, deactivated: opened }, outputs);
        await save(session, id, change);
        if (inputs.unlimited !== before.unlimited) await session.administration.setUnlimited(id, inputs.unlimited);
        return { ...(inputs.deactivated ? none : access), avatarUrl };
    },

    async delete(session, _id, inputs) {
        await removeAccount(session, inputs);
    },
};

const none: Access = { accessToken: "", deviceId: "" };

function needsToken(before: CheckedInputs, inputs: CheckedInputs): boolean {
    if (inputs.deactivated) return false;
    const another = before.applicationServiceToken !== inputs.applicationServiceToken;
    return before.token === "revoked" || before.deactivated || another || isRotation(before, inputs);
}

function isRotation(before: CheckedInputs, inputs: CheckedInputs): boolean {
    return (before.tokenGeneration ?? 1) !== (inputs.tokenGeneration ?? 1);
}

/**
 * Before a bot gets its next token, every other than its current one ends, with the devices that they belong to. So its program can
 * go on with the current one until it has the next, and after two rotations no token is left that somebody may have found.
 */
async function endOtherTokens(session: Session, { userId, applicationServiceToken }: BotInputs, current: string): Promise<void> {
    if (applicationServiceToken || !current) return;
    const password = firstPassword(needed(session).passwordSeed, userId);
    const auth = { type: "m.login.password", identifier: { type: "m.id.user", user: userId }, password };
    const body = { new_password: password, logout_devices: true, auth };
    // To the password that it has: the only request that ends tokens and leaves the one that it is made with.
    const change = () => session.as(current).client.doRequest("POST", "/_matrix/client/v3/account/password", undefined, body);
    try {
        await change();
    } catch (error) {
        // The current one has ended already; its device goes on with the next.
        if (answered(error, "M_UNKNOWN_TOKEN")) return;
        if (!answered(error, "M_FORBIDDEN")) throw error;
        await save(session, userId, { password });
        await change();
    }
}

/** A token cannot be judged while the account is locked, and a deactivated account has none. */
async function tokenOf(session: Session, live: AccountDetails, id: string, { accessToken }: Access): Promise<CheckedInputs["token"]> {
    if (live.deactivated) return "valid";
    try {
        return (await whoIs(session.as(accessToken).client))?.userId === id ? "valid" : "revoked";
    } catch (error) {
        if (answered(error, "M_USER_LOCKED")) return "valid";
        throw error;
    }
}

/** @param ours whether the state has the bot, whatever its password is. @throws Error that names the account's state and what to do */
async function assertPossible(session: Session, inputs: BotInputs, known: AccountDetails, ours: boolean): Promise<void> {
    const { userId, deactivated, applicationServiceToken: token } = inputs;
    if (ours) assertNotErased(userId, known);
    else assertAdoptable(session, inputs, "bot", known);
    if (!deactivated && known.locked && !token) throw lockedError(userId);
    if (ours || known.deactivated || known.applicationService === undefined) return;
    // Only its own token tells which application service this one is.
    if (token && (await whoIs(session.as(token).client))?.userId === userId) return;
    throw new Error(`${userId} belongs to the application service ${known.applicationService}; declare another name`);
}

/** The same that signing in finds out, without signing in. */
async function assertNobodys(
    session: Session,
    { userId, applicationServiceToken: token }: BotInputs,
    known: AccountDetails,
): Promise<void> {
    // Then it was there before anybody could declare it.
    if (token && session.administration.makesServiceAccounts && (await whoIs(session.as(token).client))?.userId === userId) return;
    if (!(await mayBeSomebodys(session, userId, known))) return;
    const answer = await tryPassword(session.config.homeserverUrl, userId, firstPassword(needed(session).passwordSeed, userId));
    if (answer === "does not fit") throw somebodys(userId);
}

/** Whether an account could be of a person who signs in to it. Then only its password tells: the first one is of this program. */
async function mayBeSomebodys(session: Session, userId: string, known: AccountDetails): Promise<boolean> {
    if (known.deactivated || known.bot || known.applicationService !== undefined) return false;
    return known.singleSignOn || (await session.administration.hasPassword(userId));
}

function somebodys(userId: string): Error {
    return new Error(
        `${userId} existed before, and a bot would take it from the person who signs in to it; declare another name (localpart), or mark the account as a bot first (docs/accounts.md)`,
    );
}

/** @returns the account's token, created or renewed. Its device stays the same, so that its encryption keys stay valid. */
async function signedIn(session: Session, inputs: BotInputs, known: AccountDetails | undefined, ours: boolean): Promise<Access> {
    const { userId, admin, applicationServiceToken } = inputs;
    if (applicationServiceToken) {
        const access = await openApplicationService(session, userId, applicationServiceToken);
        if (known?.deactivated) await save(session, userId, { deactivated: false });
        return access;
    }
    const { secret, passwordSeed } = needed(session);
    const password = firstPassword(passwordSeed, userId);
    let there = known;
    if (!there) {
        const fresh = await register(session, userId, { password, admin, secret });
        if (fresh) return fresh;
        // Somebody was faster.
        there = await session.account(userId);
        if (there) await assertPossible(session, inputs, there, ours);
    }
    const { homeserverUrl } = session.config;
    if (!there?.deactivated) {
        try {
            return { accessToken: await signIn(homeserverUrl, userId, password), deviceId: stackDevice };
        } catch (error) {
            if (!answered(error, "M_FORBIDDEN")) throw error;
            if (there && !ours && (await mayBeSomebodys(session, userId, there))) throw somebodys(userId);
        }
    }
    // It has no password, or one that nobody needs: it is marked as a bot, or is one of this stack.
    await save(session, userId, { password, deactivated: false });
    return { accessToken: await signIn(homeserverUrl, userId, password), deviceId: stackDevice };
}

function needed({ config }: Session): { secret: string; passwordSeed: string } {
    const { registrationSharedSecret: secret, passwordSeed } = config;
    if (!secret || !passwordSeed) throw new Error("a bot needs a provider with registrationSharedSecret and passwordSeed");
    return { secret, passwordSeed };
}

/** Source: https://spec.matrix.org/v1.16/application-service-api/#server-admin-style-permissions */
async function openApplicationService(session: Session, userId: string, token: string): Promise<Access> {
    const username = userId.slice(1, userId.indexOf(":"));
    const request = { type: "m.login.application_service", username, inhibit_login: true };
    try {
        await session.as(token).client.doRequest("POST", "/_matrix/client/v3/register", undefined, request);
    } catch (error) {
        if (!answered(error, "M_USER_IN_USE")) throw error;
    }
    return { accessToken: token, deviceId: "" };
}
