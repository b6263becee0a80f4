/**
 * Administration by Synapse's admin API. The only file that names its paths, with version.ts.
 * Source: https://element-hq.github.io/synapse/latest/usage/administration/admin_api/
 */
import { createHmac } from "node:crypto";
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import { answered, connect, ifFound, NoAnswer } from "../client.ts";
import { stackDevice } from "../signIn.ts";
import type {
    Account,
    AccountChange,
    AccountDetails,
    Administration,
    Registered,
    Registration,
    RoomSummary,
    StoredEvent,
} from "./administration.ts";

/** As Synapse lists it. */
interface AccountRow {
    name: string;
    displayname: string | null;
    avatar_url: string | null;
    admin: boolean | number;
    deactivated: boolean | number;
    erased: boolean;
    locked: boolean;
    shadow_banned: boolean | number;
    is_guest: boolean | number;
    user_type?: string | null;
}

/** As Synapse tells it of one account. */
interface AccountAnswer extends AccountRow {
    suspended: boolean;
    appservice_id: string | null;
    external_ids: unknown[];
}

interface RoomRow {
    room_id: string;
    name: string | null;
    canonical_alias: string | null;
    joined_members: number;
    encryption: string | null;
    public: boolean;
    room_type?: string | null;
}

const id = encodeURIComponent;
const rowsPerRequest = "1000";

/** @param client of a server admin, except for register */
export function synapseAdministration(client: MatrixClient): Administration {
    const get = <Answer>(path: string, query?: Record<string, string>) =>
        client.doRequest("GET", `/_synapse/admin${path}`, query) as Promise<Answer>;
    const send = <Answer>(method: "POST" | "PUT" | "DELETE", path: string, body?: object) =>
        client.doRequest(method, `/_synapse/admin${path}`, undefined, body) as Promise<Answer>;
    const limitPath = (userId: string) => `/v1/users/${id(userId)}/override_ratelimit`;

    let asked: Promise<boolean> | undefined;

    return {
        listsAccounts: true,
        makesServiceAccounts: false,
        permitted() {
            asked ??= isPermitted(client, get).catch((error) => {
                asked = undefined;
                throw error;
            });
            return asked;
        },
        async accounts() {
            const accounts = new Map<string, Account>();
            for (let from: string | undefined = "0"; from !== undefined; ) {
                const query: Record<string, string> = { from, limit: rowsPerRequest, guests: "false", deactivated: "true", locked: "true" };
                const page: { users: AccountRow[]; next_token?: string } = await get("/v2/users", query);
                for (const row of page.users) accounts.set(row.name, accountOf(row));
                from = page.next_token;
            }
            return accounts;
        },
        async account(userId) {
            const answer = await ifFound(get<AccountAnswer>(`/v2/users/${id(userId)}`));
            return answer && detailsOf(answer);
        },
        async hasPassword(userId) {
            // The answer has the hashes of all whose name contains the term; nothing else tells whether there is one.
            const found = await get<{ name: string; password_hash: string | null }[]>(`/v1/search_users/${id(userId)}`, { term: userId });
            return Boolean(found.find(({ name }) => name === userId)?.password_hash);
        },
        async save(userId, change) {
            const put = () => send("PUT", `/v2/users/${id(userId)}`, changeRequest(change));
            await (change.deactivated === false ? onceIndexed(put) : put());
        },
        async deactivate(userId, erase) {
            await ifFound(send("POST", `/v1/deactivate/${id(userId)}`, { erase }));
        },
        async register(registration) {
            const { nonce } = await get<{ nonce: string }>("/v1/register");
            try {
                const answer = await send<{ access_token: string; device_id: string }>(
                    "POST",
                    "/v1/register",
                    registrationRequest(nonce, registration),
                );
                return { accessToken: answer.access_token, deviceId: answer.device_id } satisfies Registered;
            } catch (error) {
                if (answered(error, "M_USER_IN_USE")) return undefined;
                throw error;
            }
        },
        async isUnlimited(userId) {
            const limit = await get<{ messages_per_second?: number }>(limitPath(userId));
            // Synapse reads 0 as no limit, and answers {} where nothing is overridden.
            return limit.messages_per_second === 0;
        },
        async setUnlimited(userId, unlimited) {
            if (unlimited) await send("POST", limitPath(userId), { messages_per_second: 0, burst_count: 0 });
            else await send("DELETE", limitPath(userId));
        },
        async suspend(userId, suspended) {
            await send("PUT", `/v1/suspend/${id(userId)}`, { suspend: suspended });
        },
        async shadowBan(userId, banned) {
            await send(banned ? "POST" : "DELETE", `/v1/users/${id(userId)}/shadow_ban`);
        },
        async signOut(userId) {
            const { devices } = await get<{ devices: { device_id: string }[] }>(`/v2/users/${id(userId)}/devices`);
            await send("POST", `/v2/users/${id(userId)}/delete_devices`, { devices: devices.map(({ device_id }) => device_id) });
            return devices.length;
        },
        async actAs(userId, milliseconds, connected = (token) => connect(client.homeserverUrl, token)) {
            const request = { valid_until_ms: Date.now() + milliseconds };
            return connected((await send<{ access_token: string }>("POST", `/v1/users/${id(userId)}/login`, request)).access_token);
        },
        async rooms() {
            const rooms: RoomSummary[] = [];
            for (let from: number | undefined = 0; from !== undefined; ) {
                const page: { rooms: RoomRow[]; next_batch?: number } = await get("/v1/rooms", { from: `${from}`, limit: rowsPerRequest });
                rooms.push(...page.rooms.map(summaryOf));
                from = page.next_batch;
            }
            return rooms;
        },
        async room(roomId) {
            return summaryOf(await get<RoomRow>(`/v1/rooms/${id(roomId)}`));
        },
        async roomState(roomId) {
            return (await ifFound(get<{ state: StoredEvent[] }>(`/v1/rooms/${id(roomId)}/state`)))?.state;
        },
        async join(roomId, userId) {
            await send("POST", `/v1/join/${id(roomId)}`, { user_id: userId });
        },
        async purge(roomId) {
            const request = { purge: true, block: false };
            const { delete_id } = await send<{ delete_id: string }>("DELETE", `/v2/rooms/${id(roomId)}`, request);
            for (let tries = 0; tries < 600; tries++) {
                const { status, error } = await get<{ status: string; error?: string }>(`/v2/rooms/delete_status/${delete_id}`);
                if (status === "complete") return;
                if (status === "failed") throw new Error(`the server could not delete ${roomId}: ${error}`);
                await new Promise((resolve) => setTimeout(resolve, 200));
            }
            throw new Error(`the server is still deleting ${roomId} after 2 minutes; run pulumi up again later`);
        },
    };
}

/**
 * Synapse 1.163.2 answers a reactivation with 500 in a new database's first minutes: it relies on an index of profiles that a background
 * update builds (ON CONFLICT in create_profile, synapse/storage/databases/main/profile.py). The request may be repeated.
 */
async function onceIndexed(put: () => Promise<unknown>): Promise<void> {
    for (const deadline = Date.now() + 180_000; ; ) {
        try {
            await put();
            return;
        } catch (error) {
            const early = error instanceof MatrixError && error.statusCode === 500;
            if (!early || Date.now() > deadline) throw error;
            await new Promise((resolve) => setTimeout(resolve, 2_000));
        }
    }
}

async function isPermitted(client: MatrixClient, get: (path: string) => Promise<unknown>): Promise<boolean> {
    try {
        const answer = (await get(`/v1/users/${id(await client.getUserId())}/admin`)) as { admin?: boolean };
        return answer.admin === true;
    } catch (error) {
        const refused = error instanceof MatrixError && [403, 404].includes(error.statusCode);
        if (refused || (error instanceof NoAnswer && !error.passing)) return false;
        throw error;
    }
}

function accountOf(row: AccountRow): Account {
    return {
        ...(row.displayname ? { displayName: row.displayname } : {}),
        ...(row.avatar_url ? { avatarUrl: row.avatar_url } : {}),
        admin: Boolean(row.admin),
        deactivated: Boolean(row.deactivated),
        erased: row.erased,
        locked: row.locked,
        shadowBanned: Boolean(row.shadow_banned),
        guest: Boolean(row.is_guest),
        bot: row.user_type === "bot",
    };
}

function detailsOf(answer: AccountAnswer): AccountDetails {
    return {
        ...accountOf(answer),
        suspended: answer.suspended,
        ...(answer.appservice_id ? { applicationService: answer.appservice_id } : {}),
        singleSignOn: answer.external_ids.length > 0,
    };
}

function changeRequest({ displayName, avatarUrl, admin, deactivated, password, bot }: AccountChange): object {
    return {
        ...(password === undefined ? {} : { password, logout_devices: false }),
        ...(displayName === undefined ? {} : { displayname: displayName }),
        ...(avatarUrl === undefined ? {} : { avatar_url: avatarUrl }),
        ...(admin === undefined ? {} : { admin }),
        ...(deactivated === undefined ? {} : { deactivated }),
        ...(bot && { user_type: "bot" }),
    };
}

/** Source: https://element-hq.github.io/synapse/latest/admin_api/register_api.html */
function registrationRequest(nonce: string, { name, password, admin, secret }: Registration): object {
    const mac = createHmac("sha1", secret)
        .update([nonce, name, password, admin ? "admin" : "notadmin"].join("\0"))
        .digest("hex");
    return { nonce, username: name, password, admin, mac, device_id: stackDevice, initial_device_display_name: "Pulumi" };
}

function summaryOf(row: RoomRow): RoomSummary {
    return {
        roomId: row.room_id,
        space: row.room_type === "m.space",
        ...(row.name ? { name: row.name } : {}),
        ...(row.canonical_alias ? { alias: row.canonical_alias } : {}),
        members: row.joined_members,
        encrypted: row.encryption !== null,
        public: row.public,
    };
}
