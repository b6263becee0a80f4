/** What the server has of a room: the events as they were sent. */
import type { MatrixClient } from "matrix-bot-sdk";

export interface WireEvent {
    event_id: string;
    type: string;
    sender: string;
    content: { algorithm?: string; ciphertext?: string; session_id?: string; body?: string };
}

/** All events of the room, oldest first. */
export async function wireEvents(client: MatrixClient, roomId: string): Promise<WireEvent[]> {
    const events: WireEvent[] = [];
    for (let from: string | undefined; ; ) {
        const query = { dir: "f", limit: 1000, ...(from ? { from } : {}) };
        const page = await client.doRequest("GET", `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages`, query);
        events.push(...page.chunk);
        if (!page.end) return events;
        from = page.end;
    }
}

/** How often the session's ratchet was turned: the message index of a Megolm message (olm's megolm.md, "Message format"). */
export function messageIndex(event: WireEvent): number {
    const bytes = Buffer.from(event.content.ciphertext ?? "", "base64");
    if (bytes[0] !== 3 || bytes[1] !== 0x08) throw new Error(`${event.event_id} is no Megolm message`);
    let index = 0;
    for (let at = 2, shift = 0; ; at++, shift += 7) {
        const byte = bytes[at] ?? 0;
        index |= (byte & 0x7f) << shift;
        if (byte < 0x80) return index;
    }
}
