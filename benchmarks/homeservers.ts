/**
 * Synapse and Dendrite on this machine, one after the other, each on a stack of its own: memory at rest and after messages, time to start,
 * time from a message's sending until a client in the room has it by /sync, and how many are taken a second.
 *
 *   node --import tsx benchmarks/homeservers.ts
 */
import { loadavg } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { componentsOf } from "../scripts/stack/components.ts";
import { memoryOf } from "../scripts/stack/memory.ts";
import { sync } from "../tests/support/listener.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../tests/support/stack.ts";

const stackName = "test-homeservers-bench";
const base = 12_800;
const senders = 20;
/** Messages that are measured one by one, and the pause between two. */
const measured = 200;
const pauseMilliseconds = 100;
/** Messages that each sends as fast as it can. */
const burst = 50;
/** Seconds without requests before memory is read. */
const rest = 30;

const keys = Array.from({ length: senders }, (_, index) => `bot${index}`);
const container = `matrix-synapse-${stackName}-homeserver`;

async function megabytes(): Promise<number> {
    const homeserver = (await componentsOf(stackName)).filter(({ role }) => role === "homeserver");
    const [bytes = Number.NaN] = [...(await memoryOf(homeserver)).values()];
    return Math.round(bytes / 1024 ** 2);
}

/** Seconds from the command to start until clients are answered. Median of three. */
async function startSeconds(url: string): Promise<number> {
    const times: number[] = [];
    for (let time = 0; time < 3; time++) {
        await execa("docker", ["stop", container]);
        const began = performance.now();
        await execa("docker", ["start", container]);
        while (
            !(await fetch(`${url}/_matrix/client/versions`).then(
                ({ ok }) => ok,
                () => false,
            ))
        )
            await sleep(50);
        times.push((performance.now() - began) / 1000);
    }
    return times.sort((a, b) => a - b)[1] ?? Number.NaN;
}

/** Milliseconds until the listener has each message. */
async function delivery(bots: MatrixClient[], listener: MatrixClient, room: string): Promise<number[]> {
    const arrived = new Map<string, number>();
    let since = (await sync(listener)).next_batch;
    let done = false;
    const listening = (async () => {
        while (!done) {
            const answer = await sync(listener, since, 1_000);
            since = answer.next_batch;
            for (const { event_id } of answer.rooms?.join?.[room]?.timeline.events ?? []) arrived.set(event_id, performance.now());
        }
    })();
    const sent: [id: string, at: number][] = [];
    for (let number = 0; number < measured; number++) {
        const at = performance.now();
        sent.push([await (bots[number % senders] as MatrixClient).sendText(room, `message ${number}`), at]);
        await sleep(pauseMilliseconds);
    }
    await sleep(2_000);
    done = true;
    await listening;
    return sent.map(([id, at]) => (arrived.get(id) ?? Number.NaN) - at).sort((a, b) => a - b);
}

async function perSecond(bots: MatrixClient[], room: string): Promise<number> {
    const began = performance.now();
    await Promise.all(
        bots.map(async (bot) => {
            for (let number = 0; number < burst; number++) await bot.sendText(room, `burst ${number}`);
        }),
    );
    return (senders * burst) / ((performance.now() - began) / 1000);
}

async function measure(kind: "synapse" | "dendrite"): Promise<string> {
    await destroyStack(stackName);
    const small = smallStack(base);
    configure(stackName, {
        ...small,
        homeserver: { ...small.homeserver, kind },
        bots: Object.fromEntries(keys.map((key) => [key, { unlimited: true }])),
        rooms: { hall: { encrypted: false, members: Object.fromEntries(keys.map((key) => [key, 0])) } },
    });
    const outputs: StackOutputs = plain((await (await openStack(stackName)).up()).outputs);
    const room = outputs.rooms["#hall:localhost"] ?? "";
    const client = (key: string) => new MatrixClient(outputs.clientUrl, outputs.bots[key]?.accessToken ?? "");
    const start = await startSeconds(outputs.clientUrl);
    await sleep(rest * 1000);
    const atRest = await megabytes();
    const bots = keys.map(client);
    const times = await delivery(bots, client("bot0"), room);
    const at = (part: number) => `${times[Math.ceil(part * times.length) - 1]?.toFixed(0)} ms`;
    const rate = await perSecond(bots, room);
    await sleep(rest * 1000);
    const load = loadavg()[0]?.toFixed(1);
    return `| ${kind} | ${atRest} MB | ${await megabytes()} MB | ${start.toFixed(1)} s | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${rate.toFixed(0)} | ${load} |`;
}

try {
    console.log(
        "| homeserver | at rest | after the messages | start | delivery, p50 | p95 | max | messages a second | load |\n|---|---|---|---|---|---|---|---|---|",
    );
    for (const kind of ["synapse", "dendrite"] as const) console.log(await measure(kind));
} finally {
    await destroyStack(stackName);
}
