/** Each alert is fired by its cause, on a real stack, and told to a receiver within the time that its rule names. */
import assert from "node:assert/strict";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import postgres from "postgres";
import { alertRules } from "../../components/monitoring/rules.ts";
import { Load, removeRepository, repositoryDirectory, upTo } from "../support/backup.ts";
import { docker, eventually } from "../support/docker.ts";
import { history } from "../support/listener.ts";
import { endingCertificate, hostAddress, monitoredStack, Prometheus, Webhook } from "../support/monitoring.ts";
import { record } from "../support/reliability.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs } from "../support/stack.ts";

const stackName = "test-alerts";
const base = 23500;
const watched = { federation: true, relay: true, maxLoss: 10 };
/** Milliseconds that the longest of them may take from the beginning on. */
const patience = 10 * 60_000;
const diskMegabytes = 200;
/** Seconds between a cause and the receiver that a rule's own time does not count: two scrapes, an evaluation, a group's wait. */
const lead = 90;
/** Seconds at most until a cause has the effect that the rule looks at, where that is not at once. */
const untilEffect: Record<string, number> = {
    // What is older than this is late.
    BackupLate: 300,
    // A hundred events come first.
    EventQueueGrowing: 60,
    FederationBehind: 60,
    // A minute of attempts, and as long until its alert is told with others.
    NotificationsFailing: 120,
};

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

    /** Holds a table, as a careless migration would, until the database goes. */
    async function lock(table: string): Promise<void> {
        const sql = postgres(outputs.databaseUrl, { max: 1, idle_timeout: 0, onnotice: () => {} });
        cleanups.push(() => sql.end({ timeout: 1 }));
        // The one connection; `begin` would throw from nowhere once the database is gone.
        await sql.unsafe("BEGIN");
        await sql.unsafe(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    }

    /** Takes so many connections, as a program that leaks them would, until the database goes. */
    async function hoard(count: number): Promise<void> {
        const hoarder = postgres(outputs.databaseUrl, { max: count, idle_timeout: 0, onnotice: () => {} });
        cleanups.push(() => hoarder.end({ timeout: 1 }));
        await Promise.all(Array.from({ length: count }, () => hoarder`select pg_sleep(1)`));
    }

    async function told(...names: string[]): Promise<void> {
        for (const name of names)
            await eventually(`${name} is told`, patience, async () => assert.ok(webhook.told(name)[0])).catch(async (error) => {
                const pending = await prometheus.ask<{ alerts: unknown[] }>("alerts").catch(() => undefined);
                throw new Error(`${name} was not told; there are ${JSON.stringify(pending)}`, { cause: error });
            });
    }

    /** Names the alert that this is the cause of. */
    async function cause(name: string, act: () => Promise<unknown>): Promise<void> {
        began.set(name, Date.now());
        await act();
    }

    const stop = (role: string) => docker("stop", "--time", "5", nameOf(role));
    const start = (role: string) => docker("start", nameOf(role));

    it("are told, each by its cause, while other things go wrong too", async () => {
        // These two have their cause in the settings.
        for (const name of ["CertificateExpiring", "NotificationsFailing"]) began.set(name, Date.now());
        await cause("BackupLate", () => stop("backup"));
        await cause("EventQueueGrowing", () => lock("user_directory_stream_pos"));
        await cause("FederationBehind", () => lock("federation_stream_position"));
        await cause("DatabaseConnectionsExhausted", () => hoard(76));
        await cause("DiskFilling", () =>
            execa("dd", ["if=/dev/zero", `of=${repository}/filled`, "bs=1M", `count=${diskMegabytes}`], { reject: false }),
        );
        await cause("RelayDown", () => stop("relay"));
        await told("CertificateExpiring");
        // Both by the gateway, but the certificate is read from it.
        began.set("MetricsMissing", Date.now());
        await cause("ServerDown", () => stop("gateway"));
        await told("RelayDown", "DiskFilling", "DatabaseConnectionsExhausted");
        // What the homeserver has not read by now, it does not read before the database is back.
        await cause("DatabaseDown", () => stop("database"));
        await start("relay");
        await told("DatabaseDown", "ServerDown", "NotificationsFailing");
        await told("MetricsMissing", "EventQueueGrowing", "FederationBehind");
    });

    it("are told in the room as well, once the server can take messages again", async () => {
        await start("database");
        const bot = new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
        const room = outputs.rooms["#alarms:localhost"] ?? "";
        await eventually("the room has it", 90_000, async () => {
            const events = await history(bot, room);
            const texts = events.map(({ content }) => String(content.body));
            assert.ok(
                texts.some((text) => text.startsWith("Firing (critical): DatabaseDown: ")),
                texts.join("\n"),
            );
        });
    });

    it("are told again when it is over", async () => {
        await eventually("it is over", 150_000, async () => assert.ok(webhook.told("RelayDown", "resolved")[0]));
    });

    it("are all there are, and none comes before its time, or late", async () => {
        await told("BackupLate");
        const rules = alertRules(watched);
        assert.deepEqual([...began.keys()].sort(), rules.map(({ alert }) => alert).sort());
        const delays = rules.map((rule) => {
            const delay = ((webhook.told(rule.alert)[0]?.at ?? Number.NaN) - (began.get(rule.alert) ?? Number.NaN)) / 1000;
            const ownTime = 60 * Number.parseInt(rule.for, 10);
            return { alert: rule.alert, delay, ownTime, late: delay - ownTime - (untilEffect[rule.alert] ?? 0) };
        });
        for (const { alert, delay } of delays) console.log(`      ${alert}: ${delay.toFixed(0)} s after its cause`);
        for (const { alert, delay, ownTime, late } of delays) {
            // These began with the stack, before the test did.
            if (alert !== "CertificateExpiring" && alert !== "NotificationsFailing") assert.ok(delay >= ownTime, `${alert}: ${delay} s`);
            assert.ok(late <= lead, `${alert}: ${delay} s`);
        }
        const latest = Math.max(...delays.map(({ late }) => late));
        record({
            tried: "alerts, each by its cause",
            times: rules.length,
            lost: 0,
            seen: `told by webhook, at most ${latest.toFixed(0)} s after the rule's own time; the room after the server was back`,
        });
    });
});
