/** Creates rooms and spaces, adopts those that are there, and changes only what differs. */
import type { MatrixClient } from "matrix-bot-sdk";
import type { RoomRemoval } from "../../../provider/resources/room.ts";
import type { Access } from "../access.ts";
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

/** @throws Error if the alias belongs to a room in which the acting account has too low a power level */
export async function createRoom(access: Access, declared: DeclaredRoom): Promise<RoomIds> {
    const { client } = access;
    const existing = await findRoom(client, declared.alias);
    if (existing !== undefined) {
        await assertOurs(access, existing, declared.alias);
        return updateRoom(access, existing, declared, undefined);
    }
    const self = await client.getUserId();
    const { members, powerLevels, space, name, topic, alias } = declared;
    // createRoom has fields of its own for these.
    const given = ["m.room.name", "m.room.topic"];
    const state = declaredState(declared).filter(({ type }) => !given.includes(type));
    // A plain message is normal before encryption begins; after it, clients warn of it.
    const late = declared.pinnedMessage === undefined ? [] : state.filter(({ type }) => type === "m.room.encryption");
    const roomId = await client.createRoom({
        room_version: roomVersion,
        // The server encrypts rooms of the private presets by itself, so an unencrypted one starts from the public preset
        // and is closed by its initial state.
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
    return settle(access, roomId, declared, { created: true });
}

/**
 * @param before what was declared last; absent: the room is adopted
 * @throws Error in one line that names what the server refused
 */
export async function updateRoom(
    access: Access,
    roomId: string,
    declared: DeclaredRoom,
    before: (DeclaredRoom & Partial<RoomIds>) | undefined,
): Promise<RoomIds> {
    return settle(access, roomId, declared, { before });
}

/** leave: the acting account leaves, and alias and directory entry go. purge: the server deletes the room with everything in it. */
export async function removeRoom(access: Access, roomId: string, declared: DeclaredRoom, how: RoomRemoval): Promise<void> {
    const { client, administration } = access;
    const live = await readRoom(access, roomId);
    if (!live) return;
    if (declared.parent) await client.sendStateEvent(declared.parent, "m.space.child", roomId, {}).catch(ignoreForbidden);
    if (how === "purge") return administration.purge(roomId);
    for (const alias of live.aliases) await client.deleteRoomAlias(alias);
    if (live.visibility === "public") await client.setDirectoryVisibility(roomId, "private");
    if (live.joined) await client.leaveRoom(roomId);
}

/** Refuses to take over a room that somebody else made. */
async function assertOurs(access: Access, roomId: string, alias: string): Promise<void> {
    const live = await readRoom(access, roomId);
    const self = await access.client.getUserId();
    const level = live && (live.creators.includes(self) ? Number.POSITIVE_INFINITY : (live.levels.users?.[self] ?? 0));
    if (live?.joined && level !== undefined && level >= 50) return;
    const maker = live?.state.get(stateKeyOf("m.room.create"))?.sender ?? "somebody else";
    throw new Error(
        `the alias ${alias} belongs to a room of ${maker}, ${roomId}; declare another alias, or let ${maker} give ${self} power level 100 there`,
    );
}

interface Circumstances {
    /** Just created, so that nothing can differ. */
    created?: boolean;
    before?: DeclaredRoom & Partial<RoomIds>;
}

async function settle(
    access: Access,
    roomId: string,
    declared: DeclaredRoom,
    { created = false, before }: Circumstances,
): Promise<RoomIds> {
    const { client } = access;
    const self = await client.getUserId();
    let live = await readRoom(access, roomId);
    if (!live) throw new Error(`room ${roomId} no longer exists; run pulumi up again to create it anew`);
    if (!live.joined) {
        await takeBack(access, roomId, live, self);
        live = (await readRoom(access, roomId)) ?? live;
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
    for (const event of [...withdrawn, ...declaredState(declared)]) await setState(client, roomId, live, event);
    await settleParent(client, roomId, declared, before);
    await bringMembers(access, roomId, live, Object.keys(without(declared.members, self)), before && Object.keys(before.members));
    return { roomId, ...(pinnedEventId && { pinnedEventId }) };
}

async function setState(client: MatrixClient, roomId: string, live: Pick<LiveRoom, "state">, event: StateEvent): Promise<void> {
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
    await setState(client, roomId, live, { type: "m.room.canonical_alias", stateKey: "", content: { alias } });
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

/** Lists the room in its space. The room's own side is part of its state. */
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
