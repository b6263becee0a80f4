/** Kills under load, on an engine that may be killed too. Run by tests/reliability/kills.test.ts in a network namespace of its own. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { MatrixClient } from "matrix-bot-sdk";
import { signIn } from "../../../scripts/content/signIn.ts";
import { imageReference, root } from "../../../scripts/project/checkout.ts";
import { allHealthy, eventually } from "../docker.ts";
import { credentialsFromHomeserver, withRelay } from "../relay.ts";
import { record } from "../reliability.ts";
import { configure, openStack, plain, type StackOutputs, smallStack } from "../stack.ts";
import { Engine } from "./engine.ts";
import { Senders, unaccounted } from "./senders.ts";
import { killBackend, killMain } from "./victims.ts";

const stackName = "test-kills";
const base = 21_400;
const bots = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const perSecond = 20;

/** What is killed, how often, and how long it may be gone: seconds, at the most. */
const victims = [
    { part: "homeserver", times: 12, limit: 30 },
    { part: "database (server)", times: 10, limit: 30 },
    { part: "database (one backend)", times: 8, limit: 30 },
    { part: "gateway", times: 8, limit: 15 },
    { part: "relay", times: 6, limit: 15 },
    { part: "Docker daemon", times: 6, limit: 60 },
] as const;
type Victim = (typeof victims)[number]["part"];

/** In turn, so that Docker's pause before a restart, which grows with each soon after the last, has begun anew. */
function inTurn(): Victim[] {
    const rounds = Math.max(...victims.map(({ times }) => times));
    return Array.from({ length: rounds }).flatMap((_, round) => victims.filter(({ times }) => round < times).map(({ part }) => part));
}

describe("kills under load", function () {
    this.timeout(1_500_000);
    const engine = new Engine();
    const seconds = new Map<Victim, number[]>();
    let outputs: StackOutputs;
    let senders: Senders;
    let room: string;
    let allocates: () => Promise<unknown>;

    before(async () => {
        await forget();
        await engine.start();
        await engine.load((["synapse", "postgres", "coturn", "caddy"] as const).map(imageReference));
        const members = Object.fromEntries(bots.map((bot) => [bot, 0]));
        configure(
            stackName,
            smallStack(base, {
                bots: Object.fromEntries(bots.map((bot) => [bot, { unlimited: true }])),
                rooms: { lobby: { encrypted: false, members } },
            }),
        );
        outputs = plain((await (await openStack(stackName)).up()).outputs);
        room = outputs.rooms["#lobby:localhost"] ?? "";
        const token = outputs.bots.one?.accessToken ?? "";
        const credentials = await credentialsFromHomeserver({
            ...outputs,
            bots: { notifier: { userId: "", deviceId: "", accessToken: token } },
        });
        const relay = { transport: "udp", host: "127.0.0.1", port: base + 78 } as const;
        allocates = () => withRelay(relay, credentials, async () => {}, 500);
        await allocates();
        const accessTokens = bots.map((bot) => outputs.bots[bot]?.accessToken ?? "");
        senders = new Senders({ port: base + 43, authority: outputs.certificateAuthority, accessTokens, room, perSecond });
        await senders.served(Date.now(), 30_000);
    });
    after(async () => {
        await senders?.stop(1000).catch(() => {});
        await engine.end();
        await forget();
    });

    /** Of a stack whose engine is gone there is only the state. */
    async function forget(): Promise<void> {
        await (await openStack(stackName)).workspace.removeStack(stackName, { force: true });
        rmSync(`${root}/Pulumi.${stackName}.yaml`, { force: true });
    }

    const kill: Record<Victim, () => Promise<void>> = {
        homeserver: () => killMain(stackName, "homeserver"),
        "database (server)": () => killMain(stackName, "database"),
        "database (one backend)": () => killBackend(stackName),
        gateway: () => killMain(stackName, "gateway"),
        relay: () => killMain(stackName, "relay"),
        "Docker daemon": () => engine.kill(),
    };

    it("of every part, 50 in turn, are each followed by service again", async () => {
        const order = inTurn();
        assert.equal(order.length, 50);
        for (const [index, part] of order.entries()) {
            const limit = victims.find((victim) => victim.part === part)?.limit ?? 0;
            const since = Date.now();
            await kill[part]();
            await eventually(`a relay after kill ${index + 1}, of the ${part}`, limit * 1000, allocates);
            const relayed = (Date.now() - since) / 1000;
            await senders.served(Math.max(since, Date.now() - 1), limit * 1000);
            const gone = part === "relay" ? relayed : senders.silence(since);
            seconds.set(part, [...(seconds.get(part) ?? []), gone]);
            console.log(`      ${index + 1}: ${part}, ${gone.toFixed(1)} s without service`);
            await eventually("all healthy", 60_000, () => allHealthy(stackName));
            await sleep(1000);
        }
    });

    it("lose no acknowledged message, and double none", async () => {
        await senders.stop();
        const administrator = new MatrixClient(
            outputs.clientUrl,
            await signIn(outputs.clientUrl, outputs.adminUserId, outputs.adminPassword, "TESTS"),
        );
        const faults = await unaccounted(administrator, room, senders);
        const repeated = [...senders.acknowledged.values()].filter(({ attempts }) => attempts > 1).length;
        for (const { part, times } of victims) {
            const sorted = (seconds.get(part) ?? []).toSorted((a, b) => a - b);
            const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
            const seen = `seconds without service: p50 ${median.toFixed(1)}, max ${sorted.at(-1)?.toFixed(1)}`;
            record({ tried: `kill -9 of the ${part}`, times, lost: faults.length, seen });
        }
        const sum = `${perSecond}/s through the gateway; ${repeated} had to be repeated, none came twice`;
        record({ tried: "messages acknowledged during the kills", times: senders.acknowledged.size, lost: faults.length, seen: sum });
        assert.deepEqual(faults, []);
        for (const { part, limit } of victims)
            assert.ok(Math.max(...(seconds.get(part) ?? [])) <= limit, `the ${part} was gone for too long: ${seconds.get(part)}`);
    });
});
