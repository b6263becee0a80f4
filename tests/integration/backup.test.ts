/** A server is lost under load, and made anew from the repository of its backups and nothing else. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MatrixClient } from "matrix-bot-sdk";
import { signIn } from "../../scripts/content/signIn.ts";
import { imageReference } from "../../scripts/project/checkout.ts";
import { Load, lost, upTo } from "../support/backup.ts";
import { type BackupOutputs, BackupStack, maxLoss } from "../support/backupStack.ts";
import { containers, docker, eventually } from "../support/docker.ts";
import { configure, openStack, storedState } from "../support/stack.ts";

const stackName = "test-backup";
const base = 32200;

describe("backups", function () {
    this.timeout(300_000);
    const stack = new BackupStack(stackName, base);
    let outputs: BackupOutputs;
    let load: Load;
    const directory = mkdtempSync(join(tmpdir(), "bots-"));
    const settings = (first: number) => stack.settings(first, { include: [directory] });
    const inDirectory = (script: string) =>
        docker("run", "--rm", "--volume", `${directory}:/srv`, "--entrypoint", "sh", imageReference("base"), "-euc", script);
    const token = () => outputs.bots.notifier?.accessToken ?? "";

    before(async () => {
        outputs = await stack.bringUp(settings(base));
    });
    after(async () => {
        await load?.stop();
        await stack.removeAll();
        await inDirectory("find /srv -mindepth 1 -delete");
        rmSync(directory, { recursive: true });
    });

    it("preview as no change, and their password is secret", async () => {
        const opened = await openStack(stackName);
        assert.deepEqual(Object.keys((await opened.preview()).changeSummary), ["same"]);
        assert.equal((await opened.outputs()).backupPassword?.secret, true);
        const inspected = JSON.stringify(await containers(stackName));
        for (const text of [inspected, await storedState(stackName)]) assert.ok(!text.includes(outputs.backupPassword));
    });

    it("are made on their schedule, and kept as long as was asked", async () => {
        const { wal, backup } = await containers(stackName);
        assert.deepEqual(wal?.Config.Cmd?.slice(2), ["604800", `${3 * 86_400 + 4 * 3600 + 30 * 60}`]);
        assert.deepEqual(backup?.Config.Cmd?.slice(2), ["6", "14", "22"]);
        assert.equal(backup?.Image, await docker("image", "inspect", "--format", "{{.Id}}", imageReference("restic")));
    });

    it("are made on request, verified beside the running server, and their age is in the status", async () => {
        const stored = await stack.tool("content", "execute", "--name", "backup");
        assert.match(stored.all, /^Everything up to \S+Z is in the repository\.$/m);
        const verified = await stack.tool("content", "execute", "--name", "verify");
        assert.match(verified.all, /The latest backup can be restored: 3 accounts, 2 rooms, \d+ events, 0 files of media\./);
        assert.match((await stack.tool("status")).all, /backup: everything up to \d+ s ago is in the repository; verified \d+ s ago/);
    });

    it("store directories of the host as well, of any user, and every database of the server", async () => {
        // As a bot's: of a user of its own.
        await inDirectory(
            "install -d -m 700 /srv/crypto && echo 'the keys' >/srv/crypto/journal && chmod 600 /srv/crypto/journal && chown -R 10001:10002 /srv",
        );
        await stack.query("postgres", "create database bridge");
        await stack.query("bridge", "create table portal as select 42 as id");
        await stack.make("backup");
    });

    it("are what a lost machine is made of: everything acknowledged more than the most that may be lost before", async () => {
        const rooms = Object.values(outputs.rooms);
        load = new Load({ url: outputs.clientUrl, accessToken: token(), rooms, pause: 100, files: { every: 10, bytes: upTo(2e6) } });
        await sleep(2 * maxLoss * 1000);
        const lostAt = Date.now();
        await stack.lose();
        await load.stop();
        await inDirectory("find /srv -mindepth 1 -delete");
        configure(stackName, settings(base + 100));
        const { exitCode, all } = await stack.restore();
        assert.equal(exitCode, 0, all);
        assert.match(all, /Accounts +3\n +Rooms +2\n +Events +\d+\n +Media +\d+, each with its file/);
        outputs = await stack.outputs();
        assert.equal(outputs.clientUrl, `http://localhost:${base + 108}`);

        const before = load.acknowledged.filter(({ at }) => at <= lostAt);
        const missing = await lost(outputs.clientUrl, token(), before);
        const seconds = missing.length === 0 ? 0 : (lostAt - Math.min(...missing.map(({ at }) => at))) / 1000;
        console.log(`      ${before.length} acknowledged, ${missing.length} lost: those of the last ${seconds.toFixed(1)} s`);
        assert.ok(before.length > 100, `${before.length} acknowledged`);
        const tooOld = missing.filter(({ at }) => at < lostAt - maxLoss * 1000);
        assert.deepEqual(tooOld, []);
    });

    it("give back the directories with their owners and modes, and the other databases", async () => {
        assert.equal(
            await inDirectory("cd /srv; stat -c '%u:%g %a %n' . crypto crypto/journal; cat crypto/journal"),
            ["10001:10002 700 .", "10001:10002 700 crypto", "10001:10002 600 crypto/journal", "the keys"].join("\n"),
        );
        assert.equal(await stack.query("bridge", "select id from portal"), "42");
    });

    it("give back the state: a preview is empty, and passwords and tokens are as before", async () => {
        assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
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
        await stack.make("backup");
        await stack.lose();
        await stack.refusedRestore(
            {},
            /^\/\S+ is in this backup, and is there already with something in it; move it away, and restore again$/,
        );
        await inDirectory("find /srv -mindepth 1 -delete");
        const { exitCode, all } = await stack.restore({ TIME: moment });
        assert.equal(exitCode, 0, all);
        await eventually("an answer", 10_000, () => bot.getUserId());
        assert.equal((await bot.getEvent(lobby, earlier)).content.body, "before the mistake");
        await assert.rejects(bot.getEvent(lobby, later), /M_NOT_FOUND/);
    });

    it("are restored into a new stack only", async () => {
        const { exitCode, all } = await stack.restore();
        assert.notEqual(exitCode, 0);
        assert.match(all, /^stack test-backup is there already \(.*\); a backup is restored into a new one only$/m);
    });
});
