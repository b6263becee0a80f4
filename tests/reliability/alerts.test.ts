/** Each alert is fired by its cause, on a real stack, and told to a receiver within the time that its rule names. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import postgres from "postgres";
import { alertRules } from "../../components/monitoring/rules.ts";
import { Load, removeRepository, repositoryDirectory, upTo } from "../support/backup.ts";
import { docker, eventually } from "../support/docker.ts";
import { endingCertificate, hostAddress, monitoredStack, Prometheus, Webhook } from "../support/monitoring.ts";
import { record } from "../support/reliability.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs } from "../support/stack.ts";

const stackName = "test-alerts";
const base = 23500;
const watched = { federation: true, relay: true, maxLoss: 10 };
/** Minutes that the longest of them may take: a rule's own time, and what leads up to it. */
const patience = 10;
const diskMegabytes = 200;

describe("alerts", function () {
    this.timeout(20 * 60_000);
    const webhook = new Webhook("/alerts");
    const repository = repositoryDirectory();
    const prometheus = new Prometheus(`http://127.0.0.1:${base + 95}`);
    const nameOf = (role: string) => `matrix-synapse-${stackName}-${role}`;
    const began = new Map<string, number>();
    const cleanups: (() => Promise<unknown> | unknown)[] = [];
    let outputs: StackOutputs;
    let load: Load;

    before(async () => {
        // A disk of its own, so that it can be filled.
        await execa("mount", ["-t", "tmpfs", "-o", `size=${diskMegabytes}m,mode=777`, "tmpfs", repository]);
        const url = await webhook.listen(await hostAddress());
        await destroyStack(stackName);
        // Nobody takes mail there.
        const settings = monitoredStack({ base, certificate: endingCertificate(), webhook: url, smarthost: "127.0.0.1:9", repository });
        configure(stackName, settings);
        outputs = plain((await (await openStack(stackName)).up()).outputs);
        const accessToken = outputs.bots.notifier?.accessToken ?? "";
        const rooms = [outputs.rooms["#lobby:localhost"] ?? ""];
        load = new Load({ url: outputs.clientUrl, accessToken, rooms, pause: 200, files: { every: 1e9, bytes: upTo(1) } });
    });
    after(async () => {
        for (const cleanup of cleanups) await cleanup();
        await load?.stop();
        webhook.close();
        await destroyStack(stackName);
        await execa("umount", [repository]);
        await removeRepository(repository);
    });

    /** Holds a table, as a careless migration would. */
    async function lock(table: string): Promise<void> {
        const sql = postgres(outputs.databaseUrl, { max: 1, idle_timeout: 0, onnotice: () => {} });
        let release = () => {};
        const held = new Promise<void>((resolve) => {
            release = resolve;
        });
        const taken = new Promise<void>((resolve) => {
            void sql.begin(async (transaction) => {
                await transaction.unsafe(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
                resolve();
                await held;
            });
        });
        await taken;
        cleanups.push(async () => {
            release();
            await sql.end({ timeout: 5 });
        });
    }

    async function told(...names: string[]): Promise<void> {
        for (const name of names)
            await eventually(`${name} is told`, patience * 60_000, async () => assert.ok(webhook.told(name)[0])).catch(async (error) => {
                const pending = await prometheus.ask<{ alerts: unknown[] }>("alerts").catch(() => undefined);
                throw new Error(`${name} was not told; there are ${JSON.stringify(pending)}`, { cause: error });
            });
    }

    it("are told of everything that goes wrong while the server runs", async () => {
        await eventually("a backup", 120_000, async () => assert.ok((await prometheus.query("matrix:backup_age:seconds < 60"))[0]));
        const start = (name: string) => began.set(name, Date.now());
        // By its certificate, and a mail server that is not there.
        start("CertificateExpiring");
        start("NotificationsFailing");
        // Both in one go, and the server stays able to send messages.
        start("EventQueueGrowing");
        await lock("user_directory_stream_pos");
        start("FederationBehind");
        await lock("federation_stream_position");
        start("BackupLate");
        await docker("stop", "--time", "1", nameOf("backup"));
        start("DiskFilling");
        await execa("dd", ["if=/dev/zero", `of=${repository}/filled`, "bs=1M", `count=${diskMegabytes}`], { reject: false });
        start("RelayDown");
        start("MetricsMissing");
        await docker("stop", "--time", "1", nameOf("relay"), nameOf("host-metrics").replace("host-metrics", "database-metrics"));
        await told("CertificateExpiring", "RelayDown", "DiskFilling", "NotificationsFailing", "BackupLate");
        await told("MetricsMissing", "EventQueueGrowing", "FederationBehind");
        await docker("start", nameOf("relay"), nameOf("database-metrics"), nameOf("backup"));
    });

    it("are told of a database without connections, and of one that is gone, as is the server", async () => {
        began.set("DatabaseConnectionsExhausted", Date.now());
        const hoarder = postgres(outputs.databaseUrl, { max: 76, idle_timeout: 600 });
        await Promise.all(Array.from({ length: 76 }, () => hoarder`select pg_sleep(1)`));
        await told("DatabaseConnectionsExhausted");
        await hoarder.end({ timeout: 5 });
        began.set("DatabaseDown", Date.now());
        await docker("stop", "--time", "20", nameOf("database"));
        began.set("ServerDown", Date.now());
        await docker("stop", "--time", "5", nameOf("homeserver"));
        await told("DatabaseDown", "ServerDown");
    });

    it("are told again when it is over, and then the room is told too", async () => {
        await docker("start", nameOf("database"));
        await sleep(3000);
        await docker("start", nameOf("homeserver"));
        await eventually("it is over", 300_000, async () => assert.ok(webhook.told("ServerDown", "resolved")[0]));
        const bot = new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
        const room = encodeURIComponent(outputs.rooms["#alarms:localhost"] ?? "");
        await eventually("the room has it", 60_000, async () => {
            const { chunk } = await bot.doRequest("GET", `/_matrix/client/v3/rooms/${room}/messages`, { dir: "b", limit: 100 });
            assert.ok((chunk as { content: { body?: string } }[]).some(({ content }) => content.body?.includes("ServerDown")));
        });
        const names = alertRules(watched).map(({ alert }) => alert);
        assert.deepEqual([...began.keys()].sort(), names.sort());
        const untold = names.filter((name) => !webhook.told(name)[0]);
        record({
            tried: "alerts, each by its cause",
            times: names.length,
            lost: untold.length,
            seen: "told by webhook, the room after the server was back",
        });
        assert.deepEqual(untold, []);
    });
});
