/** Rooms that somebody upgraded: another room took their place. Source: https://spec.matrix.org/v1.16/client-server-api/#room-upgrades */
import type { Access } from "../access.ts";
import { stateKeyOf } from "./declared.ts";
import { type LiveRoom, powerOf, readRoom } from "./live.ts";

/** Upgrades of upgrades that are followed. */
const longestChain = 20;

export interface Replacement {
    roomId: string;
    live: LiveRoom;
}

/** Where a room's tombstone points to, and who put it there. */
export function tombstoneOf({ state }: Pick<LiveRoom, "state">): { replacement: string; sender: string } | undefined {
    const event = state.get(stateKeyOf("m.room.tombstone"));
    const replacement = event?.content.replacement_room;
    return event && typeof replacement === "string" && replacement !== "" ? { replacement, sender: event.sender } : undefined;
}

/**
 * The room that took this one's place, if the acting account has power in it. Anyone who may send a tombstone could point
 * at any room, so the other room must name this one as its predecessor.
 * @returns undefined if there is none
 */
export async function replacementOf(access: Access, roomId: string, live: LiveRoom): Promise<Replacement | undefined> {
    const self = await access.client.getUserId();
    let last: Replacement = { roomId, live };
    for (let length = 0; length < longestChain; length++) {
        const next = tombstoneOf(last.live)?.replacement;
        const found = next === undefined ? undefined : await readRoom(access, next);
        if (next === undefined || found?.predecessor !== last.roomId) break;
        if (powerOf(found, self) < 50) break;
        last = { roomId: next, live: found };
    }
    return last.roomId === roomId ? undefined : last;
}
