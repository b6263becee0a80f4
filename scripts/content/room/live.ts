/** A room as the server has it. */
import type { MatrixClient } from "matrix-bot-sdk";
import type { Access } from "../access.ts";
import type { StoredEvent } from "../administration/administration.ts";
import { answered, ifFound } from "../client.ts";
import { type RoomState, stateKeyOf } from "./declared.ts";
import { levelOf, levelToChangeLevels, type PowerLevels, privilegedCreators } from "./powerLevels.ts";

export interface LiveRoom {
    state: RoomState;
    /** Whether the account that looks is in it. */
    joined: boolean;
    visibility: "private" | "public";
    /** All aliases of this server that lead to it. */
    aliases: string[];
    levels: PowerLevels;
    /** Users who stand above all levels. */
    creators: string[];
    /** Who made the room. */
    maker: string;
    /** The room that this one replaced. */
    predecessor?: string;
}

/** A member's state, and whether it was the member's own doing. */
export interface Membership {
    membership: "join" | "invite" | "leave" | "ban" | "knock";
    own: boolean;
}

/** @returns undefined if there is no such room (any more) */
export async function readRoom(access: Access, roomId: string): Promise<LiveRoom | undefined> {
    const { client } = access;
    const id = encodeURIComponent(roomId);
    const { events, joined } = await stateEvents(access, roomId);
    // A deleted room has no state.
    if (!events?.some(({ type }) => type === "m.room.create")) return undefined;
    const state: RoomState = new Map(
        events.map(({ type, state_key, content, sender, event_id }) => [
            stateKeyOf(type, state_key),
            { content, sender, eventId: event_id },
        ]),
    );
    const create = state.get(stateKeyOf("m.room.create"));
    const listed = (await ifFound(client.doRequest("GET", `/_matrix/client/v3/directory/list/room/${id}`))) as
        | { visibility?: string }
        | undefined;
    const predecessor = (create?.content.predecessor as { room_id?: unknown } | undefined)?.room_id;
    return {
        state,
        joined,
        maker: create?.sender ?? "somebody else",
        ...(typeof predecessor === "string" && { predecessor }),
        visibility: listed?.visibility === "public" ? "public" : "private",
        aliases: joined ? await localAliases(client, id) : await canonicalAlias(client, roomId, state),
        levels: (state.get(stateKeyOf("m.room.power_levels"))?.content ?? {}) as PowerLevels,
        creators: create ? privilegedCreators(create) : [],
    };
}

/**
 * Whether a room that the account cannot see is there, and open to it: it was invited, or anyone may join. A server admin sees every room.
 * Source: https://spec.matrix.org/v1.16/client-server-api/#get_matrixclientv1room_summaryroomidoralias
 */
export async function mayEnter({ client, administration }: Access, roomId: string): Promise<boolean> {
    if (await administration.permitted()) return false;
    const path = `/_matrix/client/v1/room_summary/${encodeURIComponent(roomId)}`;
    const summary = await ifFound(client.doRequest("GET", path)).catch((error) => {
        if (!answered(error, "M_FORBIDDEN")) throw error;
    });
    return summary !== undefined;
}

async function localAliases(client: MatrixClient, id: string): Promise<string[]> {
    return ((await client.doRequest("GET", `/_matrix/client/v3/rooms/${id}/aliases`)) as { aliases: string[] }).aliases;
}

/** Outside the room its aliases cannot be listed, but anyone may ask where one leads. */
async function canonicalAlias(client: MatrixClient, roomId: string, state: RoomState): Promise<string[]> {
    const alias = state.get(stateKeyOf("m.room.canonical_alias"))?.content.alias;
    if (typeof alias !== "string") return [];
    const leadsTo = (await ifFound(client.doRequest("GET", `/_matrix/client/v3/directory/room/${encodeURIComponent(alias)}`))) as
        | { room_id: string }
        | undefined;
    return leadsTo?.room_id === roomId ? [alias] : [];
}

/** Members see their room; a server admin sees any. Someone who has left would be shown the room as it was then. */
async function stateEvents({ client, administration }: Access, roomId: string): Promise<{ events?: StoredEvent[]; joined: boolean }> {
    const self = await client.getUserId();
    let events: StoredEvent[] | undefined;
    try {
        events = (await client.doRequest("GET", `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/state`)) as StoredEvent[];
        const own = events.find(({ type, state_key }) => type === "m.room.member" && state_key === self);
        if (own?.content.membership === "join") return { events, joined: true };
    } catch (error) {
        if (!answered(error, "M_FORBIDDEN") && !answered(error, "M_NOT_FOUND")) throw error;
    }
    // Without the admin API, the room as it was when the account left it is all that can be seen.
    return { events: (await administration.permitted()) ? await administration.roomState(roomId) : events, joined: false };
}

/** A member's power level; of a creator it is above all. */
export function powerOf(live: LiveRoom, userId: string): number {
    return live.creators.includes(userId) ? Number.POSITIVE_INFINITY : levelOf(live.levels, userId);
}

/** Whether the account made the room and has lost the power over it, as it can in rooms of versions before 12. */
export function hasLostPower(live: LiveRoom, self: string): boolean {
    return live.maker === self && powerOf(live, self) < levelToChangeLevels(live.levels);
}

export function membershipOf(room: Pick<LiveRoom, "state">, userId: string): Membership | undefined {
    const event = room.state.get(stateKeyOf("m.room.member", userId));
    if (!event) return undefined;
    return { membership: event.content.membership as Membership["membership"], own: event.sender === userId };
}

/** Whether a member is in the room or invited, or has left by choice. */
export function isSettled(membership: Membership | undefined): boolean {
    if (!membership) return false;
    return membership.membership === "join" || membership.membership === "invite" || (membership.membership === "leave" && membership.own);
}
