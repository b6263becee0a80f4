/** The account that the program acts as: the first on a server whose registration is closed. */
import { MatrixError } from "matrix-bot-sdk";
import { accessBy } from "../../scripts/content/access.ts";
import { answered, connect, ifFound } from "../../scripts/content/client.ts";
import type { Session } from "../../scripts/content/session.ts";
import { signIn, tryPassword, whoIs } from "../../scripts/content/signIn.ts";
import type { AdministratorInputs, AdministratorOutputs } from "../resources/administrator.ts";
import { register } from "./account.ts";
import type { Computed, Kind } from "./kind.ts";
import { unknown } from "./wire.ts";

interface CheckedInputs extends AdministratorInputs {
    /** Whether the server accepts its token. Set by the provider. */
    token: "valid" | "revoked";
    /** Read where somebody hindered it so; never declared. */
    hindered?: "suspended" | "shadow-banned" | "no server admin";
}

export const administrator: Kind<CheckedInputs, Computed<AdministratorOutputs, AdministratorInputs>> = {
    fixed: { token: "valid" },
    stays: true,
    renewed: (before) => (before.token === "revoked" ? ["accessToken"] : []),

    async refusals(session, inputs, before) {
        if (before?.userId === inputs.userId || inputs.userId.includes(unknown)) return [];
        const refused = await whyNotAdopted(session, inputs);
        return refused ? [{ property: "userId", reason: refused.message }] : [];
    },

    async foresee(session, inputs, before) {
        const { userId, password } = inputs;
        if (before?.hindered === "no server admin") throw notAdmin(userId, true);
        if (before?.token !== "revoked") return;
        const answer = await tryPassword(session.config.homeserverUrl, userId, password);
        if (answer === "does not fit") throw wrongPassword(inputs, true);
        if (answer === "fits, but the account is locked") throw locked(userId);
    },

    async create(session, inputs) {
        return { id: inputs.userId, outputs: { accessToken: await signedIn(session, inputs, undefined) } };
    },

    async read(session, _id, inputs, outputs) {
        const { client, administration } = session.as(outputs.accessToken);
        const known = await whoIs(client).catch((error) => {
            if (!answered(error, "M_USER_LOCKED")) throw error;
        });
        if (!known) return { inputs: { ...inputs, token: "revoked" }, outputs };
        const live = await administration.account(inputs.userId).catch((error) => {
            if (!answered(error, "M_FORBIDDEN")) throw error;
        });
        if (!live) return { inputs: { ...inputs, hindered: "no server admin" }, outputs };
        const hindered = live.suspended ? "suspended" : live.shadowBanned ? "shadow-banned" : undefined;
        const { displayName } = live;
        return {
            inputs: { ...inputs, ...(hindered && { hindered }), ...(inputs.displayName !== undefined && { displayName }) },
            outputs,
        };
    },

    async update(session, _id, inputs, before, outputs) {
        if (before.token === "revoked") return { accessToken: await signedIn(session, inputs, {}) };
        const { userId } = inputs;
        if (before.hindered === "no server admin") throw notAdmin(userId, true);
        if (before.password !== inputs.password) return { accessToken: await signedIn(session, inputs, outputs) };
        await freed(session, userId, outputs.accessToken);
        if (inputs.displayName !== undefined) await session.as(outputs.accessToken).client.setDisplayName(inputs.displayName);
        return outputs;
    },

    // The account stays: the rooms that it made belong to it.
    async delete() {},
};

/** @param ours the account's last token, if it is accepted; undefined: the state does not know the account */
async function signedIn(session: Session, inputs: AdministratorInputs, ours: { accessToken?: string } | undefined): Promise<string> {
    const { userId, password, displayName } = inputs;
    const { homeserverUrl, registrationSharedSecret: secret } = session.config;
    if (!secret) throw new Error("the administrator needs a provider with registrationSharedSecret");
    const fresh = await register(session, userId, { password, admin: true, secret });
    const accessToken =
        fresh?.accessToken ??
        (await signIn(homeserverUrl, userId, password).catch(async (error) => {
            if (answered(error, "M_USER_LOCKED")) throw locked(userId);
            if (!answered(error, "M_FORBIDDEN") && !answered(error, "M_USER_DEACTIVATED")) throw error;
            if (!ours?.accessToken) throw wrongPassword(inputs, ours !== undefined);
            // The declaration has another password than the account, which is still signed in: it is changed.
            await session.as(ours.accessToken).administration.save(userId, { password });
            return signIn(homeserverUrl, userId, password);
        }));
    const { client, administration } = session.as(accessToken);
    // It makes rooms by the hundred; the server's limits are for people.
    await administration.setUnlimited(userId, true).catch((error) => {
        if (!answered(error, "M_FORBIDDEN")) throw error;
        throw notAdmin(userId, ours !== undefined);
    });
    await freed(session, userId, accessToken);
    if (displayName !== undefined) await client.setDisplayName(displayName);
    return accessToken;
}

/** A server admin may lift what keeps it from acting, except a lock. */
async function freed(session: Session, userId: string, accessToken: string): Promise<void> {
    const { administration } = session.as(accessToken);
    const live = await administration.account(userId);
    if (live?.suspended) await administration.suspend(userId, false);
    if (live?.shadowBanned) await administration.shadowBan(userId, false);
}

/** Looks whether an account that exists can become the administrator. What cannot be found out refuses nothing. */
async function whyNotAdopted(session: Session, inputs: AdministratorInputs): Promise<Error | undefined> {
    const { userId, password } = inputs;
    const { homeserverUrl } = session.config;
    const profile = connect(homeserverUrl, "").doRequest("GET", `/_matrix/client/v3/profile/${encodeURIComponent(userId)}`);
    const exists = await ifFound(profile).catch((error) => {
        // Servers may tell profiles to their own users only.
        if (!(error instanceof MatrixError)) throw error;
    });
    if (!exists) return undefined;
    // A password that will be generated is none that an account has.
    if (password.includes(unknown)) return wrongPassword(inputs, false);
    let admin = true;
    const answer = await tryPassword(homeserverUrl, userId, password, async (client) => {
        admin = await accessBy(client, session.config).administration.permitted();
    });
    if (answer === "does not fit") return wrongPassword(inputs, false);
    if (answer === "fits, but the account is locked") return locked(userId);
    return admin ? undefined : notAdmin(userId, false);
}

function wrongPassword({ userId, passwordSetting }: AdministratorInputs, ours: boolean): Error {
    const setting = passwordSetting ?? `users.${userId.slice(1, userId.indexOf(":"))}.password`;
    const tell = `pulumi config set --secret --path ${setting}`;
    return new Error(
        ours
            ? `${userId} does not sign in with this stack's password any more: it was changed, or the account deactivated; tell the stack the new password with: ${tell}`
            : `${userId} existed before and has another password, or none; if it is yours, tell the stack its password with: ${tell}; if not, name another account with: pulumi config set administrator NAME`,
    );
}

function locked(userId: string): Error {
    return new Error(`${userId} is locked, so this program cannot act; unlock it as another server admin (docs/accounts.md)`);
}

function notAdmin(userId: string, ours: boolean): Error {
    return new Error(
        ours
            ? `${userId} is not a server admin any more; make it one as another server admin (docs/accounts.md)`
            : `${userId} existed before and is not a server admin; make it one (docs/accounts.md), or name another account with: pulumi config set administrator NAME`,
    );
}
