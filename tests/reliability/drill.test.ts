/** The long drill: a busy server is lost with all its data under load, and made anew from the repository of its backups alone. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBot } from "../../bots/encryptedBot.ts";
import { judgeKeys, keysPath } from "../../scripts/checks/federation/keys.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { destroyMachine, lost } from "../support/backup.ts";
import { type BackupOutputs, BackupStack } from "../support/backupStack.ts";
import { eventually } from "../support/docker.ts";
import { Crowd, content, encryptedRooms, people, plainRooms, rowsOf, withoutRow } from "../support/drill.ts";
import { received, say, startBot } from "../support/encryptedTalk.ts";
import { askGateway } from "../support/gateway.ts";
import type { LineProcess } from "../support/lineProcess.ts";
import { record } from "../support/reliability.ts";
import { configure, openStack } from "../support/stack.ts";

const stackName = "test-drill";
const base = 20200;
const wanted = { messages: 5000, files: 200 };
/** Seconds: the setting's default. */
const maxLoss = 60;
/** Milliseconds for a message, on a machine that does other things as well. */
const patience = 60_000;

describe("the drill", function () {
    this.timeout(600_000);
    // Each step needs the one before.
    this.bail(true);
    const stack = new BackupStack(stackName, base);
    const stores = mkdtempSync(join(tmpdir(), "drill-bots-"));
    const settings = (first: number) => ({
        ...stack.settings(first),
        ...content(),
        backup: { repository: stack.repository, include: [stores] },
    });
    let outputs: BackupOutputs;
    let crowd: Crowd;
    let bots: Record<"alice" | "bob", LineProcess>;
    let keysBefore: Record<string, unknown>;
    /** Encrypted messages by room. */
    const secrets = new Map<string, string>();
    /** A moment in the middle of the load, and what was acknowledged up to it. */
    let moment = 0;
    let lostAt = 0;

    const token = (bot: string) => outputs.bots[bot]?.accessToken ?? assert.fail(bot);
    const optionsOf = (bot: string) => ({ homeserverUrl: outputs.clientUrl, accessToken: token(bot), store: join(stores, bot) });
    const startBots = async () => ({ alice: await startBot(optionsOf("alice")), bob: await startBot(optionsOf("bob")) });
    const keys = async (first: number) => {
        const { body } = await askGateway(first + 48, keysPath, outputs.certificateAuthority);
        return JSON.parse(body);
    };
    const upTo = (time: number) => crowd.acknowledged.filter(({ at }) => at <= time);
    const messages = () => crowd.acknowledged.filter(({ room }) => room !== undefined).length;
    const files = () => crowd.acknowledged.filter(({ hash }) => hash !== undefined).length;

    before(async () => {
        outputs = await stack.bringUp(settings(base));
        bots = await startBots();
    });
    after(async () => {
        await crowd?.stop();
        await Promise.allSettled(Object.values(bots ?? {}).map((bot) => bot.kill()));
        rmSync(stores, { recursive: true, force: true });
        await stack.removeAll();
    });

    it("begins: people talk, some of them encrypted, and everything is backed up meanwhile", async () => {
        for (const [alias, room] of Object.entries(outputs.rooms)) {
            if (!alias.startsWith("#secret")) continue;
            const sent = await say(bots.alice, room, `for bob in ${alias}`, patience);
            await received(bots.bob, sent, patience);
            secrets.set(room, sent);
        }
        assert.equal(secrets.size, encryptedRooms);
        await Promise.all(Object.values(bots).map((bot) => bot.end()));
        keysBefore = await keys(base);
        crowd = new Crowd(outputs);
        await eventually("half of the load", 240_000, async () => {
            if (messages() < wanted.messages / 2) throw new Error(`${messages()} messages`);
        });
        moment = Date.now();
        await eventually("the whole load", 240_000, async () => {
            if (messages() < wanted.messages || files() < wanted.files) throw new Error(`${messages()} messages, ${files()} files`);
        });
    });

    it("loses the machine under load, and restores it elsewhere: what was acknowledged earlier than the most that may be lost is there", async () => {
        lostAt = Date.now();
        await destroyMachine(stackName);
        await crowd.stop();
        await stack.lose();
        rmSync(stores, { recursive: true });
        const said = await restored(base + 200, {});
        const before = upTo(lostAt);
        const missing = await withoutRow(stackName, before);
        const seconds = missing.length === 0 ? 0 : (lostAt - Math.min(...missing.map(({ at }) => at))) / 1000;
        const tooOld = missing.filter(({ at }) => at < lostAt - maxLoss * 1000);
        const bytes = Number((await rowsOf(stackName, "select sum(media_length) from local_media_repository"))[0]);
        record({
            tried: "machine lost under load, restored from backups",
            times: 1,
            lost: tooOld.length,
            seen: `${before.length} acknowledged, those of the last ${seconds.toFixed(1)} s lost (${missing.length}); ${files()} files, ${Math.round(bytes / 1e6)} MB; restored in ${said} s`,
        });
        assert.deepEqual(tooOld, []);
        // As clients see them: some of the messages, and some of the files.
        const there = before.filter((one) => !missing.includes(one));
        const own = outputs.rooms["#room0:localhost"];
        const sample = there.filter(({ room }) => room === undefined || room === own).filter((_, index) => index % 10 === 0);
        assert.deepEqual(await lost(outputs.clientUrl, token("sender0"), sample), []);
    });

    it("leaves nothing changed: keys, passwords, tokens, and the preview", async () => {
        assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
        await signIn(outputs.clientUrl, "@person7:localhost", "the password of person 7", "TESTS");
        await signIn(outputs.clientUrl, outputs.adminUserId, outputs.adminPassword, "TESTS");
        const now = await keys(base + 200);
        assert.deepEqual(now.verify_keys, keysBefore.verify_keys);
        assert.equal(judgeKeys({ ...now, verify_keys: keysBefore.verify_keys }, "localhost", Date.now()).state, "ok");
    });

    it("leaves encrypted messages readable by their owners, and new ones go on in the same rooms", async () => {
        const bob = await openBot(optionsOf("bob"));
        for (const [room, id] of secrets) assert.match((await bob.getEvent(room, id)).content.body, /^for bob in #secret/);
        await bob.close();
        bots = await startBots();
        for (const room of secrets.keys()) {
            const sent = await say(bots.alice, room, "after the fire", patience);
            assert.equal((await received(bots.bob, sent, patience)).body, "after the fire");
        }
        await Promise.all(Object.values(bots).map((bot) => bot.end()));
    });

    it("goes back to a moment before: all that was acknowledged by then is there, and nothing later", async () => {
        await stack.lose();
        rmSync(stores, { recursive: true });
        const said = await restored(base + 400, { TIME: new Date(moment).toISOString() });
        const missing = await withoutRow(stackName, upTo(moment));
        const later = crowd.acknowledged.filter(({ at }) => at > moment + 5000);
        const absent = await withoutRow(stackName, later);
        record({
            tried: "the same, to a given moment",
            times: 1,
            lost: missing.length,
            seen: `${upTo(moment).length} acknowledged by then are there, ${later.length - absent.length} of ${later.length} later ones; restored in ${said} s`,
        });
        assert.deepEqual(missing, []);
        assert.equal(absent.length, later.length);
    });

    /** @returns seconds that it took */
    async function restored(first: number, variables: Record<string, string>): Promise<string> {
        configure(stackName, settings(first));
        const { exitCode, all } = await stack.restore(variables);
        assert.equal(exitCode, 0, all);
        outputs = await stack.outputs();
        const told = (line: RegExp) => line.exec(all)?.[1] ?? assert.fail(all);
        // The administrator and the bots are accounts too.
        const [users, rooms, events] = await Promise.all(
            ["users", "rooms", "events"].map((table) => rowsOf(stackName, `select count(*) from ${table}`)),
        );
        assert.deepEqual([told(/Accounts +(\d+)/), told(/Rooms +(\d+)/)], [users?.[0], rooms?.[0]]);
        assert.ok(Number(users?.[0]) > people && Number(rooms?.[0]) === plainRooms + encryptedRooms, `${users} users, ${rooms} rooms`);
        assert.ok(Number(events?.[0]) >= Number(told(/Events +(\d+)/)));
        told(/Media +(\d+), each with its file/);
        return told(/is restored \((\d+) s\)/);
    }
});
