import assert from "node:assert/strict";
import { container, containers, declareStack } from "../../support/declaredStack.ts";
import { resolved } from "../../support/mocks.ts";

const s3 = { accessKeyId: "the key", secretAccessKey: "the secret of the store" };

describe("backups", () => {
    it("are not there without a place for them, and the database knows nothing of them", async () => {
        const outputs = await declareStack();
        assert.deepEqual(
            containers().filter(({ name }) => /-(wal|backup)$/.test(name)),
            [],
        );
        assert.equal(outputs.backupPassword, undefined);
        assert.ok(!container("database").command?.some((word) => word.startsWith("hba_file=")));
    });

    it("see the media without being able to change them, and the directory alone of the host", async () => {
        await declareStack({ backup: { repository: "/srv/backup" } });
        const mounts = (container("backup") as unknown as { volumes: Record<string, unknown>[] }).volumes;
        assert.deepEqual(
            mounts.map(({ volumeName, hostPath, containerPath, readOnly }) => [volumeName ?? hostPath, containerPath, readOnly]),
            [
                ["matrix-synapse-test-backup-spool", "/var/tmp", undefined],
                ["matrix-synapse-test-media", "/media", true],
                ["/srv/backup", "/repository", undefined],
            ],
        );
        assert.ok(container("database").command?.includes("hba_file=/etc/postgresql/pg_hba.conf"));
    });

    it("read directories of any user by a container that can do nothing else, and is there for them alone", async () => {
        await declareStack({ backup: { repository: "/srv/backup", include: ["/srv/bots"] } });
        const { volumes, capabilities, user } = container("files") as unknown as Record<string, unknown> & { volumes: object[] };
        assert.deepEqual([user, capabilities], ["0:0", { drops: ["ALL"], adds: ["CAP_DAC_READ_SEARCH"] }]);
        assert.deepEqual(volumes, [
            { volumeName: "matrix-synapse-test-backup-files", containerPath: "/var/tmp" },
            { hostPath: "/srv/bots", containerPath: "/include/srv/bots", readOnly: true },
        ]);
    });

    it("have their secrets in files of their own", async () => {
        const outputs = await declareStack({ backup: { repository: "s3:https://s3.example.org/backups", s3 } });
        const { uploads, ...inputs } = container("backup");
        assert.ok(!JSON.stringify(inputs).includes(s3.secretAccessKey));
        const file = uploads.find(({ content }) => String(content).includes(s3.secretAccessKey));
        assert.deepEqual([file?.file, file?.permissions], ["/run/secrets/s3-credentials", "0400"]);
        assert.ok(outputs.backupPassword && (await resolved(outputs.backupPassword)));
        assert.ok((container("wal").envs as string[]).every((variable) => !/password=/i.test(variable)));
    });
});
