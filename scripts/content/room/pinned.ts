/** The message that is pinned in a room. Source: https://spec.matrix.org/v1.16/client-server-api/#mroompinned_events */
import type { MatrixClient } from "matrix-bot-sdk";
import { ifFound } from "../client.ts";
import { stateKeyOf } from "./declared.ts";
import type { LiveRoom } from "./live.ts";

/** A message with its last edit. Source: https://spec.matrix.org/v1.16/client-server-api/#event-replacements */
interface Message {
    content?: { body?: unknown };
    unsigned?: { "m.relations"?: { "m.replace"?: { content?: { "m.new_content"?: { body?: unknown } } } } };
}

function pinnedEvents(live: Pick<LiveRoom, "state">): string[] {
    const pinned = live.state.get(stateKeyOf("m.room.pinned_events"))?.content.pinned;
    return Array.isArray(pinned) ? pinned : [];
}

/** @returns the text of this event, undefined if it is not pinned or was removed */
export async function readPinned(
    client: MatrixClient,
    roomId: string,
    live: Pick<LiveRoom, "state">,
    eventId: string,
): Promise<string | undefined> {
    if (!pinnedEvents(live).includes(eventId)) return undefined;
    const event = (await ifFound(client.getRawEvent(roomId, eventId))) as Message | undefined;
    const edited = event?.unsigned?.["m.relations"]?.["m.replace"]?.content?.["m.new_content"];
    const { body } = edited ?? event?.content ?? {};
    return typeof body === "string" ? body : undefined;
}

/** @returns the ID of the pinned event: the earlier one if it has this text already */
export async function pin(
    client: MatrixClient,
    roomId: string,
    live: LiveRoom,
    text: string,
    earlier: string | undefined,
): Promise<string> {
    if (earlier && (await readPinned(client, roomId, live, earlier)) === text) return earlier;
    // Raw: in an encrypted room the SDK would need keys, and this text is in the settings anyway.
    const eventId = await client.sendRawEvent(roomId, "m.room.message", { msgtype: "m.text", body: text });
    const others = pinnedEvents(live).filter((id) => id !== earlier);
    await client.sendStateEvent(roomId, "m.room.pinned_events", "", { pinned: [eventId, ...others] });
    return eventId;
}

export async function unpin(client: MatrixClient, roomId: string, live: LiveRoom, eventId: string): Promise<void> {
    const pinned = pinnedEvents(live);
    if (!pinned.includes(eventId)) return;
    await client.sendStateEvent(roomId, "m.room.pinned_events", "", { pinned: pinned.filter((id) => id !== eventId) });
}
