/** Creates rooms and spaces, adopts those that are there, and changes only what differs. */
import type { MatrixClient } from "matrix-bot-sdk";
import type { RoomRemoval } from "../../../provider/resources/room.ts";
import type { Access } from "../access.ts";
import { answered, ifFound, reason } from "../client.ts";
import { findRoom, settleAlias } from "./alias.ts";
import { type DeclaredRoom, declaredState, stateKeyOf, withdrawnState } from "./declared.ts";
import { hasLostPower, type LiveRoom, mayEnter, powerOf, readRoom } from "./live.ts";
import { bringMembers, removeMembers } from "./members.ts";
import { settleParent } from "./parent.ts";
import { pin, unpin } from "./pinned.ts";
import { initialLevels, withDeclared } from "./powerLevels.ts";
import { refusal, ruleBehind } from "./refusal.ts";
import { roomVersionOn } from "./roomVersion.ts";
import { ignoreForbidden, setState } from "./setState.ts";
import { regainPower, rejoin } from "./takeBack.ts";

export interface RoomIds {
    roomId: string;
    /** Event ID of the pinned message that is declared. */
    pinnedEventId?: string;
}

/** @throws Error if the alias belongs to a room that cannot be adopted: see {@link obstacleTo} */
export async function createRoom(access: Access, declared: DeclaredRoom): Promise<RoomIds> {
    const { client } = access;
    const existing = await findRoom(client, declared.alias);
    if (existing !== undefined) {
        const obstacle = await obstacleTo(access, existing, declared);
        if (obstacle) throw new Error(obstacle);
        if (await readRoom(access, existing)) return updateRoom(access, existing, declared, undefined);
        await client.deleteRoomAlias(declared.alias);
    }
    const roomId = await newRoom(access, declared);
    await publish(access, roomId, declared);
    return settle(access, roomId, declared, { created: true });
}

async function newRoom({ client }: Access, declared: DeclaredRoom): Promise<string> {
    const self = await client.getUserId();
    const { members, powerLevels, space, name, topic, alias } = declared;
    // createRoom has fields of its own for these.
    const given = ["m.room.name", "m.room.topic"];
    const state = declaredState(declared).filter(({ type }) => !given.includes(type));
    // A plain message is normal before encryption begins; after it, clients warn of it.
    const late = declared.pinnedMessage === undefined ? [] : state.filter(({ type }) => type === "m.room.encryption");
    const creation = client.createRoom({
        room_version: await roomVersionOn(client),
        // The server encrypts rooms of the private presets by itself, so an unencrypted one starts from the public preset
        // and is closed by its initial state.
        preset: declared.encrypted && late.length === 0 ? "private_chat" : "public_chat",
        room_alias_name: alias.slice(1, alias.indexOf(":")),
        name,
        topic,
        ...(space ? { creation_content: { type: "m.space" } } : {}),
        power_level_content_override: initialLevels(without(members, self), powerLevels),
        initial_state: state
            .filter((event) => !late.includes(event))
            .map(({ type, stateKey, content }) => ({ type, state_key: stateKey, content })),
    });
    return creation.catch((error) => {
        const about =
            answered(error, "M_EXCLUSIVE") || ruleBehind(error) ? `the alias ${alias} cannot be given` : `${alias} cannot be created`;
        throw refusal(about, error, self, alias);
    });
}

/** By a request of its own: createRoom leaves the room out of the directory without a word where the server's rules say no. */
async function publish({ client }: Access, roomId: string, { visibility, alias }: DeclaredRoom): Promise<void> {
    if (visibility === "private") return;
    try {
        await setVisibility(client, roomId, visibility);
    } catch (error) {
        // Nobody else is in it yet: without the account and the alias nothing is left of it.
        await client.deleteRoomAlias(alias);
        await client.leaveRoom(roomId);
        throw error;
    }
}

async function setVisibility(client: MatrixClient, roomId: string, visibility: DeclaredRoom["visibility"]): Promise<void> {
    try {
        await client.setDirectoryVisibility(roomId, visibility);
    } catch (error) {
        throw refusal(`visibility cannot be ${visibility}`, error, await client.getUserId(), roomId);
    }
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
    if (how === "purge" && !(await administration.permitted())) throw new Error(`onDelete: ${purgeNeedsAdmin(await client.getUserId())}`);
    if (declared.parent) await client.sendStateEvent(declared.parent, "m.space.child", roomId, {}).catch(ignoreForbidden);
    if (how === "purge") return administration.purge(roomId);
    // Aliases that other people made may be theirs alone.
    for (const alias of live.aliases) await ifFound(client.deleteRoomAlias(alias)).catch(ignoreForbidden);
    if (live.joined && live.visibility === "public") await client.setDirectoryVisibility(roomId, "private").catch(ignoreForbidden);
    if (live.joined) await client.leaveRoom(roomId);
}

export function purgeNeedsAdmin(self: string): string {
    return `purge takes a server admin's token and the address of the admin API, and ${self} has not got both; declare leave`;
}

/** @returns why a room that has the alias already cannot be adopted, or undefined */
export async function obstacleTo(
    access: Access,
    roomId: string,
    declared: Pick<DeclaredRoom, "alias" | "space">,
): Promise<string | undefined> {
    const { alias, space } = declared;
    const live = await readRoom(access, roomId);
    // Everyone has left it; a server admin sees that, and may give its alias to another one.
    if (!live && (await access.administration.permitted())) return undefined;
    const self = await access.client.getUserId();
    if (live?.joined && powerOf(live, self) >= 50) {
        const isSpace = live.state.get(stateKeyOf("m.room.create"))?.content.type === "m.space";
        if (isSpace === space) return undefined;
        return `the alias ${alias} belongs to a ${isSpace ? "space" : "room"}, ${roomId}, and a ${space ? "space" : "room"} is declared; declare another alias`;
    }
    const maker = live?.maker ?? "somebody else";
    if (maker === self)
        return `the alias ${alias} belongs to ${roomId}, which ${self} made and ${live?.joined ? "has no power in" : "left"}; declare another alias, or let somebody there ${live?.joined ? "give it power level 100" : "invite it"}`;
    return `the alias ${alias} belongs to a room of ${maker}, ${roomId}; declare another alias, or let ${maker} give ${self} power level 100 there`;
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
    if (!live && (await mayEnter(access, roomId))) {
        await client.joinRoom(roomId);
        live = await readRoom(access, roomId);
    }
    if (!live) throw new Error(`room ${roomId} no longer exists; run pulumi up again to create it anew`);
    if (!live.joined) {
        await rejoin(access, roomId, live, self);
        live = (await readRoom(access, roomId)) ?? live;
    }
    if (before && hasLostPower(live, self)) {
        await regainPower(access, roomId, live, self);
        live = (await readRoom(access, roomId)) ?? live;
    }
    // A space has no messages that could be.
    if (!declared.encrypted && !declared.space && live.state.has(stateKeyOf("m.room.encryption")) && !before) {
        const why = created ? "the server encrypts every new room (homeserver.encryption)" : "it is encrypted";
        throw new Error(`${why}, which cannot be taken back; declare it with encrypted: true, or another room`);
    }
    if (!created) {
        await settleAlias(client, roomId, live, declared.alias, self);
        if (live.visibility !== declared.visibility) await setVisibility(client, roomId, declared.visibility);
    }

    const gone = before ? Object.keys(before.members).filter((userId) => !(userId in declared.members) && userId !== self) : [];
    await removeMembers(client, roomId, live, gone);
    await settleLevels(client, roomId, live, declared, before, self);
    const pinnedEventId = await settlePinned(client, roomId, live, declared, before);
    const withdrawn = before ? withdrawnState(before, declared) : [];
    for (const event of [...withdrawn, ...declaredState(declared)]) await setState(client, roomId, live, event);
    await settleParent(client, roomId, live, declared, before);
    await bringMembers(access, roomId, live, Object.keys(without(declared.members, self)), before && Object.keys(before.members));
    return { roomId, ...(pinnedEventId && { pinnedEventId }) };
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

function without(members: Record<string, number>, self: string): Record<string, number> {
    return Object.fromEntries(Object.entries(members).filter(([userId]) => userId !== self));
}
