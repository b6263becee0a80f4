/** A room as the server has it. */
import type { MatrixClient } from "matrix-bot-sdk";
import { answered, ifFound } from "../client.ts";
import { type RoomState, stateKeyOf } from "./declared.ts";
import { type PowerLevels, privilegedCreators } from "./powerLevels.ts";

export interface LiveRoom {
    state: RoomState;
    /** Whether the account that looks is in it. */
    joined: boolean;
    visibility: "private" | "public";
    /** All that lead to it on this server. */
    aliases: string[];
    levels: PowerLevels;
    /** Who stands above all levels. */
    creators: string[];
}

/** A member's state: what it is, and whether it was the member's own doing. */
export interface Membership {
    membership: "join" | "invite" | "leave" | "ban" | "knock";
    own: boolean;
}

interface Event {
    type: string;
    state_key?: string;
    sender: string;
    event_id: string;
    content: Record<string, unknown>;
}

/** @returns undefined if there is no such room (any more) */
export async function readRoom(client: MatrixClient, roomId: string): Promise<LiveRoom | undefined> {
    const id = encodeURIComponent(roomId);
    const { events, joined } = await stateEvents(client, id);
    if (!events) return undefined;
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
    return {
        state,
        joined,
        visibility: listed?.visibility === "public" ? "public" : "private",
        aliases: joined ? await localAliases(client, id) : await canonicalAlias(client, roomId, state),
        levels: (state.get(stateKeyOf("m.room.power_levels"))?.content ?? {}) as PowerLevels,
        creators: create ? privilegedCreators(create) : [],
    };
}

async function localAliases(client: MatrixClient, id: string): Promise<string[]> {
    return ((await client.doRequest("GET", `/_matrix/client/v3/rooms/${id}/aliases`)) as { aliases: string[] }).aliases;
}

/** Who is not in the room is not told its aliases, but may ask where one leads. */
async function canonicalAlias(client: MatrixClient, roomId: string, state: RoomState): Promise<string[]> {
    const alias = state.get(stateKeyOf("m.room.canonical_alias"))?.content.alias;
    if (typeof alias !== "string") return [];
    const leadsTo = (await ifFound(client.doRequest("GET", `/_matrix/client/v3/directory/room/${encodeURIComponent(alias)}`))) as
        | { room_id: string }
        | undefined;
    return leadsTo?.room_id === roomId ? [alias] : [];
}

/** Members see their room; a server admin sees any. Who has left would be shown the room as it was then. */
async function stateEvents(client: MatrixClient, id: string): Promise<{ events?: Event[]; joined: boolean }> {
    const self = await client.getUserId();
    try {
        const events = (await client.doRequest("GET", `/_matrix/client/v3/rooms/${id}/state`)) as Event[];
        const own = events.find(({ type, state_key }) => type === "m.room.member" && state_key === self);
        if (own?.content.membership === "join") return { events, joined: true };
    } catch (error) {
        if (!answered(error, "M_FORBIDDEN") && !answered(error, "M_NOT_FOUND")) throw error;
    }
    try {
        const answer = (await ifFound(client.doRequest("GET", `/_synapse/admin/v1/rooms/${id}/state`))) as { state: Event[] } | undefined;
        return { events: answer?.state, joined: false };
    } catch (error) {
        if (answered(error, "M_FORBIDDEN")) return { joined: false };
        throw error;
    }
}

export function membershipOf(room: Pick<LiveRoom, "state">, userId: string): Membership | undefined {
    const event = room.state.get(stateKeyOf("m.room.member", userId));
    if (!event) return undefined;
    return { membership: event.content.membership as Membership["membership"], own: event.sender === userId };
}

/** Whether a member is where the declaration wants them, or has chosen not to be. */
export function isSettled(membership: Membership | undefined): boolean {
    if (!membership) return false;
    return membership.membership === "join" || membership.membership === "invite" || (membership.membership === "leave" && membership.own);
}
