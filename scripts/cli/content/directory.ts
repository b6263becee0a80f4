/** Accounts and rooms of the server, as its administrator sees them. */
import { type BridgePlatform, platformNames, platforms } from "../../../components/bridges/platforms.ts";
import type { ListedType } from "./contentTypes.ts";
import type { Server } from "./server.ts";

export interface Listed {
    type: ListedType;
    /** Localpart of the user or alias; the ID of a room without an alias; the platform of a bridge. */
    name: string;
    id: string;
    /** Display name, a room's name, or what people call a platform. */
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

/** By name. Bots are those that the settings declare, and those that were added as one. */
export async function listAccounts(server: Server): Promise<ListedAccount[]> {
    const { administration, name, settings, outputs } = server;
    const bots = new Set([...Object.values(outputs.bots).map(({ userId }) => userId), ...declaredIds(settings.bots, name)]);
    const people = new Set([outputs.adminUserId, ...declaredIds(settings.users, name)]);
    return [...(await administration.accounts())]
        .map(([id, { displayName = "", admin, deactivated, bot }]) => ({
            type: bots.has(id) || bot ? ("bot" as const) : ("user" as const),
            name: id.slice(1, id.indexOf(":")),
            id,
            title: displayName,
            declared: bots.has(id) || people.has(id),
            admin,
            deactivated,
        }))
        .sort(byName);
}

/** By name. */
export async function listRooms(server: Server): Promise<ListedRoom[]> {
    const { administration, name, outputs } = server;
    const declared = new Set(Object.values(outputs.rooms));
    return (await administration.rooms())
        .map((room) => ({
            type: room.space ? ("space" as const) : ("room" as const),
            name: nameOfRoom(room.alias, room.roomId, name),
            id: room.roomId,
            title: room.name ?? "",
            declared: declared.has(room.roomId),
            alias: room.alias,
            members: room.members,
            encrypted: room.encrypted,
            public: room.public,
        }))
        .sort(byName);
}

/** Those that the settings declare, by platform; the ID is that of their own account. */
export function listBridges({ settings, name: serverName }: Pick<Server, "settings" | "name">): Listed[] {
    const declared = (settings.bridges ?? {}) as Record<string, unknown>;
    return platformNames
        .filter((platform) => declared[platform] !== undefined)
        .map((platform) => {
            const { title, localpart }: BridgePlatform = platforms[platform];
            return { type: "bridge" as const, name: platform, id: `@${localpart}:${serverName}`, title, declared: true };
        })
        .sort(byName);
}

function nameOfRoom(alias: string | undefined, roomId: string, serverName: string): string {
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

function byName(a: Listed, b: Listed): number {
    return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
