/** Sends a room's state where it differs. */
import type { MatrixClient } from "matrix-bot-sdk";
import { answered } from "../client.ts";
import { holds, type StateEvent } from "./declared.ts";
import type { LiveRoom } from "./live.ts";
import { refusal } from "./refusal.ts";

export async function setState(client: MatrixClient, roomId: string, live: Pick<LiveRoom, "state">, event: StateEvent): Promise<void> {
    if (holds(live.state, event)) return;
    try {
        await client.sendStateEvent(roomId, event.type, event.stateKey, event.content);
    } catch (error) {
        throw refusal(`${event.type} cannot be set`, error, await client.getUserId(), roomId);
    }
}

export function ignoreForbidden(error: unknown): void {
    if (!answered(error, "M_FORBIDDEN") && !answered(error, "M_NOT_FOUND")) throw error;
}
