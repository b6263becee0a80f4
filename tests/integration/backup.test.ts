/** A server is lost under load, and made anew from the repository of its backups and nothing else. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { imageReference, root } from "../../scripts/project/checkout.ts";
import { destroyMachine, Load, lost, repositoryDirectory } from "../support/backup.ts";
import { containers, docker, eventually } from "../support/docker.ts";
import { s3Store } from "../support/s3.ts";
import {
    configure,
    destroyStack,
    openStack,
    plain,
    pulumiEnvironment,
    refusedPreview,
    type StackOutputs,
    smallStack,
    storedState,
} from "../support/stack.ts";

const stackName = "test-backup";
const base = 32200;
const maxLoss = 20;
const passwordFile = join(tmpdir(), `${stackName}-password`);

describe("backups", function () {
    this.timeout(300_000);
    const repository = repositoryDirectory();
    let outputs: StackOutputs & { backupPassword: string };
    let load: Load;
    /** Milliseconds since 1970 at which the machine was lost. */
    let lostAt: number;

    const settings = (first: number, backup: SettingsInput["backup"] = {}): Partial<SettingsInput> =>
        smallStack(first, {
            backup: { repository, maxLoss, schedule: "Sun 04:30", keep: "2w", ...backup },
            bots: { notifier: { unlimited: true } },
            users: { alice: { password: "the password of alice" } },
            rooms: { lobby: { encrypted: false, members: { notifier: 50 } }, archive: { encrypted: false, members: { notifier: 50 } } },
        });
    const run = (file: string, ...words: string[]) =>
        execa(file, words, { cwd: root, env: { ...pulumiEnvironment(), STACK: stackName }, reject: false, all: true });
    const restore = (variables: Record<string, string> = {}) =>
        run(
            "make",
            "restore",
            ...Object.entries({ REPOSITORY: repository, PASSWORD_FILE: passwordFile, ...variables }).map(
                ([key, value]) => `${key}=${value}`,
            ),
        );
    const tool = (...words: string[]) => run("scripts/cli/resource-matrix-synapse", ...words, "--stack", stackName);
    const token = () => outputs.bots.notifier?.accessToken ?? "";
    /** The machine, and all that this checkout knows of the stack. */
    async function loseEverything(): Promise<void> {
        await destroyMachine(stackName);
        await run("pulumi", "stack", "rm", "--yes", "--force", "--stack", stackName);
        rmSync(`${root}/Pulumi.${stackName}.yaml`, { force: true });
    }

    before(async () => {
        await destroyMachine(stackName);
        await destroyStack(stackName);
        configure(stackName, settings(base));
        const { exitCode, all } = await run("make", "up");
        assert.equal(exitCode, 0, all);
        outputs = plain(await (await openStack(stackName)).outputs()) as typeof outputs;
        writeFileSync(passwordFile, outputs.backupPassword, { mode: 0o600 });
    });
    after(async () => {
        await load?.stop();
        await destroyMachine(stackName);
        await destroyStack(stackName);
        rmSync(repository, { recursive: true });
        rmSync(passwordFile, { force: true });
    });

    it("preview as no change, and their password is secret", async () => {
        const stack = await openStack(stackName);
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        assert.equal((await stack.outputs()).backupPassword?.secret, true);
        const inspected = JSON.stringify(await containers(stackName));
        for (const text of [inspected, await storedState(stackName)]) assert.ok(!text.includes(outputs.backupPassword));
    });

    it("are made on request, verified beside the running server, and their age is in the status", async () => {
        const stored = await tool("content", "execute", "--name", "backup");
        assert.match(stored.all, /^Everything up to \S+Z is in the repository\.$/m);
        const verified = await tool("content", "execute", "--name", "verify");
        assert.match(verified.all, /The latest backup can be restored: 3 accounts, 2 rooms, \d+ events, 0 files of media\./);
        assert.match((await tool("status")).all, /backup: everything up to \d+ s ago is in the repository; verified \d+ s ago/);
    });

    it("are what a lost machine is made of: everything acknowledged more than the most that may be lost before", async () => {
        load = new Load({
            url: outputs.clientUrl,
            accessToken: token(),
            rooms: Object.values(outputs.rooms),
            pause: 100,
            files: { every: 10, largest: 2e6 },
        });
        await sleep(2 * maxLoss * 1000);
        lostAt = Date.now();
        await loseEverything();
        await load.stop();
        // Other ports, as of another machine.
        configure(stackName, settings(base + 100));
        const { exitCode, all } = await restore();
        assert.equal(exitCode, 0, all);
        assert.match(all, /Accounts +3\n +Rooms +2\n +Events +\d+\n +Media +\d+, each with its file/);
        outputs = plain(await (await openStack(stackName)).outputs()) as typeof outputs;
        assert.equal(outputs.clientUrl, `http://localhost:${base + 108}`);

        const before = load.acknowledged.filter(({ at }) => at <= lostAt);
        const missing = await lost(outputs.clientUrl, token(), before);
        const seconds = missing.length === 0 ? 0 : (lostAt - Math.min(...missing.map(({ at }) => at))) / 1000;
        console.log(`      ${before.length} acknowledged, ${missing.length} lost: those of the last ${seconds.toFixed(1)} s`);
        assert.ok(before.length > 100, `${before.length} acknowledged`);
        assert.deepEqual(
            missing.filter(({ at }) => at < lostAt - maxLoss * 1000),
            [],
        );
    });

    it("give back the state: a preview is empty, and passwords and tokens are as before", async () => {
        const stack = await openStack(stackName);
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        await signIn(outputs.clientUrl, "@alice:localhost", "the password of alice", "TESTS");
        await signIn(outputs.clientUrl, outputs.adminUserId, outputs.adminPassword, "TESTS");
        const bot = new MatrixClient(outputs.clientUrl, token());
        assert.match(await bot.sendText(outputs.rooms["#lobby:localhost"] ?? "", "after the restore"), /^\$/);
    });

    it("go on after a restore, and bring back any moment", async () => {
        const bot = new MatrixClient(outputs.clientUrl, token());
        const lobby = outputs.rooms["#lobby:localhost"] ?? "";
        const earlier = await bot.sendText(lobby, "before the mistake");
        await sleep(1500);
        const moment = new Date().toISOString();
        await sleep(1500);
        const later = await bot.sendText(lobby, "the mistake");
        const stored = await run("make", "backup");
        assert.equal(stored.exitCode, 0, stored.all);
        await loseEverything();
        const { exitCode, all } = await restore({ TIME: moment });
        assert.equal(exitCode, 0, all);
        await eventually("an answer", 10_000, () => bot.getUserId());
        assert.equal((await bot.getEvent(lobby, earlier)).content.body, "before the mistake");
        await assert.rejects(bot.getEvent(lobby, later), /M_NOT_FOUND/);
    });

    it("are made on their schedule, and kept as long as was asked", async () => {
        const { wal, backup } = await containers(stackName);
        assert.deepEqual(wal?.Config.Cmd?.slice(2), ["604800", `${3 * 86_400 + 4 * 3600 + 30 * 60}`]);
        assert.deepEqual(backup?.Config.Cmd?.slice(2), ["6", "14"]);
        assert.equal(backup?.Image, await docker("image", "inspect", "--format", "{{.Id}}", imageReference("restic")));
    });

    it("may be in an S3 store: what refuses is told before, what goes away meanwhile is waited for", async () => {
        const store = await s3Store(`matrix-synapse-${stackName}-s3`, base + 70, ["backups"]);
        try {
            const { url, stop: _, start: __, remove: ___, ...access } = store;
            const inStore = (bucket: string, more: Partial<typeof access> = {}) =>
                settings(base + 100, { repository: `s3:${url}/${bucket}`, s3: { ...access, ...more } });
            await refusedPreview(
                stackName,
                inStore("missing"),
                /^backup\.repository: there is no such bucket: s3:\S+\/missing; create it first$/,
            );
            await refusedPreview(
                stackName,
                inStore("backups", { secretAccessKey: "wrong" }),
                /^backup\.s3: the store refuses this access key: /,
            );
            await refusedPreview(
                stackName,
                inStore("backups", { authority: outputs.certificateAuthority }),
                /^backup\.repository: s3:\S+ does not answer: .*x509/,
            );
            configure(stackName, inStore("backups"));
            const up = await run("make", "up");
            assert.equal(up.exitCode, 0, up.all);
            const verified = await tool("content", "execute", "--name", "verify");
            assert.match(verified.all, /The latest backup can be restored: 3 accounts/);
            await store.stop();
            await eventually("the status", 60_000, async () =>
                assert.match((await tool("status")).all, /^backup +running +late|^backup: .*(refused|dial)/m),
            );
            await store.start();
            const stored = await run("make", "backup");
            assert.equal(stored.exitCode, 0, stored.all);
            const secrets = JSON.stringify(await containers(stackName));
            assert.ok(!secrets.includes(access.secretAccessKey));
        } finally {
            await store.remove();
        }
        configure(stackName, settings(base + 100));
        const up = await run("make", "up");
        assert.equal(up.exitCode, 0, up.all);
    });

    it("are restored into a new stack only", async () => {
        const { exitCode, all } = await restore();
        assert.notEqual(exitCode, 0);
        assert.match(all, /^stack test-backup is there already \(.*\); a backup is restored into a new one only$/m);
    });

    it("are left alone by a restore that cannot be: of another moment, by another password, from elsewhere", async () => {
        await loseEverything();
        const refused = async (variables: Record<string, string>, line: RegExp) => {
            const { exitCode, all } = await restore(variables);
            assert.notEqual(exitCode, 0, all);
            assert.match(all, line);
            assert.ok(!existsSync(`${root}/Pulumi.${stackName}.yaml`));
            assert.deepEqual(await containers(stackName), {});
        };
        await refused({ TIME: "2020-01-01T00:00:00Z" }, /^2020-01-01T00:00:00Z is before the first backup, which is of \S+Z$/m);
        await refused(
            { TIME: "2099-01-01T00:00:00Z" },
            /^2099-01-01T00:00:00Z is after the last backup, which is of \S+Z; leave the time out to restore that$/m,
        );
        await refused({ TIME: "yesterday" }, /^TIME: "yesterday" is not a moment with its time zone, such as/m);
        writeFileSync(`${passwordFile}-wrong`, "wrong");
        await refused({ PASSWORD_FILE: `${passwordFile}-wrong` }, /wrong password or no key found/);
        await refused({ REPOSITORY: "/nowhere" }, /there is no directory \/nowhere/);
        rmSync(`${passwordFile}-wrong`);
    });

    it("that are damaged end in one line, and nothing is half restored", async () => {
        const damaged = `${repository}-damaged`;
        const packs = async () =>
            (await execa("find", [`${damaged}/data`, "-type", "f", "-printf", "%s %p\\n"])).stdout
                .split("\n")
                .sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10))
                .map((line) => line.replace(/^\d+ /, ""));
        const damages: [what: string, damage: (pack: string) => void][] = [
            ["a pack is missing", (pack) => rmSync(pack)],
            ["a pack is cut short", (pack) => truncateSync(pack, 1000)],
            ["a pack has other bytes", (pack) => writeFileSync(pack, randomBytes(statSync(pack).size))],
        ];
        for (const [what, damage] of damages) {
            await execa("cp", ["--archive", repository, damaged]);
            try {
                for (const pack of (await packs()).slice(0, 3)) damage(pack);
                const { exitCode, all } = await restore({ REPOSITORY: damaged });
                assert.notEqual(exitCode, 0, what);
                assert.match(all, /^the repository is damaged: .+; verify and repair it, or restore another moment$/m, what);
                assert.deepEqual(await containers(stackName), {}, what);
                assert.equal(await docker("volume", "ls", "--quiet", "--filter", `name=matrix-synapse-${stackName}`), "", what);
                assert.ok(!existsSync(`${root}/Pulumi.${stackName}.yaml`), what);
            } finally {
                rmSync(damaged, { recursive: true });
            }
        }
    });
});
