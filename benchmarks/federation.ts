// How long a message takes to another server: `make bench-federation` (two stacks of its own).
//
// One room of a hundred people, fifty on each of two servers. The fifty of the first send in turn, ten messages a second in
// all, for a minute. One client on each server listens by /sync; what is measured is from the sender's request until the
// message is in the listener's hands. The first server's listener is the baseline: the same messages, in the same run.
import { loadavg } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { MatrixClient } from "matrix-bot-sdk";
import { type Bot, bringUp, roomOf, type Server } from "../tests/support/federatedBots.ts";
import { sync } from "../tests/support/listener.ts";
import { mesh } from "../tests/support/mesh.ts";

const people = 50;
const perSecond = 10;
const seconds = 60;
/** Not counted: connections are made, caches filled. */
const warmUpSeconds = 10;

const keys = Array.from({ length: people }, (_, index) => `user${index}`);
const prefix = "message ";

/** Arrival of each message, by its number, in milliseconds; listens until told to stop. */
function listen(client: MatrixClient, room: string, arrivals: Map<number, number>): { ready: Promise<void>; stop: () => Promise<void> } {
    let stopped = false;
    const first = sync(client);
    const ended = (async () => {
        for (let since = (await first).next_batch; !stopped; ) {
            const answer = await sync(client, since, 1_000);
            const now = performance.now();
            since = answer.next_batch;
            for (const { content } of answer.rooms?.join?.[room]?.timeline.events ?? []) {
                if (`${content.body}`.startsWith(prefix)) arrivals.set(Number(`${content.body}`.slice(prefix.length)), now);
            }
        }
    })();
    return {
        ready: first.then(() => undefined),
        async stop() {
            stopped = true;
            await ended;
        },
    };
}

/** When each was sent, by number. */
async function send(senders: Bot[], room: string, count: number): Promise<number[]> {
    const sent: number[] = [];
    const begin = performance.now();
    const answers: Promise<unknown>[] = [];
    for (let number = 0; number < count; number++) {
        await sleep(Math.max(0, begin + (number * 1000) / perSecond - performance.now()));
        const sender = senders[number % senders.length] as Bot;
        sent.push(performance.now());
        answers.push(sender.client.sendText(room, `${prefix}${number}`));
    }
    await Promise.all(answers);
    return sent;
}

function row(title: string, latencies: number[]): string {
    const sorted = [...latencies].sort((a, b) => a - b);
    const at = (part: number) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
    return `| ${title} | ${sorted.length} | ${[0.5, 0.95, 0.99, 1].map((part) => `${at(part).toFixed(0)} ms`).join(" | ")} |`;
}

async function measure([near, far]: [Server, Server], room: string): Promise<void> {
    const senders = keys.map((key) => near.bot(key));
    const arrivals = [new Map<number, number>(), new Map<number, number>()] as const;
    const listeners = [near, far].map((server, index) => listen(server.administrator, room, arrivals[index] as Map<number, number>));
    await Promise.all(listeners.map(({ ready }) => ready));

    const counted = perSecond * seconds;
    const warmUp = perSecond * warmUpSeconds;
    const load = () =>
        loadavg()
            .map((value) => value.toFixed(1))
            .join(", ");
    const before = load();
    const sent = await send(senders, room, warmUp + counted);
    for (const deadline = Date.now() + 120_000; arrivals.some(({ size }) => size < sent.length) && Date.now() < deadline; )
        await sleep(100);
    const after = load();
    await Promise.all(listeners.map(({ stop }) => stop()));

    const latencies = arrivals.map((arrived) =>
        sent.flatMap((at, number) => (number >= warmUp && arrived.has(number) ? [(arrived.get(number) as number) - at] : [])),
    );
    const [local = [], remote = []] = latencies;
    console.log("| delivery | messages | p50 | p95 | p99 | max |\n|---|---|---|---|---|---|");
    console.log(`${row("to the same server", local)}\n${row("to the other server", remote)}`);
    const ratios = remote.map((value, index) => value / (local[index] ?? Number.NaN)).sort((a, b) => a - b);
    console.log(`\nratio, message by message: median ${ratios[Math.floor(ratios.length / 2)]?.toFixed(2)}`);
    console.log(`load (1, 5, 15 minutes): ${before} before, ${after} after`);
    if (remote.length < counted || local.length < counted) throw new Error(`${counted - remote.length} messages did not arrive`);
}

const meeting = await mesh("federation-bench", { base: 11_000, subnet: "10.94.16.0/24", servers: 2 });
try {
    const bots = Object.fromEntries(keys.map((key) => [key, { unlimited: true }]));
    const [near, far] = await bringUp(meeting, 2, (number) => ({
        bots,
        rooms: { ...(number === 1 && { hall: { visibility: "public" as const, encrypted: false } }) },
    }));
    if (!near || !far) throw new Error("two servers are needed");
    const room = roomOf([near], "hall");
    // The other server comes first, and alone. Synapse limits joins to a room (rc_joins_per_room), those asked for by other servers
    // too, and a server that is refused so leaves the other one alone for ten minutes.
    await far.administrator.joinRoom(room, [near.name]);
    // Answered when the server has the whole state: until then each join would be asked of the other one.
    await far.administrator.getJoinedRoomMembers(room);
    for (const server of [far, near]) for (const key of keys) await server.bot(key).client.joinRoom(room);
    await measure([near, far], room);
} finally {
    await meeting.down();
}
