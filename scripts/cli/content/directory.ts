// Everything that lives on the server, as far as its administrator sees it.
import type { MatrixClient } from "matrix-bot-sdk";
import type { ContentType } from "./contentTypes.ts";
import type { Server } from "./server.ts";

export interface Listed {
    type: ContentType;
    /** Localpart of the user or alias; the ID of a room without an alias. */
    name: string;
    id: string;
    /** Display name, or a room's name. */
    title: string;
    /** Whether the stack's settings declare it. */
    declared: boolean;
}

export interface ListedAccount extends Listed {
    type: "user" | "bot";
    admin: boolean;
    deactivated: boolean;
}

export interface ListedRoom extends Listed {
    type: "room" | "space";
    alias: string | undefined;
    members: number;
    encrypted: boolean;
    public: boolean;
}

interface AccountRow {
    name: string;
    displayname: string | null;
    user_type: string | null;
    admin: boolean | number;
    deactivated: boolean | number;
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

/**
 * By name. A bot is what the settings call so, or what was added as one (Synapse: user_type).
 * Source: https://element-hq.github.io/synapse/latest/admin_api/user_admin_api.html#list-accounts
 */
export async function listAccounts(server: Server): Promise<ListedAccount[]> {
    const { client, name, settings, outputs } = server;
    const bots = new Set([...Object.values(outputs.bots).map(({ userId }) => userId), ...declaredIds(settings.bots, name)]);
    const people = new Set([outputs.adminUserId, ...declaredIds(settings.users, name)]);
    const rows = await pages(
        client,
        "/_synapse/admin/v2/users",
        "next_token",
        { guests: "false", deactivated: "true" },
        (page: { users: AccountRow[] }) => page.users,
    );
    return rows
        .map((row) => ({
            type: bots.has(row.name) || row.user_type === "bot" ? ("bot" as const) : ("user" as const),
            name: row.name.slice(1, row.name.indexOf(":")),
            id: row.name,
            title: row.displayname ?? "",
            declared: bots.has(row.name) || people.has(row.name),
            admin: Boolean(row.admin),
            deactivated: Boolean(row.deactivated),
        }))
        .sort(byName);
}

/** By name. Source: https://element-hq.github.io/synapse/latest/admin_api/rooms.html#list-room-api */
export async function listRooms(server: Server): Promise<ListedRoom[]> {
    const { client, name, outputs } = server;
    const declared = new Set(Object.values(outputs.rooms));
    const rows = await pages(client, "/_synapse/admin/v1/rooms", "next_batch", {}, (page: { rooms: RoomRow[] }) => page.rooms);
    return rows
        .map((row) => ({
            type: row.room_type === "m.space" ? ("space" as const) : ("room" as const),
            name: nameOfRoom(row.canonical_alias, row.room_id, name),
            id: row.room_id,
            title: row.name ?? "",
            declared: declared.has(row.room_id),
            alias: row.canonical_alias ?? undefined,
            members: row.joined_members,
            encrypted: row.encryption !== null,
            public: row.public,
        }))
        .sort(byName);
}

function nameOfRoom(alias: string | null, roomId: string, serverName: string): string {
    if (!alias) return roomId;
    return alias.endsWith(`:${serverName}`) ? alias.slice(1, -serverName.length - 1) : alias;
}

/** User IDs of a section of the settings. */
export function declaredIds(section: unknown, serverName: string): string[] {
    if (typeof section !== "object" || section === null) return [];
    return Object.entries(section as Record<string, { localpart?: unknown } | null>).map(([key, entry]) => {
        const localpart = entry?.localpart;
        return `@${typeof localpart === "string" ? localpart : key}:${serverName}`;
    });
}

async function pages<Page extends object, Row>(
    client: MatrixClient,
    path: string,
    next: string,
    query: Record<string, string>,
    rowsOf: (page: Page) => Row[],
): Promise<Row[]> {
    const rows: Row[] = [];
    for (let from: string | number | undefined = 0; from !== undefined; ) {
        const page = (await client.doRequest("GET", path, { ...query, from: String(from), limit: "500" })) as Page &
            Record<string, string | number | undefined>;
        rows.push(...rowsOf(page));
        from = page[next];
    }
    return rows;
}

function byName(a: Listed, b: Listed): number {
    return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
