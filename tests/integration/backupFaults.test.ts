/** Places for backups that will not do, and repositories that nothing can be restored from. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { execa } from "execa";
import { type BackupOutputs, BackupStack } from "../support/backupStack.ts";
import { containers, eventually } from "../support/docker.ts";
import { type S3Store, s3Store } from "../support/s3.ts";
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

    it("must have that moment, open by that password, and be there", async () => {
        const refused = async (variables: Record<string, string>, line: RegExp) => {
            const { exitCode, all } = await stack.restore(variables);
            assert.notEqual(exitCode, 0, all);
            assert.match(all, line);
            await stack.assertGone();
        };
        await refused({ TIME: "2020-01-01T00:00:00Z" }, /^2020-01-01T00:00:00Z is before the first backup, which is of \S+Z$/m);
        await refused(
            { TIME: "2099-01-01T00:00:00Z" },
            /^2099-01-01T00:00:00Z is after the last backup, which is of \S+Z; leave the time out/m,
        );
        await refused({ TIME: "yesterday" }, /^TIME: "yesterday" is not a moment with its time zone, such as/m);
        const wrong = `${stack.passwordFile}-wrong`;
        writeFileSync(wrong, "wrong");
        await refused({ PASSWORD_FILE: wrong }, /wrong password or no key found/);
        rmSync(wrong);
        await refused({ PASSWORD_FILE: "/nowhere" }, /^PASSWORD_FILE: .*no such file/m);
        await refused({ REPOSITORY: "/nowhere" }, /^there is no directory \/nowhere on the Docker host$/m);
    });

    it("that is damaged is told in one line, and nothing is half restored", async () => {
        const damaged = `${stack.repository}-damaged`;
        const damages: [what: string, damage: (pack: string) => void][] = [
            ["packs are missing", (pack) => rmSync(pack)],
            ["packs are cut short", (pack) => truncateSync(pack, 1000)],
            ["packs have other bytes", (pack) => writeFileSync(pack, randomBytes(statSync(pack).size))],
        ];
        for (const [what, damage] of damages) {
            await execa("cp", ["--archive", stack.repository, damaged]);
            try {
                const { stdout } = await execa("find", [`${damaged}/data`, "-type", "f"]);
                for (const pack of stdout.split("\n")) if (statSync(pack).size > 100_000) damage(pack);
                const { exitCode, all } = await stack.restore({ REPOSITORY: damaged });
                assert.notEqual(exitCode, 0, what);
                assert.match(all, /^the repository is damaged: .+; restore another moment, or repair it with restic$/m, what);
                await stack.assertGone();
            } finally {
                rmSync(damaged, { recursive: true });
            }
        }
    });
});
