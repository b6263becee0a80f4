/** A bot says something and the administrator reads it: what the whole stack is for. */
import assert from "node:assert/strict";
import { MatrixClient } from "matrix-bot-sdk";
import { signIn } from "../../scripts/content/signIn.ts";
import type { StackOutputs } from "./stack.ts";

type Parties = Pick<StackOutputs, "clientUrl" | "adminUserId" | "adminPassword" | "bots" | "rooms">;

interface SyncAnswer {
    next_batch: string;
    rooms?: { join?: Record<string, { timeline: { events: { event_id: string; sender: string; content: { body?: string } }[] } }> };
}

/** @throws unless the message arrives over /sync within 10 s */
export async function botSpeaksAndAdministratorReads(outputs: Parties): Promise<void> {
    const { clientUrl, adminUserId, adminPassword, bots, rooms } = outputs;
    const [roomId] = Object.values(rooms);
    const [bot] = Object.values(bots);
    assert.ok(roomId && bot, "the stack has no room or no bot");

    const administrator = new MatrixClient(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS"));
    const sync = (since: string | undefined, timeout: number) =>
        administrator.doRequest("GET", "/_matrix/client/v3/sync", { ...(since ? { since } : {}), timeout }) as Promise<SyncAnswer>;

    let since = (await sync(undefined, 0)).next_batch;
    const body = `Hello at ${new Date().toISOString()}`;
    const eventId = await new MatrixClient(clientUrl, bot.accessToken).sendMessage(roomId, { msgtype: "m.text", body });
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
        const answer = await sync(since, 2000);
        since = answer.next_batch;
        const events = answer.rooms?.join?.[roomId]?.timeline.events ?? [];
        const arrived = events.find(({ event_id }) => event_id === eventId);
        if (arrived) {
            assert.deepEqual([arrived.sender, arrived.content.body], [bot.userId, body]);
            return;
        }
    }
    assert.fail(`${eventId} did not arrive within 10 s`);
}
