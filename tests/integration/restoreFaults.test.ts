/** Repositories that nothing can be restored from, and a restore by the command line. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { credentialsFile } from "../../components/s3Credentials.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { imageReference } from "../../scripts/project/checkout.ts";
import { BackupStack, backedUpAndLost } from "../support/backupStack.ts";
import { docker } from "../support/docker.ts";
import { type S3Store, s3Store } from "../support/s3.ts";
import { openStack } from "../support/stack.ts";

const stackName = "test-restore-faults";
const base = 20800;

describe("a restore", function () {
    this.timeout(300_000);
    const stack = new BackupStack(stackName, base);
    const folder = mkdtempSync(join(tmpdir(), "restore-faults-"));
    const fileWith = (name: string, text: string): string => {
        writeFileSync(join(folder, name), text, { mode: 0o600 });
        return join(folder, name);
    };
    /** A copy of the repository. */
    const damaged = `${stack.repository}-damaged`;
    const withCopy = async (use: () => Promise<void>) => {
        await execa("cp", ["--archive", stack.repository, damaged]);
        try {
            await use();
        } finally {
            rmSync(damaged, { recursive: true });
        }
    };

    before(() => backedUpAndLost(stack));
    after(async () => {
        await stack.removeAll();
        rmSync(folder, { recursive: true });
        delete process.env.PULUMI_CONFIG_PASSPHRASE_FILE;
    });

    it("must have that moment, open by that password, and find the place", async () => {
        await stack.refusedRestore({ TIME: "2020-01-01T00:00:00Z" }, /^2020-01-01T00:00:00Z is before the first backup, which is of \S+Z$/);
        await stack.refusedRestore(
            { TIME: "2099-01-01T00:00:00Z" },
            /^2099-01-01T00:00:00Z is after the last backup, which is of \S+Z; leave the time out/,
        );
        await stack.refusedRestore({ TIME: "yesterday" }, /^TIME: "yesterday" is not a moment with its time zone, such as/);
        await stack.refusedRestore(
            { PASSWORD_FILE: fileWith("wrong", "wrong") },
            /^this password does not open \S+: wrong password or no key found; give the one that/,
        );
        await stack.refusedRestore({ PASSWORD_FILE: "/nowhere" }, /^PASSWORD_FILE: .*no such file/);
        await stack.refusedRestore({ REPOSITORY: "/nowhere" }, /^there is no directory \/nowhere on the Docker host$/);
        // Of the one who runs this, closed to the user that reads backups.
        const closed = mkdtempSync(join(folder, "closed-"));
        await stack.refusedRestore(
            { REPOSITORY: closed },
            /^the user that reads backups may not read \S+ on the Docker host; run there: sudo chown/,
        );
        await execa("chmod", ["755", folder, closed]);
        await stack.refusedRestore({ REPOSITORY: closed }, /^there are no backups in \S+$/);
    });

    it("from a damaged repository is told in one line, and nothing is half restored", async () => {
        const damages: [what: string, damage: (pack: string) => void][] = [
            ["packs are missing", (pack) => rmSync(pack)],
            ["packs are cut short", (pack) => truncateSync(pack, 1000)],
            ["packs have other bytes", (pack) => writeFileSync(pack, randomBytes(statSync(pack).size))],
        ];
        for (const [, damage] of damages)
            await withCopy(async () => {
                const { stdout } = await execa("find", [`${damaged}/data`, "-type", "f"]);
                for (const pack of stdout.split("\n")) if (statSync(pack).size > 100_000) damage(pack);
                const line = /^the repository is damaged: .+; restore another moment, or repair it with restic$/;
                await stack.refusedRestore({ REPOSITORY: damaged }, line);
            });
    });

    it("of another major version of PostgreSQL is refused before anything is made", () =>
        withCopy(async () => {
            const [, major] = /:(\d+)/.exec(imageReference("postgres")) ?? [];
            const mounts = [`${damaged}:/repository`, `${stack.passwordFile}:/password:ro`].flatMap((mount) => ["--volume", mount]);
            const where = ["--env", "RESTIC_REPOSITORY=/repository", "--env", "RESTIC_PASSWORD_FILE=/password"];
            // As root, for the file of the password is this user's.
            // Its last container was killed, and has left a lock.
            const script =
                'restic unlock --remove-all; restic tag --tag copy --remove "major=$1" --add major=9; chown -R 991:991 /repository';
            const words = ["--entrypoint", "sh", imageReference("restic"), "-euc", script, "tag", major ?? ""];
            await docker("run", "--rm", "--user", "0:0", ...mounts, ...where, ...words);
            const line = new RegExp(
                `^images\\.postgres is PostgreSQL ${major}, and the backup is of PostgreSQL 9: restore with that, and upgrade afterwards$`,
            );
            await stack.refusedRestore({ REPOSITORY: damaged }, line);
        }));

    it("from an S3 store needs the bucket, the key and an answer, to the end", async () => {
        const name = `matrix-synapse-${stackName}-s3`;
        const store: S3Store = await s3Store(name, base + 170, ["backups"]);
        try {
            // Both have the same layout.
            await docker("cp", `${stack.repository}/.`, `${name}:/buckets/backups`);
            const { accessKeyId, secretAccessKey, authority } = store;
            const given = {
                REPOSITORY: `s3:${store.url}/backups`,
                CREDENTIALS_FILE: fileWith("credentials", credentialsFile(accessKeyId, secretAccessKey)),
                AUTHORITY_FILE: fileWith("authority.pem", authority),
            };
            await stack.refusedRestore({ ...given, REPOSITORY: `s3:${store.url}/missing` }, /^there is no such bucket: s3:\S+\/missing$/);
            const other = fileWith("other", credentialsFile(accessKeyId, "wrong"));
            await stack.refusedRestore({ ...given, CREDENTIALS_FILE: other }, /^the store refuses this access key: /);
            const { exitCode, all } = await stack.restoreUntil(/^Restoring the media/m, () => docker("kill", name), given);
            assert.notEqual(exitCode, 0, all);
            assert.match(all, /^the repository does not answer any more: .+; restore again when it does$/m);
            await stack.assertGone();
            await stack.refusedRestore(given, /^s3:\S+ does not answer: .*refused/);
        } finally {
            await store.remove();
        }
    });

    it("is an action of the command line as well, on a machine with another passphrase, and says what it checked", async () => {
        process.env.PULUMI_CONFIG_PASSPHRASE_FILE = fileWith("passphrase", "of another machine");
        const options = JSON.stringify({ repository: stack.repository, passwordFile: stack.passwordFile });
        const { exitCode, stdout, all } = await stack.tool("content", "execute", "--name", "restore", "--json", "--options", options);
        assert.equal(exitCode, 0, all);
        const { users, rooms, media, damagedMedia, signingKey } = JSON.parse(stdout);
        assert.deepEqual([users, rooms, media, damagedMedia], [3, 2, 1, []]);
        assert.match(signingKey, /^ed25519:a_/);
        const restored = await stack.outputs();
        await signIn(restored.clientUrl, "@alice:localhost", "the password of alice", "TESTS");
        assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
    });
});
