/** Secrets are rotated again and again under load, each update killed in another moment, and a backup from before is restored. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { rotatables } from "../../components/settings/rotation.ts";
import { RelayRefusal } from "../../scripts/checks/relay/turn/client.ts";
import { connect } from "../../scripts/content/client.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { Load, lost, upTo } from "../support/backup.ts";
import { type BackupOutputs, BackupStack } from "../support/backupStack.ts";
import { containers } from "../support/docker.ts";
import { killed } from "../support/killedUpdate.ts";
import { credentialsFromHomeserver, withRelay } from "../support/relay.ts";
import { record } from "../support/reliability.ts";
import { SyncingSession } from "../support/session.ts";
import { configure, openStack } from "../support/stack.ts";

const stackName = "test-rotations";
const base = 22800;
const udp = { transport: "udp", host: "127.0.0.1", port: base + 78 } as const;

describe("rotations under load, each killed half-way", function () {
    this.timeout(900_000);
    const stack = new BackupStack(stackName, base);
    const generations: string[] = [];
    let outputs: BackupOutputs;
    let alice: SyncingSession;
    let aliceToken: string;
    let load: Load;
    let beforeAll: string;
    let credentials: Awaited<ReturnType<typeof credentialsFromHomeserver>>[] = [];

    const settings = (generation: number) => {
        const small = stack.settings();
        const limits = { messages: { perSecond: 100, burst: 100 } };
        return {
            ...small,
            homeserver: { ...small.homeserver, limits },
            rotation: { ...Object.fromEntries(rotatables.map(({ secret }) => [secret, generation])), bots: { notifier: generation } },
        };
    };
    const idOf = async (role: string) => (await containers(stackName))[role]?.Id;
    const opens = async (url: string) => {
        const sql = postgres(url, { max: 1, connect_timeout: 3 });
        return sql`SELECT 1`
            .then(
                () => true,
                (error) => error.code !== "28P01",
            )
            .finally(() => sql.end());
    };

    before(async () => {
        outputs = await stack.bringUp(settings(1));
        const lobby = outputs.rooms["#lobby:localhost"] ?? "";
        aliceToken = await signIn(outputs.clientUrl, "@alice:localhost", "the password of alice", "PHONE");
        await connect(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "").inviteUser("@alice:localhost", lobby);
        await connect(outputs.clientUrl, aliceToken).joinRoom(lobby);
        alice = new SyncingSession(outputs.clientUrl, aliceToken);
        load = new Load({
            url: outputs.clientUrl,
            accessToken: aliceToken,
            rooms: [lobby],
            pause: 300,
            files: { every: 50, bytes: upTo(1e5) },
        });
        credentials = [await credentialsFromHomeserver(outputs)];
        await stack.make("backup");
        beforeAll = new Date().toISOString();
        await sleep(2000);
    });
    after(async () => {
        await Promise.all([alice?.stop(), load?.stop()]);
        await stack.removeAll();
    });

    const moments: [what: string, moment: () => Promise<() => Promise<boolean>>][] = [
        [
            "the database is another container",
            async () => {
                const id = await idOf("database");
                return async () => ![id, undefined].includes(await idOf("database"));
            },
        ],
        [
            "the database takes the homeserver's password no more",
            async () => {
                const { databaseUrl } = outputs;
                return async () => !(await opens(databaseUrl));
            },
        ],
        [
            "the homeserver is another container",
            async () => {
                const id = await idOf("homeserver");
                return async () => ![id, undefined].includes(await idOf("homeserver"));
            },
        ],
    ];
    for (const [index, [what, moment]] of moments.entries())
        it(`are completed by the next update where one is killed when ${what}`, async () => {
            const generation = index + 2;
            const command = ["make", "up", `STACK=${stackName}`];
            const come = await moment();
            configure(stackName, settings(generation));
            await killed(stackName, command, come);
            await stack.make("up");
            assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
            outputs = await stack.outputs();
            assert.ok(await opens(outputs.databaseUrl));
            credentials.push(await credentialsFromHomeserver(outputs));
            generations.push(what);
        });

    it("lose nothing that was acknowledged, and sign nobody out", async () => {
        await load.stop();
        assert.ok(load.acknowledged.length > 100, `${load.acknowledged.length} acknowledged`);
        const missing = await lost(outputs.clientUrl, aliceToken, load.acknowledged);
        record({
            tried: "rotation of every secret, update killed",
            times: generations.length,
            lost: missing.length + alice.refusals.length,
            seen: `${load.acknowledged.length} acknowledged meanwhile; sessions live on`,
        });
        assert.deepEqual([missing, alice.refusals], [[], []]);
    });

    it("leave the last two secrets of the relay valid, and no earlier one", async () => {
        const accepted = await Promise.all(
            credentials.map((one) =>
                withRelay(udp, one, async () => true).catch((error) => {
                    if (error instanceof RelayRefusal) return false;
                    throw error;
                }),
            ),
        );
        assert.deepEqual(accepted, [false, false, true, true]);
    });

    it("keep every earlier signing key published", async () => {
        const { old_verify_keys: old } = (await (await fetch(`${outputs.clientUrl}/_matrix/key/v2/server`)).json()) as {
            old_verify_keys: Record<string, { expired_ts: number }>;
        };
        const expiries = Object.values(old).map((key) => key.expired_ts);
        assert.equal(expiries.length, 3);
        assert.ok(expiries.every((expiry) => expiry > Date.now() + 23 * 3_600_000));
    });

    it("can be restored to a moment before, and backups go on with the password of now", async () => {
        const { backupPassword } = outputs;
        await stack.make("backup");
        stack.keepPassword(backupPassword);
        await stack.lose();
        const { exitCode, all } = await stack.restore({ TIME: beforeAll });
        assert.equal(exitCode, 0, all);
        outputs = await stack.outputs();
        assert.equal(outputs.backupPassword, backupPassword);
        await stack.make("backup");
        assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
        assert.equal(await connect(outputs.clientUrl, aliceToken).getUserId(), "@alice:localhost");
    });
});
