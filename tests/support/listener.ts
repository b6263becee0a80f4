/** A client that listens by /sync and waits for what it is told to. */
import type { MatrixClient } from "matrix-bot-sdk";

export interface Event {
    event_id: string;
    type: string;
    sender: string;
    state_key?: string;
    content: Record<string, unknown>;
}

export interface Sync {
    next_batch: string;
    rooms?: {
        join?: Record<
            string,
            { timeline: { events: Event[]; limited?: boolean }; state: { events: Event[] }; ephemeral: { events: Event[] } }
        >;
        invite?: Record<string, { invite_state: { events: Event[] } }>;
    };
    presence?: { events: Event[] };
}

/** As many messages in one answer as there may be: the server's own limit is ten, and leaves out the others. */
const filter = JSON.stringify({ room: { timeline: { limit: 1_000 } } });

/** @param since absent: from the beginning, at once */
export async function sync(client: MatrixClient, since?: string, timeout = 5_000): Promise<Sync> {
    const query = { filter, timeout: since === undefined ? 0 : timeout, ...(since !== undefined && { since }) };
    return (await client.doRequest("GET", "/_matrix/client/v3/sync", query, undefined, timeout + 60_000)) as Sync;
}

/**
 * Acts, and listens until an answer has what is looked for; only what comes after the beginning counts.
 * @throws after the timeout
 */
export async function heardAfter<T>(
    client: MatrixClient,
    what: string,
    act: () => Promise<unknown>,
    find: (answer: Sync) => T | undefined,
    timeoutMilliseconds = 30_000,
): Promise<T> {
    let since = (await sync(client)).next_batch;
    await act();
    for (const deadline = Date.now() + timeoutMilliseconds; Date.now() < deadline; ) {
        const answer = await sync(client, since);
        since = answer.next_batch;
        const found = find(answer);
        if (found !== undefined) return found;
    }
    throw new Error(`${what}: not within ${timeoutMilliseconds / 1000} s`);
}

/** All of the room's history that the server has or can get, the oldest first. */
export async function history(client: MatrixClient, roomId: string): Promise<Event[]> {
    const events: Event[] = [];
    let from: string | undefined;
    do {
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages`;
        const answer = (await client.doRequest("GET", path, { dir: "b", limit: 500, ...(from && { from }) }, undefined, 120_000)) as {
            chunk: Event[];
            end?: string;
        };
        events.unshift(...answer.chunk.reverse());
        from = answer.end;
    } while (from);
    return events;
}
