/** Monitoring of a stack under load: every question has an answer, and whoever is to be told is told. */
import assert from "node:assert/strict";
import { MatrixClient } from "matrix-bot-sdk";
import postgres from "postgres";
import { rows } from "../../components/monitoring/panels.ts";
import { alertRules, expressionOf, recordingRules } from "../../components/monitoring/rules.ts";
import { parts } from "../../components/parts.ts";
import { imageReference, toolsDir } from "../../scripts/project/checkout.ts";
import { Load, removeRepository, repositoryDirectory, upTo } from "../support/backup.ts";
import { openBrowser, readyBrowser } from "../support/browser.ts";
import { commandLine } from "../support/commandLine.ts";
import { allHealthy, containers, docker, eventually } from "../support/docker.ts";
import { askGateway } from "../support/gateway.ts";
import { history } from "../support/listener.ts";
import { endingCertificate, hostAddress, MailServer, mailSettings, monitoredStack, Prometheus, Webhook } from "../support/monitoring.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, storedState } from "../support/stack.ts";

const stackName = "test-monitoring";
const base = 23300;
const secretPath = "/alerts/secret-of-the-webhook";
const watched = { federation: true, relay: true, maxLoss: 10 };
const roles = ["database-metrics", "host-metrics", "probe", "room-alerts", "alerts", "monitoring"];

describe("monitoring", function () {
    this.timeout(400_000);
    const webhook = new Webhook(secretPath);
    const mailServer = new MailServer();
    const certificate = endingCertificate();
    const repository = repositoryDirectory();
    const prometheus = new Prometheus(`http://127.0.0.1:${base + 95}`);
    let outputs: StackOutputs;
    let load: Load;
    const bot = () => new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
    const nameOf = (role: string) => `matrix-synapse-${stackName}-${role}`;
    const alarms = async () => {
        const events = await history(bot(), outputs.rooms["#alarms:localhost"] ?? "");
        return events.flatMap(({ type, content }) => (type === "m.room.message" ? [String(content.body)] : []));
    };

    before(async () => {
        const host = await hostAddress();
        const [url, smarthost] = await Promise.all([webhook.listen(host), mailServer.listen(host)]);
        await destroyStack(stackName);
        configure(stackName, monitoredStack({ base, certificate, webhook: url, smarthost, repository }));
        outputs = plain((await (await openStack(stackName)).up()).outputs);
        const accessToken = outputs.bots.notifier?.accessToken ?? "";
        load = new Load({
            url: outputs.clientUrl,
            accessToken,
            rooms: [outputs.rooms["#lobby:localhost"] ?? ""],
            pause: 100,
            files: { every: 50, bytes: upTo(1e5) },
        });
    });
    after(async () => {
        await load?.stop();
        webhook.close();
        mailServer.close();
        await destroyStack(stackName);
        await removeRepository(repository);
    });

    it("previews as no change, and keeps its secrets in files", async () => {
        assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
        const inspected = JSON.stringify(await containers(stackName));
        for (const text of [inspected, await storedState(stackName)])
            for (const secret of [secretPath, "the password of the mail", outputs.bots.notifier?.accessToken ?? ""])
                assert.ok(!text.includes(secret), secret);
    });

    it("runs in containers that are healthy, have no rights and of the host see at most the directory of the backups", async () => {
        await eventually("all healthy", 30_000, () => allHealthy(stackName, 12));
        const found = await containers(stackName);
        for (const role of roles) {
            const { HostConfig, Config, Mounts, Image } = found[role] ?? assert.fail(`there is no ${role}`);
            assert.deepEqual([HostConfig.CapDrop, HostConfig.CapAdd ?? []], [["ALL"], []], role);
            assert.equal(Config.User, "65534:65534", role);
            assert.ok(
                Mounts.every(({ Type, RW }) => Type === "volume" || !RW),
                role,
            );
            const image = parts.find(({ name }) => name === role)?.image;
            assert.ok(image !== undefined && image !== "grafana", role);
            assert.equal(Image, await docker("image", "inspect", "--format", "{{.Id}}", imageReference(image)), role);
            const places = Mounts.filter(({ Type }) => Type !== "volume").map(({ Destination }) => Destination);
            assert.deepEqual(places, role === "host-metrics" ? ["/backup"] : [], role);
        }
    });

    it("is published on the loopback interface alone, and the gateway passes nothing on to it", async () => {
        const published = Object.entries(await containers(stackName)).flatMap(([role, { HostConfig }]) =>
            roles.includes(role) ? Object.values(HostConfig.PortBindings).flat() : [],
        );
        assert.deepEqual(published, [{ HostIp: "127.0.0.1", HostPort: `${base + 95}` }]);
        const paths = ["/metrics", "/_synapse/metrics", "/graph", "/alerts", "/api/v1/query?query=up", "/consoles/overview.html"];
        for (const path of paths) {
            const { status } = await askGateway(base + 43, path, certificate.root);
            assert.equal(status, 404, path);
        }
    });

    it("has an answer to the query of every panel, rule and alert, under load", async () => {
        const queries = [
            ...rows.flatMap(({ panels }) => panels.flatMap(({ series }) => series.map(({ query }) => query))),
            ...recordingRules.flatMap(({ record, expr }) => [record, expr]),
            ...alertRules(watched).map(({ value }) => value),
        ];
        const missing = new Set(queries);
        await eventually("an answer to each", 90_000, async () => {
            for (const query of missing) {
                const samples = await prometheus.query(query);
                if (samples.length > 0 && samples.every(({ value }) => Number.isFinite(value))) missing.delete(query);
            }
            assert.deepEqual([...missing], []);
        });
        for (const rule of alertRules(watched)) await prometheus.query(expressionOf(rule));
        const down = (await prometheus.query("up == 0")).map(({ metric }) => metric.job);
        assert.deepEqual(down, []);
        const jobs = (await prometheus.query("up")).map(({ metric }) => metric.job).sort();
        const served = ["alerts", "database-metrics", "gateway", "homeserver", "host-metrics", "monitoring", "probe"];
        assert.deepEqual(jobs, served);
        console.log(`      ${queries.length} queries, each with data; ${load.acknowledged.length} messages meanwhile`);
    });

    it("knows how long metrics are kept", async () => {
        const flags = await prometheus.ask<Record<string, string>>("status/flags");
        assert.equal(flags["storage.tsdb.retention.time"], "3d");
    });

    // The next two pass the time that the certificate's alert takes.
    it("sees connections run out while somebody holds them", async () => {
        const rule = alertRules(watched).find(({ alert }) => alert === "DatabaseConnectionsExhausted") ?? assert.fail();
        assert.deepEqual(await prometheus.query(expressionOf(rule)), []);
        const hoarder = postgres(outputs.databaseUrl, { max: 76, idle_timeout: 60 });
        try {
            await Promise.all(Array.from({ length: 76 }, () => hoarder`select pg_sleep(1)`));
            await eventually("it is seen", 60_000, async () => assert.equal((await prometheus.query(expressionOf(rule))).length, 1));
        } finally {
            await hoarder.end();
        }
    });

    it("writes into the room what happened while the homeserver was down", async () => {
        await load.stop();
        await docker("stop", "--time", "5", nameOf("homeserver"));
        const alert = { status: "firing", labels: { alertname: "Example", severity: "critical" }, annotations: { summary: "It is down." } };
        const told = JSON.stringify({ alerts: [alert, { ...alert, status: "resolved" }] });
        await docker("exec", nameOf("room-alerts"), "curl", "-fsS", "-d", told, "http://127.0.0.1:9094/");
        await docker("start", nameOf("homeserver"));
        await eventually("the homeserver is back", 30_000, () => fetch(`${outputs.clientUrl}/health`));
        await eventually("it is written", 60_000, async () =>
            assert.deepEqual(
                (await alarms()).filter((text) => text.includes("Example")),
                ["Firing (critical): Example: It is down.", "Resolved: Example: It is down."],
            ),
        );
    });

    it("tells by webhook, mail and room that the certificate ends soon, and status tells it", async () => {
        // Ten seconds where nothing else is going on; a scrape that comes too late begins the alert's time anew.
        await eventually("told by webhook", 280_000, async () =>
            assert.ok(webhook.told("CertificateExpiring")[0], JSON.stringify(await prometheus.ask("alerts"))),
        );
        assert.match(
            webhook.told("CertificateExpiring")[0]?.annotations.summary ?? "",
            /^The gateway's certificate ends in 4d 23h \d+m \d+s\.$/,
        );
        await eventually("told by mail", 30_000, async () => assert.equal(mailServer.mails.length >= 2, true));
        assert.deepEqual(mailServer.signIns[0], [mailSettings.username, "the password of the mail"]);
        const recipients = mailServer.mails.map((mail) => /^To: (.*)$/m.exec(mail)?.[1]);
        assert.deepEqual([...new Set(recipients)].sort(), mailSettings.to);
        assert.match(mailServer.mails[0] ?? "", /^From: matrix@example.org$/m);
        const told = await eventually(
            "told in the room",
            30_000,
            async () => (await alarms()).find((text) => text.includes("CertificateExpiring")) ?? assert.fail(),
        );
        assert.match(told, /^Firing \(warning\): CertificateExpiring: The gateway's certificate ends in/);
        const { stdout } = await commandLine(["status", "--stack", stackName]);
        assert.match(stdout, /^monitoring: CertificateExpiring, warning, for \d+ .*: The gateway's certificate ends in/m);
    });

    it("shows it all on a page of its own", async () => {
        const browser = await openBrowser(await readyBrowser());
        try {
            const page = await browser.newPage({ viewport: { width: 1200, height: 1500 } });
            await page.goto(`${prometheus.url}/consoles/overview.html`);
            await page.waitForSelector("body[data-shown=yes]");
            const text = (await page.textContent("main")) ?? "";
            assert.match((await page.textContent("#alerts")) ?? "", /CertificateExpiring: The gateway's certificate ends in/);
            for (const { title } of rows.flatMap(({ panels }) => panels)) assert.ok(text.includes(title), title);
            assert.ok(!text.includes("no data"), text);
            await page.screenshot({ path: `${toolsDir}/test-run/monitoring.png` });
        } finally {
            await browser.close();
        }
    });
});
