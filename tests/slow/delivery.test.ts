import assert from "node:assert/strict";
import type { MatrixClient } from "matrix-bot-sdk";
import { connect } from "../../scripts/content/client.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-delivery";
const bots = Array.from({ length: 20 }, (_, index) => `bot${index}`);
const rooms = Array.from({ length: 10 }, (_, index) => `room${index}`);
/** Messages of each bot into each room: 10,000 in all. */
const each = 50;

interface Message {
    room: string;
    sender: string;
    number: number;
}

interface TimelineEvent {
    type: string;
    sender: string;
    content: { body?: string };
}

const messagesIn = (room: string, events: TimelineEvent[]): Message[] =>
    events.filter(({ type }) => type === "m.room.message").map(({ sender, content }) => ({ room, sender, number: Number(content.body) }));

/** Every message once, and each sender's in the order sent. */
function assertComplete(messages: Message[]): void {
    assert.equal(messages.length, bots.length * rooms.length * each);
    const bySenderAndRoom = new Map<string, number[]>();
    for (const { room, sender, number } of messages) {
        const key = `${sender} in ${room}`;
        bySenderAndRoom.set(key, [...(bySenderAndRoom.get(key) ?? []), number]);
    }
    assert.equal(bySenderAndRoom.size, bots.length * rooms.length);
    for (const [key, numbers] of bySenderAndRoom) {
        assert.deepEqual(
            numbers,
            Array.from({ length: each }, (_, index) => index),
            key,
        );
    }
}

describe("10,000 messages of 20 bots in 10 rooms", function () {
    this.timeout(1_200_000);
    let outputs: StackOutputs;
    let reader: MatrixClient;
    const live: Message[] = [];

    before(async () => {
        await destroyStack(stackName);
        const members = Object.fromEntries(bots.map((bot) => [bot, 0]));
        configure(
            stackName,
            smallStack(23000, {
                bots: Object.fromEntries(bots.map((bot) => [bot, { unlimited: true }])),
                rooms: Object.fromEntries(rooms.map((room) => [room, { encrypted: false, members }])),
            }),
        );
        const stack = await openStack(stackName);
        outputs = plain((await stack.up()).outputs);
        const { clientUrl, adminUserId, adminPassword } = outputs;
        reader = connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "READER"));
    });
    after(() => destroyStack(stackName));

    it("are all delivered to a client that listens, once each and in the order of their sender", async () => {
        const filter = JSON.stringify({ room: { timeline: { limit: 1_000, types: ["m.room.message"] }, state: { types: [] } } });
        const sync = async (since?: string) =>
            (await reader.doRequest(
                "GET",
                "/_matrix/client/v3/sync",
                { filter, timeout: 2_000, ...(since && { since }) },
                undefined,
                60_000,
            )) as {
                next_batch: string;
                rooms?: { join?: Record<string, { timeline: { limited: boolean; events: TimelineEvent[] } }> };
            };
        let since = (await sync()).next_batch;
        let sent = false;
        const sending = Promise.all(bots.map(send)).finally(() => {
            sent = true;
        });
        for (let quiet = false; !quiet; ) {
            const ended = sent;
            const answer = await sync(since);
            since = answer.next_batch;
            const joined = Object.entries(answer.rooms?.join ?? {});
            for (const [room, { timeline }] of joined) {
                assert.equal(timeline.limited, false, "the listener was too slow for this test to say anything");
                live.push(...messagesIn(room, timeline.events));
            }
            quiet = ended && joined.every(([, { timeline }]) => timeline.events.length === 0);
        }
        await sending;
        assertComplete(live);
    });

    it("stand in the rooms' history, once each and in order", async () => {
        const history: Message[] = [];
        for (const room of Object.values(outputs.rooms)) {
            let from: string | undefined;
            do {
                const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages`;
                const query = { dir: "f", limit: 500, ...(from && { from }) };
                const answer = (await reader.doRequest("GET", path, query)) as { chunk: TimelineEvent[]; end?: string };
                history.push(...messagesIn(room, answer.chunk));
                from = answer.end;
            } while (from);
        }
        assertComplete(history);
    });

    /** One after the other, as a bot would: the order is its own. */
    async function send(bot: string): Promise<void> {
        const client = connect(outputs.clientUrl, outputs.bots[bot]?.accessToken ?? "");
        for (let number = 0; number < each; number++) {
            for (const room of Object.values(outputs.rooms)) await client.sendMessage(room, { msgtype: "m.text", body: `${number}` });
        }
    }
});
