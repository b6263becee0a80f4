/** The stack's own PostgreSQL to the next major version that Debian has, by one command: refused, aborted, killed, and done. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { execa, type ResultPromise } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { parse } from "yaml";
import { wantedParts } from "../../components/parts.ts";
import { imageReference, project, root } from "../../scripts/project/checkout.ts";
import { Load, lost, removeRepository, repositoryDirectory, upTo } from "../support/backup.ts";
import { allHealthy, containers, docker, eventually } from "../support/docker.ts";
import { postgresImage } from "../support/olderImages.ts";
import { configure, destroyStack, openStack, plain, pulumiEnvironment, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-next-postgres";
const base = 21_700;
const [suite, major] = ["trixie", 17] as const;
const name = (role: string) => `${project}-${stackName}-${role}`;

describe("PostgreSQL's next major version", function () {
    this.timeout(900_000);
    let outputs: StackOutputs;
    let load: Load;
    let image: string;
    let recorded: string;

    let repository = repositoryDirectory();
    const settings = {
        ...smallStack(base),
        bots: { notifier: { displayName: "Notifier", unlimited: true } },
        backup: { repository, maxLoss: 20 },
    };
    const roles = wantedParts(settings).length;
    const ask = (sql: string) => docker("exec", name("database"), "psql", "--username=postgres", "-At", "--command", sql, "synapse");
    const counts = () => ask("SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM events), (SELECT count(*) FROM event_json)");
    const volumes = async () => (await docker("volume", "ls", "--quiet", "--filter", `name=${name("postgres")}`)).split("\n").sort();
    const logsOf = async (role: string) => (await execa("docker", ["logs", name(role)], { all: true })).all;
    const inVolume = () => docker("exec", name("database"), "sh", "-c", "ls $PGDATA");
    const bot = () => new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");

    /** Without `make`, so that a signal meets the command itself and what it started. */
    function command(env: Record<string, string>): ResultPromise<{ all: true; reject: false; detached: true }> {
        const whole = { ...process.env, ...pulumiEnvironment(), STACK: stackName, ...env };
        return execa("scripts/setup/run", ["main", "upgradeDatabase"], { cwd: root, env: whole, all: true, reject: false, detached: true });
    }

    /** Sends a signal to the command and all that it started, once it has said something. */
    async function cut(signal: NodeJS.Signals, after: RegExp): Promise<string> {
        const running = command({ IMAGE: image });
        let said = "";
        let done = false;
        running.all.on("data", (chunk) => {
            said += chunk;
            if (done || !after.test(said)) return;
            done = true;
            process.kill(-(running.pid ?? 0), signal);
        });
        const { exitCode } = await running;
        assert.ok(done, `it did not come to ${after}:\n${said}`);
        assert.notEqual(exitCode, 0);
        return said;
    }

    async function isAsBefore(): Promise<void> {
        await eventually("all healthy", 60_000, () => allHealthy(stackName, roles));
        assert.match(await ask("SHOW server_version"), /^15\./);
        assert.equal(await counts(), recorded);
        assert.doesNotMatch(await inVolume(), /upgrade-/);
        // The receiver has started anew, and goes on with what it had.
        assert.doesNotMatch(await logsOf("wal"), /another cluster/);
        assert.deepEqual(await volumes(), [name("postgres")]);
        assert.equal(await docker("ps", "--all", "--quiet", "--filter", `name=${name("upgrade")}`), "");
        assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
    }

    before(async () => {
        image = await postgresImage(`${major}`, suite);
        await destroyStack(stackName);
        configure(stackName, settings);
        outputs = plain((await (await openStack(stackName)).up()).outputs);
        const accessToken = outputs.bots.notifier?.accessToken ?? "";
        load = new Load({
            url: outputs.clientUrl,
            accessToken,
            rooms: Object.values(outputs.rooms),
            pause: 10,
            files: { every: 20, bytes: upTo(1e5) },
        });
        await new Promise((resolve) => setTimeout(resolve, 10_000));
        await load.stop();
        recorded = await counts();
    });
    after(async () => {
        await destroyStack(stackName);
        for (const volume of await volumes()) if (volume) await docker("volume", "rm", volume);
        await removeRepository(repository);
    });

    it("is refused in a line where it cannot be, and nothing is touched", async () => {
        for (const [wrong, line] of [
            ["", /^IMAGE is missing: the image of the version to come, such as make upgrade-database /m],
            [imageReference("postgres"), /^IMAGE: \S+ is PostgreSQL 15, which runs already; for another build of it set images\.postgres/m],
            [imageReference("caddy"), /^IMAGE: there is no PostgreSQL in matrix-synapse\/caddy:\S+$/m],
            ["localhost:1/postgres:17", /^IMAGE: localhost:1\/postgres:17 is neither here nor to be had: /m],
        ] as const) {
            const { exitCode, all } = await command(wrong === "" ? { IMAGE: "" } : { IMAGE: wrong });
            assert.notEqual(exitCode, 0);
            assert.match(all, line);
        }
        await isAsBefore();
    });

    it("goes back on Ctrl-C while it copies, and while it keeps the old files", async () => {
        for (const moment of [/copying database synapse/, /keeping its files in volume/]) {
            const said = await cut("SIGINT", moment);
            assert.match(
                said,
                /the upgrade was interrupted\. Stack test-next-postgres runs PostgreSQL 15 as before, and nothing of the attempt stays\./,
            );
            await isAsBefore();
        }
    });

    it("leaves the old server running where the command is killed, and make up brings back the rest", async () => {
        await cut("SIGKILL", /copying database synapse/);
        assert.equal((await containers(stackName)).database?.State.Running, true);
        await eventually("the copy has ended", 30_000, async () =>
            assert.equal(await docker("ps", "--all", "--quiet", "--filter", `name=${name("upgrade")}`), ""),
        );
        await execa("make", ["up", `STACK=${stackName}`], { cwd: root, env: pulumiEnvironment() });
        await isAsBefore();
    });

    it("goes back where the copy ends badly, as on a full disk", async () => {
        const running = command({ IMAGE: image });
        await eventually("the copy", 60_000, () => docker("inspect", name("upgrade")));
        await docker(
            "exec",
            name("upgrade"),
            "sh",
            "-c",
            "until pkill -KILL pg_restore || kill -KILL $(cat /upgrade/upgrade-unfinished/postmaster.pid | head -n 1); do sleep 0.1; done",
        ).catch(() => {});
        const { exitCode, all } = await running;
        assert.notEqual(exitCode, 0);
        assert.match(all, /^the upgrade failed: the database was not copied: .+\nStack test-next-postgres runs PostgreSQL 15 as before/m);
        await isAsBefore();
    });

    it("goes back where the machine was lost in the moment of the exchange", async () => {
        await docker("stop", name("homeserver"));
        await docker("stop", name("database"));
        const mounted = [
            "--rm",
            "--user",
            "999:999",
            "--volume",
            `${name("postgres")}:/data`,
            "--entrypoint",
            "sh",
            imageReference("postgres"),
        ];
        await docker("run", ...mounted, "-c", "cd /data && mkdir upgrade-new upgrade-leaving && mv PG_VERSION base upgrade-leaving/");
        await docker("start", name("database"));
        await eventually("it says why it does not start", 20_000, async () => {
            const { all } = await execa("docker", ["logs", "--tail", "3", name("database")], { all: true });
            assert.match(all, /an upgrade to another major version was cut short; go back: make upgrade-database/);
        });
        const { all } = await command({ IMAGE: "" });
        assert.match(all, /^An earlier upgrade was cut short; going back to what was there before\nBack$/m, all);
        await isAsBefore();
    });

    it("comes by one command, with everything that was there, and the old files kept", async () => {
        const started = Date.now();
        const { exitCode, all } = await command({ IMAGE: image });
        assert.equal(exitCode, 0, all);
        assert.match(all, /equal: \d+ tables, \d+ MB/);
        console.log(`      ${((Date.now() - started) / 1000).toFixed(0)} s; ${/equal: .*/.exec(all)?.[0]}`);
        await eventually("all healthy", 60_000, () => allHealthy(stackName, roles));
        assert.match(await ask("SHOW server_version"), new RegExp(`^${major}\\.`));
        assert.equal(await counts(), recorded);
        assert.deepEqual(await lost(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "", load.acknowledged), []);
        assert.match(await bot().sendText(Object.values(outputs.rooms)[0] ?? "", "after the upgrade"), /^\$/);
        assert.deepEqual(await volumes(), [name("postgres"), name("postgres-15")]);
        const kept = [
            "--rm",
            "--volume",
            `${name("postgres-15")}:/data:ro`,
            "--entrypoint",
            "cat",
            imageReference("postgres"),
            "/data/PG_VERSION",
        ];
        assert.equal(await docker("run", ...kept), "15");
        const file = parse(readFileSync(`${root}/Pulumi.${stackName}.yaml`, "utf8"));
        assert.equal(file.config[`${project}:images`].postgres, image);
        assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
    });

    it("is in the next backup, which can be restored", async () => {
        const options = { cwd: root, env: pulumiEnvironment() };
        await execa("make", ["backup", `STACK=${stackName}`], options);
        assert.match(
            (await execa("docker", ["logs", name("wal")], { all: true })).all,
            /the copies are of another cluster than the server's/,
        );
        const majors = await docker("exec", name("wal"), "sh", "-c", "cat /var/tmp/base/*/PG_VERSION");
        assert.deepEqual(new Set(majors.split("\n")), new Set([`${major}`]));
        const verified = await execa(
            "scripts/cli/resource-matrix-synapse",
            ["content", "execute", "--name", "verify", "--stack", stackName],
            options,
        );
        assert.match(verified.stdout, /The latest backup can be restored: \d+ accounts/);
    });

    it("is finished where the command was killed after the new server had started, and nothing written since is lost", async () => {
        const room = Object.values(outputs.rooms)[0] ?? "";
        const sent = await bot().sendText(room, "while its end was still to come");
        await docker("exec", name("database"), "sh", "-c", "mkdir $PGDATA/upgrade-former && echo 15 >$PGDATA/upgrade-former/PG_VERSION");
        const { exitCode, all } = await command({ IMAGE: "" });
        assert.equal(exitCode, 0, all);
        assert.match(all, /^An earlier upgrade was cut short after the new server had started; finishing it$/m);
        assert.doesNotMatch(await inVolume(), /upgrade-/);
        assert.match(await ask("SHOW server_version"), new RegExp(`^${major}\\.`));
        assert.equal((await bot().getEvent(room, sent)).event_id, sent);
        await eventually("all healthy", 60_000, () => allHealthy(stackName, roles));
    });

    it("does not come a second time, nor back", async () => {
        assert.match((await command({ IMAGE: image })).all, /is PostgreSQL 17, which runs already/);
        assert.match(
            (await command({ IMAGE: imageReference("postgres") })).all,
            /is PostgreSQL 15, and the data is of 17: there is no way to an older one/,
        );
    });

    it("does not go back once people may have written to it", async () => {
        await destroyStack(stackName);
        await docker("volume", "rm", "--force", name("postgres-15"));
        await removeRepository(repository);
        repository = repositoryDirectory();
        configure(stackName, { ...settings, backup: { ...settings.backup, repository } });
        outputs = plain((await (await openStack(stackName)).up()).outputs);
        const room = Object.values(outputs.rooms)[0] ?? "";
        let said = "";
        const running = command({ IMAGE: image });
        running.all.on("data", (chunk) => {
            said += chunk;
        });
        await eventually("the new server", 120_000, async () => assert.match(said, /^Starting PostgreSQL 17$/m));
        await eventually("it answers", 60_000, async () => assert.ok((await fetch(`${outputs.clientUrl}/_matrix/client/versions`)).ok));
        const sent = await bot().sendText(room, "between the two");
        process.kill(-(running.pid ?? 0), "SIGINT");
        assert.notEqual((await running).exitCode, 0);
        assert.match(
            said,
            /the upgrade was interrupted\nThe homeserver runs on PostgreSQL 17 already, and people may have written to it since/,
        );
        await execa("make", ["up", `STACK=${stackName}`], { cwd: root, env: pulumiEnvironment() });
        await eventually("all healthy", 60_000, () => allHealthy(stackName, roles));
        assert.match(await ask("SHOW server_version"), new RegExp(`^${major}\\.`));
        assert.equal((await bot().getEvent(room, sent)).event_id, sent);
        assert.doesNotMatch(await inVolume(), /upgrade-/);
        assert.deepEqual(await volumes(), [name("postgres"), name("postgres-15")]);
    });
});
