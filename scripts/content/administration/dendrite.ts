/**
 * Administration of Dendrite: by its admin API as far as that goes, by the application service whose namespace is every account, and
 * by records of its own. The only file that names Dendrite's admin paths, with version.ts.
 * Source: dendrite v0.13.8, clientapi/routing
 */
import { createHmac, randomBytes } from "node:crypto";
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import { answered, connect, ifFound, NoAnswer } from "../client.ts";
import { signInWith, stackDevice } from "../signIn.ts";
import { type AccountRecord, accountRecords, noRecord } from "./accountRecords.ts";
import type { AccountDetails, Administration, Registration } from "./administration.ts";
import { dendriteRooms } from "./dendriteRooms.ts";

const id = encodeURIComponent;

/** What Dendrite's own admin API cannot do. */
export class Unsupported extends Error {}

export interface DendriteAccess {
    /** Token of the application service that may act for every account. Secret. */
    administrationToken: string;
    /** The server's registration secret, which creates accounts. Secret. */
    registrationSharedSecret?: string;
}

/** @param client of a server admin, except for register */
export function dendriteAdministration(client: MatrixClient, access: DendriteAccess): Administration {
    const records = accountRecords(client);
    const admin = <Answer>(method: "GET" | "POST", path: string, body?: object) =>
        client.doRequest(method, `/_dendrite/admin${path}`, undefined, body) as Promise<Answer>;

    const actAs = (userId: string, connected = (token: string) => connect(client.homeserverUrl, token)) => {
        const acting = connected(access.administrationToken);
        acting.impersonateUserId(userId);
        return acting;
    };

    let asked: Promise<boolean> | undefined;
    const permitted = () => {
        asked ??= isPermitted(admin).catch((error) => {
            asked = undefined;
            throw error;
        });
        return asked;
    };
    const asServerAdmin = async () => {
        if (!(await permitted())) throw new MatrixError({ errcode: "M_FORBIDDEN", error: "not a server admin" }, 403);
    };

    async function account(userId: string): Promise<AccountDetails | undefined> {
        await asServerAdmin();
        const acting = actAs(userId);
        const there = await acting.doRequest("GET", "/_matrix/client/v3/account/whoami").catch((error) => {
            if (!answered(error, "M_FORBIDDEN")) throw error;
        });
        if (!there) return undefined;
        const profile = await ifFound(acting.doRequest("GET", `/_matrix/client/v3/profile/${id(userId)}`));
        const record = userId === (await client.getUserId()) ? { ...noRecord, admin: true } : await records.read(userId);
        return detailsOf(profile ?? {}, record);
    }

    async function register({ name, password, admin: isAdmin, secret }: Registration) {
        const answer = await registerOnce(client, { name, password, admin: isAdmin, secret });
        if (!answer) return undefined;
        const { userId, token } = answer;
        // Every registration is on the same device; the account's own is the one that signing in again gives it.
        const accessToken = await signInWith(connect(client.homeserverUrl, ""), userId, password);
        await connect(client.homeserverUrl, token).doRequest("POST", "/_matrix/client/v3/logout");
        // The first account is the one that keeps records of the others.
        if (client.accessToken) await records.write(userId, { ...noRecord, admin: isAdmin });
        return { accessToken, deviceId: stackDevice };
    }

    async function resetPassword(userId: string, password: string, endSessions: boolean): Promise<void> {
        await admin("POST", `/resetPassword/${id(userId)}`, { password, logout_devices: endSessions });
    }

    async function deactivate(userId: string, erase: boolean): Promise<void> {
        await asServerAdmin();
        if (erase) throw new Unsupported(`${userId} cannot be erased: Dendrite does not hide an account's messages; deactivate it instead`);
        const known = await account(userId);
        if (!known || known.deactivated) return;
        // Only the account itself can do it, by its password.
        const password = randomBytes(24).toString("base64url");
        await resetPassword(userId, password, true);
        try {
            const own = connect(
                client.homeserverUrl,
                await signInWith(connect(client.homeserverUrl, ""), userId, password, "DEACTIVATION"),
            );
            const auth = { type: "m.login.password", identifier: { type: "m.id.user", user: userId }, user: userId, password };
            await own.doRequest("POST", "/_matrix/client/v3/account/deactivate", undefined, { auth });
        } catch (error) {
            // Somebody has done so in a client: then no password opens it.
            if (!answered(error, "M_FORBIDDEN")) throw error;
        }
        await records.write(userId, { ...(await records.read(userId)), deactivated: true });
    }

    return {
        listsAccounts: false,
        makesServiceAccounts: true,
        permitted,
        async accounts() {
            await asServerAdmin();
            const self = await client.getUserId();
            const found = await Promise.all(
                [self, ...(await records.all())].map(async (userId) => [userId, await account(userId)] as const),
            );
            return new Map(found.flatMap(([userId, one]) => (one ? [[userId, one] as const] : [])));
        },
        account,
        // Dendrite tells nobody whether there is one.
        hasPassword: async () => true,
        async save(userId, change) {
            const { password, displayName, avatarUrl, bot, deactivated } = change;
            const known = await account(userId);
            if (known?.deactivated && deactivated === false)
                throw new Unsupported(
                    `${userId} was deactivated, and Dendrite cannot reactivate an account; declare deactivated: true, or another name`,
                );
            if (known && change.admin !== undefined && change.admin !== known.admin)
                throw new Unsupported(
                    `${userId} exists already, and Dendrite makes an account a server admin at its creation alone; declare admin: ${known.admin}, or another name`,
                );
            if (!known) {
                const { registrationSharedSecret: secret } = access;
                if (password === undefined || secret === undefined)
                    throw new Error(
                        `${userId} does not exist, and an account is created by a password and the server's registration secret`,
                    );
                const name = userId.slice(1, userId.indexOf(":"));
                const fresh = await registerOnce(client, { name, password, admin: change.admin ?? false, secret });
                if (fresh) await connect(client.homeserverUrl, fresh.token).doRequest("POST", "/_matrix/client/v3/logout");
                await records.write(userId, { ...noRecord, admin: change.admin ?? false });
            } else if (password !== undefined) await resetPassword(userId, password, false);
            const acting = actAs(userId);
            if (displayName !== undefined) await acting.setDisplayName(displayName);
            if (avatarUrl !== undefined) await acting.setAvatarUrl(avatarUrl);
            if (bot) await records.write(userId, { ...(await records.read(userId)), bot: true });
            if (deactivated) await deactivate(userId, false);
        },
        deactivate,
        register,
        // Its configuration says who is exempt (rate_limiting.exempt_user_ids), and that is rendered from the settings.
        isUnlimited: async () => undefined,
        setUnlimited: asServerAdmin,
        async suspend(userId) {
            throw new Unsupported(`${userId} cannot be suspended: Dendrite has no suspension; deactivate it instead`);
        },
        async shadowBan(userId) {
            throw new Unsupported(`${userId} cannot be shadow-banned: Dendrite has no such ban; deactivate it instead`);
        },
        async signOut(userId) {
            await asServerAdmin();
            const acting = actAs(userId);
            const { devices } = (await acting.doRequest("GET", "/_matrix/client/v3/devices")) as { devices: unknown[] };
            await acting.doRequest("POST", "/_matrix/client/v3/logout/all");
            return devices.length;
        },
        async actAs(userId, _milliseconds, connected) {
            await asServerAdmin();
            return actAs(userId, connected);
        },
        ...dendriteRooms(client, (userId) => actAs(userId), admin),
    };
}

async function isPermitted(admin: (method: "GET", path: string) => Promise<unknown>): Promise<boolean> {
    try {
        // Any call of the admin API tells; this one changes nothing.
        await admin("GET", "/registrationTokens");
        return true;
    } catch (error) {
        if (error instanceof MatrixError && [403, 404].includes(error.statusCode)) return false;
        if (error instanceof NoAnswer && !error.passing) return false;
        throw error;
    }
}

/** @returns undefined if the account exists. Source: https://element-hq.github.io/synapse/latest/admin_api/register_api.html */
async function registerOnce(
    client: MatrixClient,
    { name, password, admin, secret }: Registration,
): Promise<{ userId: string; token: string } | undefined> {
    if (!(await isFree(client, name))) return undefined;
    const path = "/_synapse/admin/v1/register";
    const { nonce } = (await client.doRequest("GET", path)) as { nonce: string };
    const mac = createHmac("sha1", secret)
        .update([nonce, name, password, admin ? "admin" : "notadmin"].join("\0"))
        .digest("hex");
    try {
        const answer = await client.doRequest("POST", path, undefined, { nonce, username: name, password, admin, mac });
        return { userId: answer.user_id, token: answer.access_token };
    } catch (error) {
        if (answered(error, "M_USER_IN_USE")) return undefined;
        throw error;
    }
}

/** Dendrite gives a name that an application service has reserved to anybody who knows the registration secret. @throws MatrixError M_EXCLUSIVE */
async function isFree(client: MatrixClient, username: string): Promise<boolean> {
    try {
        await client.doRequest("GET", "/_matrix/client/v3/register/available", { username });
        return true;
    } catch (error) {
        if (!answered(error, "M_USER_IN_USE")) throw error;
        const text = (error as MatrixError).error;
        if (text.includes("application service")) throw new MatrixError({ errcode: "M_EXCLUSIVE", error: text }, 400);
        return false;
    }
}

function detailsOf({ displayname, avatar_url }: { displayname?: string; avatar_url?: string }, record: AccountRecord): AccountDetails {
    return {
        ...(displayname ? { displayName: displayname } : {}),
        ...(avatar_url ? { avatarUrl: avatar_url } : {}),
        ...record,
        erased: false,
        locked: false,
        shadowBanned: false,
        suspended: false,
        guest: false,
        singleSignOn: false,
    };
}
