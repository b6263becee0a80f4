/** Finds the account or room that a name stands for, and describes it as an entry of the settings. */

import { own } from "../../../components/settings/own.ts";
import type { PowerLevels } from "../../../provider/resources/index.ts";
import type { DeclaredRoom } from "../../content/room/declared.ts";
import { stateKeyOf } from "../../content/room/declared.ts";
import { type LiveRoom, readRoom } from "../../content/room/live.ts";
import { readPinned } from "../../content/room/pinned.ts";
import { levelOf, readActions } from "../../content/room/powerLevels.ts";
import { Failure } from "../../project/failure.ts";
import { quoted } from "../../project/visible.ts";
import type { ContentType } from "./contentTypes.ts";
import { ambiguous } from "./declare.ts";
import { declaredIds } from "./directory.ts";
import { isLocalpartOrUserId, roomIdOf } from "./names.ts";
import type { Server } from "./server.ts";

export interface Found {
    type: ContentType;
    /** User ID or room ID. */
    id: string;
    entry: Record<string, unknown>;
}

/**
 * @param typed a key of the settings, a user's name, an alias, or an ID
 * @throws Failure with exit code 2 if there is no such thing, or 1 if there are two and the type was not said
 */
export async function find(server: Server, typed: string, type: ContentType | undefined): Promise<Found> {
    const wantsAccount = type === undefined || type === "user" || type === "bot";
    const wantsRoom = type === undefined || type === "room" || type === "space";
    const account = wantsAccount && isLocalpartOrUserId(typed, server.name) ? await findAccountEntry(server, typed) : undefined;
    const room = wantsRoom && !typed.startsWith("@") ? await findRoomEntry(server, typed) : undefined;
    const found = [account, room].filter((one) => one !== undefined).filter((one) => type === undefined || one.type === type);
    if (found.length > 1)
        throw ambiguous(
            typed,
            found.map((one) => one.type),
        );
    const [only] = found;
    if (!only)
        throw new Failure(
            `there is no ${type ?? "user, bot, room or space"} ${quoted(typed)} on this server; see: resource-matrix-synapse content list`,
            2,
        );
    return only;
}

async function findAccountEntry(server: Server, typed: string): Promise<Found | undefined> {
    const localpart = typed.replace(/^@/, "").replace(`:${server.name}`, "");
    const keyed = own(server.outputs.bots, typed)?.userId ?? own(server.outputs.users, typed)?.userId;
    const id = keyed ?? `@${localpart}:${server.name}`;
    const account = await server.administration.account(id);
    if (!account || account.deactivated) return undefined;
    const { displayName, avatarUrl, admin } = account;
    return {
        type: (await isBot(server, id)) ? "bot" : "user",
        id,
        entry: {
            ...(displayName !== undefined && { displayName }),
            ...(avatarUrl !== undefined && { avatar: avatarUrl }),
            ...(admin && { admin }),
        },
    };
}

/** Declared as one, or added as one (Synapse: user_type). */
export async function isBot(server: Server, userId: string): Promise<boolean> {
    const { outputs, settings, administration, name } = server;
    if (Object.values(outputs.bots).some((bot) => bot.userId === userId) || declaredIds(settings.bots, name).includes(userId)) return true;
    return (await administration.account(userId))?.bot ?? false;
}

async function findRoomEntry(server: Server, typed: string): Promise<Found | undefined> {
    const id = await roomIdOf(server, typed).catch((error) => {
        // What cannot be an alias is no alias of a room.
        if (error instanceof Failure) return undefined;
        throw error;
    });
    const live = id === undefined ? undefined : await readRoom(server, id);
    // A deleted room has no state.
    if (id === undefined || !live?.state.has(stateKeyOf("m.room.create"))) return undefined;
    return { type: spaceness(live), id, entry: await roomEntry(server, id, live) };
}

function spaceness(live: LiveRoom): "room" | "space" {
    return live.state.get(stateKeyOf("m.room.create"))?.content.type === "m.space" ? "space" : "room";
}

const allActions: PowerLevels = { usersDefault: 0, eventsDefault: 0, stateDefault: 0, invite: 0, kick: 0, ban: 0, redact: 0 };

async function roomEntry(server: Server, id: string, live: LiveRoom): Promise<Record<string, unknown>> {
    const text = (type: string, key: string) => {
        const value = live.state.get(stateKeyOf(type))?.content[key];
        return typeof value === "string" && value !== "" ? value : undefined;
    };
    const room = spaceness(live) === "room";
    const alias = text("m.room.canonical_alias", "alias");
    const [pinned] = (live.state.get(stateKeyOf("m.room.pinned_events"))?.content.pinned ?? []) as string[];
    const retention = live.state.get(stateKeyOf("m.room.retention"))?.content.max_lifetime;
    const entry = {
        name: text("m.room.name", "name"),
        topic: text("m.room.topic", "topic"),
        alias: alias?.endsWith(`:${server.name}`) ? alias.slice(1, -server.name.length - 1) : undefined,
        avatar: text("m.room.avatar", "url"),
        visibility: live.visibility,
        joinRule: text("m.room.join_rules", "join_rule"),
        historyVisibility: text("m.room.history_visibility", "history_visibility"),
        encrypted: room ? live.state.has(stateKeyOf("m.room.encryption")) : undefined,
        powerLevels: readActions(live.levels, { ...allActions, events: eventLevels(live) }),
        members: membersOf(server, live),
        parent: parentOf(live),
        retention: room && typeof retention === "number" && retention % 3_600_000 === 0 ? `${retention / 3_600_000}h` : undefined,
        serverAcl: room ? serverAclOf(live) : undefined,
        pinnedMessage: room && pinned && live.joined ? await readPinned(server.client, id, live, pinned) : undefined,
    };
    return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

/** As the settings write it; a list that they cannot express is left out. */
function serverAclOf(live: LiveRoom): { deny: string[]; allow: string[] } | undefined {
    const { deny = [], allow, allow_ip_literals } = live.state.get(stateKeyOf("m.room.server_acl"))?.content ?? {};
    return Array.isArray(deny) && Array.isArray(allow) && allow_ip_literals === false ? { deny, allow } : undefined;
}

/** Without levels above 100, which only creators reach: the server sets them by itself. */
function eventLevels(live: LiveRoom): Record<string, number> {
    return Object.fromEntries(Object.entries(live.levels.events ?? {}).filter(([, level]) => level <= 100));
}

/** Without the administrator, who is in every room that it creates. */
function membersOf(server: Server, live: LiveRoom): Record<string, number> {
    const members: Record<string, number> = {};
    for (const [key, { content }] of live.state) {
        const [type, userId = ""] = key.split("\0");
        if (type !== "m.room.member" || (content.membership !== "join" && content.membership !== "invite")) continue;
        if (userId === server.administrator.userId) continue;
        const name = userId.endsWith(`:${server.name}`) ? userId.slice(1, -server.name.length - 1) : userId;
        members[name] = live.creators.includes(userId) ? 100 : Math.min(100, Math.max(0, levelOf(live.levels, userId)));
    }
    return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function parentOf(live: LiveRoom): string | undefined {
    for (const [key, { content }] of live.state) {
        const [type, space] = key.split("\0");
        if (type === "m.space.parent" && Array.isArray(content.via)) return space;
    }
    return undefined;
}

/** What removal needs to know of a room that is not declared. */
export function asDeclared(found: Found, serverName: string): DeclaredRoom {
    const { alias = "", parent } = found.entry as { alias?: string; parent?: string };
    return {
        alias: `#${alias}:${serverName}`,
        space: found.type === "space",
        visibility: "private",
        joinRule: "invite",
        historyVisibility: "shared",
        encrypted: false,
        members: {},
        ...(parent !== undefined && { parent }),
    };
}
