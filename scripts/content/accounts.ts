/**
 * Accounts by Synapse's admin API.
 * Source: https://element-hq.github.io/synapse/latest/admin_api/user_admin_api.html
 */
import { createHmac } from "node:crypto";
import type { MatrixClient } from "matrix-bot-sdk";
import { answered, ifFound } from "./client.ts";
import { stackDevice } from "./signIn.ts";

/** An account as the server has it. */
export interface Account {
    displayName?: string;
    /** mxc:// URI */
    avatarUrl?: string;
    admin: boolean;
    deactivated: boolean;
}

/** What is to be changed; what is absent stays. */
export interface AccountChange {
    displayName?: string;
    avatarUrl?: string;
    admin?: boolean;
    deactivated?: boolean;
    password?: string;
}

interface ListedAccount {
    name: string;
    displayname: string | null;
    avatar_url: string | null;
    admin: boolean | number;
    deactivated: boolean | number;
}

function account({ displayname, avatar_url, admin, deactivated }: Omit<ListedAccount, "name">): Account {
    return {
        ...(displayname ? { displayName: displayname } : {}),
        ...(avatar_url ? { avatarUrl: avatar_url } : {}),
        admin: Boolean(admin),
        deactivated: Boolean(deactivated),
    };
}

/** All accounts of the server, deactivated ones too: a request for each thousand. */
export async function listAccounts(client: MatrixClient): Promise<Map<string, Account>> {
    const accounts = new Map<string, Account>();
    let from: string | undefined = "0";
    while (from !== undefined) {
        const query: Record<string, string> = { from, limit: "1000", guests: "false", deactivated: "true" };
        const answer = (await client.doRequest("GET", "/_synapse/admin/v2/users", query)) as {
            users: ListedAccount[];
            next_token?: string;
        };
        for (const listed of answer.users) accounts.set(listed.name, account(listed));
        from = answer.next_token;
    }
    return accounts;
}

const path = (userId: string) => `/_synapse/admin/v2/users/${encodeURIComponent(userId)}`;

export async function findAccount(client: MatrixClient, userId: string): Promise<Account | undefined> {
    const found = (await ifFound(client.doRequest("GET", path(userId)))) as Omit<ListedAccount, "name"> | undefined;
    return found && account(found);
}

/** Creates the account or changes it. */
export async function saveAccount(client: MatrixClient, userId: string, change: AccountChange): Promise<void> {
    const { displayName, avatarUrl, admin, deactivated, password } = change;
    await client.doRequest("PUT", path(userId), undefined, {
        ...(password === undefined ? {} : { password, logout_devices: false }),
        ...(displayName === undefined ? {} : { displayname: displayName }),
        ...(avatarUrl === undefined ? {} : { avatar_url: avatarUrl }),
        ...(admin === undefined ? {} : { admin }),
        ...(deactivated === undefined ? {} : { deactivated }),
    });
}

/** @param erase also hides its messages from those who join later (GDPR) */
export async function deactivateAccount(client: MatrixClient, userId: string, erase: boolean): Promise<void> {
    await ifFound(client.doRequest("POST", `/_synapse/admin/v1/deactivate/${encodeURIComponent(userId)}`, undefined, { erase }));
}

/** A new account's device, and the token that is tied to it. */
export interface Registered {
    accessToken: string;
    deviceId: string;
}

/**
 * Makes an account and signs it in, for the price of one password hash and outside the limits on sign-ins.
 * @returns undefined if the account exists
 * Source: https://element-hq.github.io/synapse/latest/admin_api/register_api.html
 */
export async function register(
    client: MatrixClient,
    { name, password, admin, secret }: { name: string; password: string; admin: boolean; secret: string },
): Promise<Registered | undefined> {
    const endpoint = "/_synapse/admin/v1/register";
    const { nonce } = (await client.doRequest("GET", endpoint)) as { nonce: string };
    const mac = createHmac("sha1", secret)
        .update([nonce, name, password, admin ? "admin" : "notadmin"].join("\0"))
        .digest("hex");
    const request = { nonce, username: name, password, admin, mac, device_id: stackDevice, initial_device_display_name: "Pulumi" };
    try {
        const answer = (await client.doRequest("POST", endpoint, undefined, request)) as { access_token: string; device_id: string };
        return { accessToken: answer.access_token, deviceId: answer.device_id };
    } catch (error) {
        if (answered(error, "M_USER_IN_USE")) return undefined;
        throw error;
    }
}

const limitPath = (userId: string) => `/_synapse/admin/v1/users/${encodeURIComponent(userId)}/override_ratelimit`;

/** Whether the account may send as much as it likes. */
export async function isUnlimited(client: MatrixClient, userId: string): Promise<boolean> {
    const limit = (await client.doRequest("GET", limitPath(userId))) as { messages_per_second?: number };
    // Synapse reads 0 as no limit, and answers {} where nothing is overridden.
    return limit.messages_per_second === 0;
}

export async function setUnlimited(client: MatrixClient, userId: string, unlimited: boolean): Promise<void> {
    if (unlimited) await client.doRequest("POST", limitPath(userId), undefined, { messages_per_second: 0, burst_count: 0 });
    else await client.doRequest("DELETE", limitPath(userId));
}
