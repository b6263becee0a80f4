/** Files that people send, here and on another server: limits, the scan for malware, and an S3 store. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { execa } from "execa";
import { imageReference, root } from "../../scripts/project/checkout.ts";
import { upTogether } from "../support/acrossServers.ts";
import { docker, eventually } from "../support/docker.ts";
import { ageDisk, eicar, emptyDisk, MediaClient, onDisk, onDiskWith, picture, runJob, signatureDirectory } from "../support/media.ts";
import { type Mesh, mesh } from "../support/mesh.ts";
import { type S3Store, s3Store } from "../support/s3.ts";
import { openStack } from "../support/stack.ts";

const base = 24_400;
const isEicar = "EICAR-STANDARD";
const [bucket, prefix, region] = ["files", "chat/", "eu-central-1"];
const access = ({ accessKeyId, secretAccessKey, authority }: S3Store) => ({ accessKeyId, secretAccessKey, authority });

describe("files", function () {
    this.timeout(240_000);
    const signatures = signatureDirectory();
    let servers: Mesh;
    let store: S3Store;
    /** Of the server that scans, and of another one that does not. */
    let here: MediaClient;
    let limited: MediaClient;
    let there: MediaClient;
    let administrator: MediaClient;
    const stack = () => servers.stackName(1);
    const settings = (onFailure: "refuse" | "allow") => ({
        bots: { sender: {}, limited: {} },
        homeserver: {
            media: {
                maxUpload: "3M",
                uploadLimits: [
                    { period: "1d", maxSize: "40M" },
                    { period: "1h", maxSize: "8M" },
                ],
                retention: { local: "1y", remote: "30d" },
                scan: { onFailure, signatures, memory: 300 },
                s3: { endpoint: store.url, bucket, prefix, region, ...access(store), keepLocal: "7d", keepDeleted: "2d" },
            },
        },
        images: { synapse: imageReference("synapse-s3") },
    });
    const stored = async () => (await store.objects(bucket)).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    const path = (folder: string, id: string) => `${folder}/${id.slice(0, 2)}/${id.slice(2, 4)}/${id.slice(4)}`;
    /** Where the store has a file of this server. */
    const keyOf = (file: string) => path("local_content", file.split("/")[1] ?? "");
    const scanner = () => `matrix-synapse-${stack()}-scanner`;
    const serves = () => eventually("the scanner", 30_000, () => docker("exec", scanner(), "sh", "/scanner.sh", "healthy"));

    before(async () => {
        store = await s3Store("matrix-synapse-test-media-store", base + 250, [bucket], region);
        servers = await mesh("media", { base, subnet: "10.94.24.0/24", servers: 2 });
        const outputs = await upTogether(servers, [settings("refuse"), { bots: { sender: {} } }]);
        const [own, other] = outputs as [(typeof outputs)[0], (typeof outputs)[0]];
        here = await MediaClient.ofBot(own, "sender");
        limited = await MediaClient.ofBot(own, "limited");
        there = await MediaClient.ofBot(other, "sender");
        administrator = await MediaClient.ofAdministrator(own);
    });
    after(async () => {
        await servers?.down();
        await store?.remove();
        rmSync(signatures, { recursive: true });
    });

    it("preview as no change", async () => {
        assert.deepEqual(Object.keys((await (await openStack(stack())).preview()).changeSummary), ["same"]);
    });

    it("have limits and lifetimes as the settings say, as Synapse itself reads them", async () => {
        const read = `import json, sys
from synapse.config.homeserver import HomeServerConfig
media = HomeServerConfig.load_config("Synapse", sys.argv[1:]).media
print(json.dumps([media.media_retention_local_media_lifetime_ms, media.media_retention_remote_media_lifetime_ms,
    [[limit.time_period_ms, limit.max_bytes] for limit in media.media_upload_limits]]))`;
        const container = `matrix-synapse-${stack()}-homeserver`;
        const config = "--config-path=/etc/synapse/homeserver.yaml";
        const said = await docker("exec", container, "python3", "-c", read, config, "--no-secrets-in-config");
        const day = 86_400_000;
        const hour = 3_600_000;
        assert.deepEqual(JSON.parse(said.split("\n").at(-1) ?? ""), [
            365 * day,
            30 * day,
            [
                [day, 40 * 1024 ** 2],
                [hour, 8 * 1024 ** 2],
            ],
        ]);
    });

    it("are taken up to what a user may upload in an hour, and no further", async () => {
        const megabytes = Buffer.alloc(3 * 1024 ** 2, "clean");
        assert.equal((await limited.upload(megabytes)).status, 200);
        assert.equal((await limited.upload(megabytes)).status, 200);
        const { status, json } = await limited.upload(megabytes);
        assert.deepEqual([status, json.errcode], [403, "M_USER_LIMIT_EXCEEDED"]);
        assert.equal((await here.upload(megabytes)).status, 200);
    });

    it("are kept if they are clean: uploads, pictures with their thumbnails, other servers' files", async () => {
        const file = await here.store(picture, "image/png");
        assert.deepEqual((await here.download(file)).bytes, picture);
        assert.equal((await here.thumbnail(file)).status, 200);
        const foreign = await there.store(picture, "image/png");
        assert.deepEqual((await here.download(foreign)).bytes, picture);
        assert.equal((await here.thumbnail(foreign)).status, 200);
    });

    it("are refused with malware in them, whichever way they come, and nothing of them is on the disk", async () => {
        const inPicture = Buffer.concat([picture, eicar]);
        const foreign = [await there.store(eicar), await there.store(inPicture, "image/png")] as const;
        const id = String((await here.ask("POST", "/_matrix/media/v1/create")).json.content_uri).slice("mxc://".length);
        const ways: [way: string, refused: number, answer: () => Promise<{ status: number }>][] = [
            ["an upload", 400, () => here.upload(eicar)],
            ["a picture", 400, () => here.upload(inPicture, "image/png")],
            ["an upload for an ID from before", 400, () => here.ask("PUT", `/_matrix/media/v3/upload/${id}`, eicar)],
            ["another server's file", 404, () => here.download(foreign[0])],
            ["another server's file, by the older way", 404, () => here.ask("GET", `/_matrix/media/v3/download/${foreign[0]}`)],
            ["the thumbnail of another server's picture", 404, () => here.thumbnail(foreign[1])],
        ];
        for (const [way, refused, answer] of ways) assert.equal((await answer()).status, refused, way);
        assert.deepEqual(await onDiskWith(stack(), isEicar), []);
        // The search finds what is there.
        assert.equal((await onDiskWith(servers.stackName(2), isEicar)).length, 2);
    });

    it("are refused while nobody can scan them, and taken again afterwards", async () => {
        await docker("stop", "--time", "1", scanner());
        const foreign = await there.store(Buffer.from("not yet here"));
        const { status, json } = await here.upload(Buffer.from("clean"));
        assert.deepEqual([status, json.error], [503, "The file could not be scanned for malware; try again later"]);
        assert.equal((await here.download(foreign)).status, 503);
        await docker("start", scanner());
        await serves();
        assert.equal((await here.upload(Buffer.from("clean"))).status, 200);
        assert.equal((await here.download(foreign)).status, 200);
    });

    it("are taken unscanned while nobody can scan them, where the settings say so, and scanned again afterwards", async () => {
        await servers.up(1, settings("allow"));
        assert.equal((await here.upload(eicar)).status, 400);
        await docker("stop", "--time", "1", scanner());
        assert.equal((await here.upload(eicar)).status, 200);
        await docker("start", scanner());
        await serves();
        assert.equal((await here.upload(eicar)).status, 400);
    });

    it("are in the store, and come back from it when the disk has none of them", async () => {
        const file = await here.store(picture, "image/png");
        const foreign = await there.store(picture, "image/png");
        assert.equal((await here.download(foreign)).status, 200);
        await eventually("the upload", 10_000, async () => assert.ok((await stored()).includes(keyOf(file))));
        await eventually("the other server's file", 10_000, async () =>
            assert.ok((await stored()).some((key) => key.startsWith(`remote_content/${servers.serverName(2)}/`))),
        );
        await emptyDisk(stack());
        for (const one of [file, foreign]) {
            assert.deepEqual((await here.download(one)).bytes, picture);
            assert.equal((await here.thumbnail(one)).status, 200);
        }
        const config = await docker("inspect", `matrix-synapse-${stack()}-homeserver`, `matrix-synapse-${stack()}-media`);
        assert.ok(!config.includes(store.secretAccessKey));
        assert.ok((await store.objects(bucket)).every((key) => key.startsWith(prefix)));
    });

    it("stay on the disk while the store is away, and follow when it is back", async () => {
        const inStore = await here.store(Buffer.from("in the store alone"));
        await eventually("the upload", 10_000, async () => assert.ok((await stored()).includes(keyOf(inStore))));
        await emptyDisk(stack());
        await store.stop();
        const kept = await here.store(Buffer.from("kept on the disk"));
        assert.equal((await here.download(kept)).status, 200);
        assert.equal((await here.download(inStore)).status, 503);
        await assert.rejects(runJob(stack()), /Could not connect|connect timeout/i);
        await store.start();
        assert.ok(!(await stored()).includes(keyOf(kept)));
        await ageDisk(stack());
        assert.equal((await runJob(stack())).uploaded, 1);
        assert.ok((await stored()).includes(keyOf(kept)));
        assert.equal((await here.download(inStore)).status, 200);
    });

    it("leave the disk when nobody looks at them, and the store when the database has forgotten them, counted", async () => {
        const files: string[] = [];
        for (const text of ["one", "two", "three", "four"]) files.push(await here.store(Buffer.from(text)));
        await eventually("the uploads", 10_000, async () => {
            const all = await stored();
            assert.ok(files.every((file) => all.includes(keyOf(file))));
        });
        await ageDisk(stack());
        await runJob(stack());
        const before = await onDisk(stack());
        const local = before.filter((one) => /^(local|remote)_/.test(one));
        assert.ok(local.length >= 4, `${before}`);
        assert.equal((await runJob(stack(), { keep_local_seconds: 0 })).freed, local.length);
        assert.deepEqual(
            await onDisk(stack()),
            before.filter((one) => !local.includes(one)),
        );
        assert.equal((await here.download(files[3] ?? "")).bytes.toString(), "four");

        const others = ["notes.txt", `${prefix}notes.txt`, `${prefix}backup/local_content/ab/cd/ef`];
        for (const key of others) await store.put(bucket, key, "somebody else's");
        const was = await store.objects(bucket);
        const gone = files.slice(0, 3);
        for (const file of gone) assert.equal((await administrator.ask("DELETE", `/_synapse/admin/v1/media/${file}`)).status, 200);
        // Not before its time.
        const waiting = await runJob(stack());
        assert.equal(waiting.deleted, 0);
        assert.ok((waiting.forgotten ?? 0) >= 3);
        assert.deepEqual(await store.objects(bucket), was);
        // What the limit for uploads refused is forgotten, too.
        const deleted = (await runJob(stack(), { keep_deleted_seconds: 0 })).deleted ?? 0;
        const left = await store.objects(bucket);
        const removed = was.filter((key) => !left.includes(key)).map((key) => key.slice(prefix.length));
        for (const file of gone) assert.ok(removed.includes(keyOf(file)), file);
        assert.equal(removed.length, 4, `${removed}`);
        assert.ok(deleted >= removed.length);
        for (const key of others) assert.ok(left.includes(key), key);
        assert.equal((await here.download(files[3] ?? "")).status, 200);
    });

    it("are not deleted from a bucket of another server, nor of another database under the same name", async () => {
        await assert.rejects(runJob(stack(), { server_name: "another.example" }), /the bucket holds the files of s1\.media\.test/);
        const was = await store.objects(bucket);
        const mark = JSON.stringify({ server_name: servers.serverName(1), first_account: 1 });
        await store.put(bucket, `${prefix}matrix-synapse-owner.json`, mark);
        await assert.rejects(runJob(stack(), { keep_deleted_seconds: 0 }), /the files of another database of this server/);
        assert.deepEqual(await store.objects(bucket), was);
    });

    it("show in the status how the last run of the job ended", async () => {
        const status = await execa("scripts/cli/resource-matrix-synapse", ["status", "--stack", stack()], {
            reject: false,
            cwd: root,
            all: true,
        });
        assert.match(status.all, /media: the last run ended .* ago and failed: the bucket holds the files of another database/);
    });
});
