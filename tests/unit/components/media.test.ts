import assert from "node:assert/strict";
import { parse } from "yaml";
import { container, containers, declareStack } from "../../support/declaredStack.ts";

const s3 = { endpoint: "https://s3.example.org", bucket: "chat-media", accessKeyId: "the key", secretAccessKey: "the secret of the store" };
const scan = { onFailure: "allow" } as const;

/** The module that every homeserver has. */
const drain = { module: "drain.Drain", config: {} };

const fileOf = (name: string, path: string) => String(container(name).uploads.find(({ file }) => file === path)?.content ?? "");
const options = () => parse(fileOf("homeserver", "/etc/synapse/homeserver.yaml"));

describe("files", () => {
    it("need no further part or module where nothing is set", async () => {
        await declareStack();
        assert.deepEqual(
            containers().filter(({ name }) => /-(scanner|media)$/.test(name)),
            [],
        );
        for (const option of ["media_storage_providers", "media_retention", "media_upload_limits"])
            assert.equal(options()[option], undefined, option);
        assert.deepEqual(options().modules, [drain]);
    });

    it("are scanned by a module that comes before the operator's own", async () => {
        await declareStack({ homeserver: { media: { scan }, config: { modules: [{ module: "their.Module", config: {} }] } } });
        assert.deepEqual(options().modules, [
            drain,
            { module: "malware_scan.MalwareScan", config: { host: "scanner", port: 3310, on_failure: "allow" } },
            { module: "their.Module", config: {} },
        ]);
        assert.ok(fileOf("homeserver", "/etc/synapse/modules/malware_scan.py").includes("class MalwareScan"));
        assert.deepEqual(container("homeserver").envs, ["PYTHONPATH=/etc/synapse/modules"]);
    });

    it("are scanned up to the size that is taken, and what is beyond a limit is told", async () => {
        for (const [maxUpload, bytes] of [
            ["5M", 10 * 1024 ** 2],
            ["100M", 100 * 1024 ** 2],
        ] as const) {
            await declareStack({ homeserver: { media: { maxUpload, scan } } });
            const config = fileOf("scanner", "/etc/scanner/clamd.conf");
            for (const line of [`StreamMaxLength ${bytes}`, `MaxFileSize ${bytes}`, "AlertExceedsMax yes"])
                assert.ok(config.split("\n").includes(line), line);
        }
    });

    it("are scanned by the signatures of a directory, which nothing is downloaded into", async () => {
        await declareStack({ homeserver: { media: { scan: { ...scan, signatures: "/srv/signatures", memory: 128 } } } });
        const { volumes, command } = container("scanner") as unknown as { volumes: Record<string, unknown>[]; command: string[] };
        assert.deepEqual(
            volumes.map(({ hostPath, volumeName, containerPath }) => [hostPath ?? volumeName, containerPath]),
            [["/srv/signatures", "/signatures"]],
        );
        assert.deepEqual(command, ["/scanner.sh", "given"]);
    });

    it("have the secret of their store in files that its users alone can read", async () => {
        await declareStack({ homeserver: { media: { s3 } } });
        for (const name of ["homeserver", "media"]) {
            const { uploads, ...inputs } = container(name);
            assert.ok(!JSON.stringify(inputs).includes(s3.secretAccessKey), name);
            const holding = uploads.filter(({ content }) => String(content).includes(s3.secretAccessKey));
            assert.deepEqual(
                holding.map(({ file, permissions, owner }) => [file, permissions, owner]),
                [["/run/secrets/s3-credentials", "0400", "991"]],
                name,
            );
        }
        const [provider] = options().media_storage_providers;
        assert.deepEqual([provider.store_local, provider.store_remote, provider.store_synchronous], [true, true, false]);
    });

    it("are kept in the store for as long as a backup can bring back what refers to them", async () => {
        const kept = async (keepDeleted: string, backup = {}) => {
            await declareStack({ homeserver: { media: { s3: { ...s3, keepDeleted } } }, backup });
            return JSON.parse(fileOf("media", "/etc/media/job.json")).keep_deleted_seconds / 86_400;
        };
        assert.equal(await kept("1d"), 1);
        assert.equal(await kept("1d", { repository: "/srv/backup", keep: "2w" }), 14);
        assert.equal(await kept("30d", { repository: "/srv/backup", keep: "2w" }), 30);
    });
});
