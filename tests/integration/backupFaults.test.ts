/** Places for backups that will not do, that fill up, and that go away. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type BackupOutputs, BackupStack } from "../support/backupStack.ts";
import { containers, eventually } from "../support/docker.ts";
import { type S3Store, s3Store } from "../support/s3.ts";
import { smallFileSystem } from "../support/smallFileSystem.ts";
import { configure, refusedPreview } from "../support/stack.ts";

const stackName = "test-backup-faults";
const base = 32400;

describe("the place of backups", function () {
    this.timeout(300_000);
    const stack = new BackupStack(stackName, base);
    let outputs: BackupOutputs;
    let store: S3Store;
    const inStore = (bucket: string, more: Partial<S3Store> = {}) => {
        const { accessKeyId, secretAccessKey, authority } = { ...store, ...more };
        return stack.settings(base, { repository: `s3:${store.url}/${bucket}`, s3: { accessKeyId, secretAccessKey, authority } });
    };

    before(async () => {
        outputs = await stack.bringUp();
        store = await s3Store(`matrix-synapse-${stackName}-s3`, base + 70, ["backups"]);
    });
    after(async () => {
        await store?.remove();
        await stack.removeAll();
    });

    it("is tried before anything is touched", async () => {
        const started = async () => (await containers(stackName)).backup?.State.StartedAt;
        const since = await started();
        const refused = (settings: object, line: RegExp) => refusedPreview(stackName, { ...settings }, line);
        await refused(
            stack.settings(base, { repository: "/nowhere/at/all" }),
            /^backup\.repository: there is no directory \/nowhere\/at\/all on the Docker host; make it there: sudo install -d/,
        );
        await refused(
            stack.settings(base, { repository: "/etc" }),
            /^backup\.repository: the user that stores backups may not write to \/etc on the Docker host; run there: /,
        );
        await refused(inStore("missing"), /^backup\.repository: there is no such bucket: s3:\S+\/missing; create it first$/);
        await refused(inStore("backups", { secretAccessKey: "wrong" }), /^backup\.s3: the store refuses this access key: /);
        await refused(
            inStore("backups", { authority: outputs.certificateAuthority }),
            /^backup\.repository: s3:\S+ does not answer: .*x509/,
        );
        assert.equal(await started(), since);
    });

    it("may be an S3 store, which is waited for when it goes away", async () => {
        configure(stackName, inStore("backups"));
        await stack.make("up");
        const verified = await stack.tool("content", "execute", "--name", "verify");
        assert.match(verified.all, /The latest backup can be restored: 3 accounts/);
        await store.stop();
        await eventually("the status", 90_000, async () =>
            assert.match((await stack.tool("status")).all, /^backup +running +(late|unhealthy)/m),
        );
        await store.start();
        await eventually("a backup", 60_000, () => stack.make("backup"));
        assert.ok(!JSON.stringify(await containers(stackName)).includes(store.secretAccessKey));
        configure(stackName, stack.settings());
        await stack.make("up");
    });

    it("may be full: that is told, and backups go on when there is room", async () => {
        const place = await smallFileSystem(32);
        try {
            configure(stackName, stack.settings(base, { repository: place.directory }));
            await stack.make("up");
            const headers = { authorization: `Bearer ${outputs.bots.notifier?.accessToken}` };
            const uploaded = await fetch(`${outputs.clientUrl}/_matrix/media/v3/upload`, {
                ...{ method: "POST", headers },
                body: randomBytes(40_000_000) as BodyInit,
            });
            assert.equal(uploaded.status, 200);
            const { exitCode, all } = await stack.run("make", "backup");
            assert.notEqual(exitCode, 0, all);
            assert.match(all, /no space left/);
            await eventually("the status", 60_000, async () => {
                const status = (await stack.tool("status")).all;
                assert.match(status, /^backup +running +(unhealthy|late)/m);
                assert.match(status, /no space left/);
            });
            await place.resize(256);
            await eventually("a backup", 60_000, () => stack.make("backup"));
            const verified = await stack.tool("content", "execute", "--name", "verify");
            assert.match(verified.all, /The latest backup can be restored: .* 1 files of media/);
        } finally {
            configure(stackName, stack.settings());
            await stack.make("up");
            await place.remove();
        }
    });

    it("of another server or a lost stack is not taken over", async () => {
        await stack.lose();
        configure(stackName, stack.settings());
        const { exitCode, all } = await stack.run("make", "up");
        assert.notEqual(exitCode, 0, all);
        assert.match(
            all,
            /backup\.repository: \S+ holds the backups of another server, or of a lost stack: restore that \(make restore STACK=test-backup-faults /,
        );
        await stack.lose();
    });
});
