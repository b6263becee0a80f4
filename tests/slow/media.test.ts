/** Files in an S3 store that comes and goes, and in the backups of a server whose disk no longer has them. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { imageReference } from "../../scripts/project/checkout.ts";
import { type BackupOutputs, BackupStack } from "../support/backupStack.ts";
import { ageDisk, emptyDisk, MediaClient, onDisk, runJob } from "../support/media.ts";
import { record } from "../support/reliability.ts";
import { type S3Store, s3Store } from "../support/s3.ts";

const stackName = "test-media-store";
const base = 24_700;
const bucket = "files";

const hashOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

class StoreStack extends BackupStack {
    store?: S3Store;

    override settings(): Partial<SettingsInput> {
        const { homeserver, images, ...settings } = super.settings();
        const { url, accessKeyId, secretAccessKey, authority } = this.store ?? assert.fail("there is no store");
        const s3 = { endpoint: url, bucket, accessKeyId, secretAccessKey, authority };
        return {
            ...settings,
            homeserver: { ...homeserver, media: { s3 } },
            images: { ...images, synapse: imageReference("synapse-s3") },
        };
    }
}

describe("files in a store", function () {
    this.timeout(300_000);
    const stack = new StoreStack(stackName, base);
    /** Hashes of what was acknowledged, by server and ID. */
    const acknowledged = new Map<string, string>();
    let store: S3Store;
    let outputs: BackupOutputs;
    let sender: MediaClient;

    async function uploadUntil(end: number): Promise<number> {
        let refused = 0;
        while (Date.now() < end) {
            const bytes = randomBytes(1 + Math.floor(Math.random() * 500_000));
            const answer = await sender.upload(bytes).catch(() => undefined);
            if (answer?.status === 200) acknowledged.set(String(answer.json.content_uri).slice("mxc://".length), hashOf(bytes));
            else refused++;
            await sleep(50);
        }
        return refused;
    }

    async function lostFiles(): Promise<string[]> {
        const lost: string[] = [];
        for (const [file, hash] of acknowledged) if (hashOf((await sender.download(file)).bytes) !== hash) lost.push(file);
        return lost;
    }

    before(async () => {
        store = await s3Store("matrix-synapse-test-media-store-s3", base + 150, [bucket]);
        stack.store = store;
        outputs = await stack.bringUp();
        sender = await MediaClient.ofBot(outputs, "notifier");
    });
    after(async () => {
        await stack.removeAll();
        await store?.remove();
    });

    it("are all there after it went away again and again, when the disk has none of them any more", async () => {
        const end = Date.now() + 45_000;
        const uploads = Promise.all([uploadUntil(end), uploadUntil(end), uploadUntil(end)]);
        let away = 0;
        while (Date.now() < end - 8000) {
            await store.stop();
            away++;
            await sleep(4000);
            await store.start();
            await sleep(3000);
        }
        const refused = (await uploads).reduce((sum, one) => sum + one, 0);
        await ageDisk(stackName);
        const { uploaded } = await runJob(stackName);
        const { freed } = await runJob(stackName, { keep_local_seconds: 0 });
        assert.ok((freed ?? 0) >= acknowledged.size, `${freed} freed`);
        assert.deepEqual(
            (await onDisk(stackName)).filter((path) => path.startsWith("local_")),
            [],
        );
        const lost = await lostFiles();
        record({
            tried: "uploads while the store of files goes away and comes back",
            times: acknowledged.size,
            lost: lost.length,
            seen: `away ${away} times; ${refused} refused; ${uploaded} followed later; ${freed} freed from the disk`,
        });
        assert.ok(acknowledged.size > 100 && (uploaded ?? 0) > 0, `${acknowledged.size} acknowledged, ${uploaded} followed`);
        assert.deepEqual(lost, []);
    });

    it("count as there for a verification, and come back with a restored server, whose disk has never had them", async () => {
        await stack.make("backup");
        const verified = await stack.tool("content", "execute", "--name", "verify");
        assert.match(verified.all, new RegExp(`The latest backup can be restored: .* ${acknowledged.size} files of media\\.`));
        await stack.lose();
        const { exitCode, all } = await stack.restore();
        assert.equal(exitCode, 0, all);
        assert.match(all, new RegExp(`Media +${acknowledged.size}, each with its file`));
        outputs = await stack.outputs();
        sender = await MediaClient.ofBot(outputs, "notifier");
        await emptyDisk(stackName);
        // The same database: the bucket is still its own.
        assert.equal((await runJob(stackName)).deleted, 0);
        const lost = await lostFiles();
        record({ tried: "restore of a server whose files are in the store alone", times: acknowledged.size, lost: lost.length, seen: "-" });
        assert.deepEqual(lost, []);
    });
});
