/** Creates rooms and spaces, adopts those that are there, and changes only what differs. */
import type { MatrixClient } from "matrix-bot-sdk";
import { answered, reason } from "../client.ts";
import { type DeclaredRoom, declaredState, holds, type StateEvent, stateKeyOf, withdrawnState } from "./declared.ts";
import { type LiveRoom, readRoom } from "./live.ts";
import { bringMembers, removeMembers, takeBack } from "./members.ts";
import { pin, unpin } from "./pinned.ts";
import { initialLevels, withDeclared } from "./powerLevels.ts";

/** Given explicitly, so that a server with another default makes the same rooms. */
const roomVersion = "12";

export interface RoomIds {
    roomId: string;
    /** Event ID of the pinned message that is declared. */
    pinnedEventId?: string;
}

/** @returns the room that the alias leads to, on whichever server it began */
export async function findRoom(client: MatrixClient, alias: string): Promise<string | undefined> {
    try {
        return await client.resolveRoom(alias);
    } catch (error) {
        if (answered(error, "M_NOT_FOUND")) return undefined;
        throw error;
    }
}

/** @throws Error if the alias belongs to a room that the acting account has no say in */
export async function createRoom(client: MatrixClient, declared: DeclaredRoom): Promise<RoomIds> {
    const existing = await findRoom(client, declared.alias);
    if (existing !== undefined) {
        await assertOurs(client, existing, declared.alias);
        return updateRoom(client, existing, declared, undefined);
    }
    const self = await client.getUserId();
    const { members, powerLevels, space, name, topic, alias } = declared;
    // Said by createRoom itself; the parent's own side is said after.
    const given = ["m.room.name", "m.room.topic"];
    const state = declaredState(declared).filter(({ type }) => !given.includes(type));
    // A message pinned before encryption begins is readable as any other; after it, clients warn of it.
    const late = declared.pinnedMessage === undefined ? [] : state.filter(({ type }) => type === "m.room.encryption");
    const roomId = await client.createRoom({
        room_version: roomVersion,
        // The server encrypts rooms of the private presets by itself, so one that is declared open to read starts
        // from the public preset and is closed by its initial state.
        preset: declared.encrypted && late.length === 0 ? "private_chat" : "public_chat",
        room_alias_name: alias.slice(1, alias.indexOf(":")),
        visibility: declared.visibility,
        name,
        topic,
        ...(space ? { creation_content: { type: "m.space" } } : {}),
        power_level_content_override: initialLevels(without(members, self), powerLevels),
        initial_state: state
            .filter((event) => !late.includes(event))
            .map(({ type, stateKey, content }) => ({ type, state_key: stateKey, content })),
    });
    return settle(client, roomId, declared, { created: true });
}

/**
 * @param before what was declared last; absent: the room is adopted
 * @throws Error in one line that names what the server refused
 */
export async function updateRoom(
    client: MatrixClient,
    roomId: string,
    declared: DeclaredRoom,
    before: (DeclaredRoom & Partial<RoomIds>) | undefined,
): Promise<RoomIds> {
    return settle(client, roomId, declared, { before });
}

/** leave: the account that acts leaves, and alias and directory entry go. purge: the server forgets the room whole. */
export async function removeRoom(client: MatrixClient, roomId: string, declared: DeclaredRoom, how: "leave" | "purge"): Promise<void> {
    const live = await readRoom(client, roomId);
    if (!live) return;
    if (declared.parent) await client.sendStateEvent(declared.parent, "m.space.child", roomId, {}).catch(ignoreForbidden);
    if (how === "purge") return purge(client, roomId);
    for (const alias of live.aliases) await client.deleteRoomAlias(alias);
    if (live.visibility === "public") await client.setDirectoryVisibility(roomId, "private");
    if (live.joined) await client.leaveRoom(roomId);
}

/** Source: https://element-hq.github.io/synapse/latest/admin_api/rooms.html#version-2-new-version */
async function purge(client: MatrixClient, roomId: string): Promise<void> {
    const path = `/_synapse/admin/v2/rooms/${encodeURIComponent(roomId)}`;
    const { delete_id } = (await client.doRequest("DELETE", path, undefined, { purge: true, block: false })) as { delete_id: string };
    for (let tries = 0; tries < 600; tries++) {
        const { status, error } = (await client.doRequest("GET", `/_synapse/admin/v2/rooms/delete_status/${delete_id}`)) as Record<
            string,
            string
        >;
        if (status === "complete") return;
        if (status === "failed") throw new Error(`the server could not delete ${roomId}: ${error}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`the server is still deleting ${roomId} after 2 minutes; run pulumi up again later`);
}

/** A room that somebody else made is not taken over. */
async function assertOurs(client: MatrixClient, roomId: string, alias: string): Promise<void> {
    const live = await readRoom(client, roomId);
    const self = await client.getUserId();
    const level = live && (live.creators.includes(self) ? Number.POSITIVE_INFINITY : (live.levels.users?.[self] ?? 0));
    if (live?.joined && level !== undefined && level >= 50) return;
    const maker = live?.state.get(stateKeyOf("m.room.create"))?.sender ?? "somebody else";
    throw new Error(
        `the alias ${alias} belongs to a room of ${maker}, ${roomId}; declare another alias, or let ${maker} give ${self} power level 100 there`,
    );
}

interface Circumstances {
    /** Just made, so nothing of it can differ. */
    created?: boolean;
    before?: DeclaredRoom & Partial<RoomIds>;
}

async function settle(
    client: MatrixClient,
    roomId: string,
    declared: DeclaredRoom,
    { created = false, before }: Circumstances,
): Promise<RoomIds> {
    const self = await client.getUserId();
    let live = await readRoom(client, roomId);
    if (!live) throw new Error(`there is no room ${roomId} any more; run pulumi up again, and it is made anew`);
    if (!live.joined) {
        await takeBack(client, roomId, live, self);
        live = (await readRoom(client, roomId)) ?? live;
    }
    if (!declared.encrypted && live.state.has(stateKeyOf("m.room.encryption")) && !before) {
        throw new Error("it is encrypted, which cannot be taken back; declare it with encrypted: true, or another room");
    }
    if (!created) {
        await settleAlias(client, roomId, live, declared.alias);
        if (live.visibility !== declared.visibility) await client.setDirectoryVisibility(roomId, declared.visibility);
    }

    const gone = before ? Object.keys(before.members).filter((userId) => !(userId in declared.members) && userId !== self) : [];
    await removeMembers(client, roomId, live, gone);
    await settleLevels(client, roomId, live, declared, before, self);
    const pinnedEventId = await settlePinned(client, roomId, live, declared, before);
    const withdrawn = before ? withdrawnState(before, declared) : [];
    for (const event of [...withdrawn, ...declaredState(declared)]) await say(client, roomId, live, event);
    await settleParent(client, roomId, declared, before);
    await bringMembers(client, roomId, live, Object.keys(without(declared.members, self)), before && Object.keys(before.members));
    return { roomId, ...(pinnedEventId && { pinnedEventId }) };
}

async function say(client: MatrixClient, roomId: string, live: Pick<LiveRoom, "state">, event: StateEvent): Promise<void> {
    if (holds(live.state, event)) return;
    try {
        await client.sendStateEvent(roomId, event.type, event.stateKey, event.content);
    } catch (error) {
        throw new Error(`${event.type} cannot be set: ${reason(error)}`);
    }
}

/** Moves the alias where another was declared before. */
async function settleAlias(client: MatrixClient, roomId: string, live: LiveRoom, alias: string): Promise<void> {
    const canonical = live.state.get(stateKeyOf("m.room.canonical_alias"))?.content.alias;
    if (!live.aliases.includes(alias)) {
        const holder = await findRoom(client, alias);
        if (holder !== undefined && holder !== roomId)
            throw new Error(`the alias ${alias} belongs to another room, ${holder}; declare another alias`);
        if (holder === undefined) await client.createRoomAlias(alias, roomId);
    }
    await say(client, roomId, live, { type: "m.room.canonical_alias", stateKey: "", content: { alias } });
    if (typeof canonical === "string" && canonical !== alias && live.aliases.includes(canonical)) await client.deleteRoomAlias(canonical);
}

async function settleLevels(
    client: MatrixClient,
    roomId: string,
    live: LiveRoom,
    declared: DeclaredRoom,
    before: DeclaredRoom | undefined,
    self: string,
): Promise<void> {
    const levels = withDeclared(live.levels, {
        members: without(declared.members, self),
        actions: declared.powerLevels,
        creators: live.creators,
        self,
        earlierActions: before?.powerLevels,
    });
    if (!levels) return;
    try {
        await client.sendStateEvent(roomId, "m.room.power_levels", "", levels);
    } catch (error) {
        if (!answered(error, "M_FORBIDDEN")) throw error;
        const own = live.levels.users?.[self] ?? 0;
        throw new Error(
            `${self} has power level ${own} in ${roomId} and cannot give what is declared (${reason(error)}); let somebody with a higher one give it 100 there, or declare lower levels`,
        );
    }
}

async function settlePinned(
    client: MatrixClient,
    roomId: string,
    live: LiveRoom,
    declared: DeclaredRoom,
    before: (DeclaredRoom & Partial<RoomIds>) | undefined,
): Promise<string | undefined> {
    const earlier = before?.pinnedEventId;
    if (declared.pinnedMessage === undefined) {
        if (earlier) await unpin(client, roomId, live, earlier);
        return undefined;
    }
    return pin(client, roomId, live, declared.pinnedMessage, earlier);
}

/** The space's side of belonging to it. The room's side is state of the room. */
async function settleParent(client: MatrixClient, roomId: string, declared: DeclaredRoom, before: DeclaredRoom | undefined): Promise<void> {
    const via = [declared.alias.slice(declared.alias.indexOf(":") + 1)];
    if (before?.parent && before.parent !== declared.parent) {
        await client.sendStateEvent(before.parent, "m.space.child", roomId, {}).catch(ignoreForbidden);
    }
    if (!declared.parent) return;
    if (!(await isChild(client, declared.parent, roomId))) await client.sendStateEvent(declared.parent, "m.space.child", roomId, { via });
}

/** Whether the space lists the room. */
export async function isChild(client: MatrixClient, space: string, roomId: string): Promise<boolean> {
    try {
        return Array.isArray((await client.getRoomStateEvent(space, "m.space.child", roomId)).via);
    } catch (error) {
        if (answered(error, "M_NOT_FOUND") || answered(error, "M_FORBIDDEN")) return false;
        throw error;
    }
}

function without(members: Record<string, number>, self: string): Record<string, number> {
    return Object.fromEntries(Object.entries(members).filter(([userId]) => userId !== self));
}

function ignoreForbidden(error: unknown): void {
    if (!answered(error, "M_FORBIDDEN") && !answered(error, "M_NOT_FOUND")) throw error;
}
