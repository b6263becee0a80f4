/** The Docker platform by itself: two instances of components in one program, jobs, and files for what runs. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { imageReference, root } from "../../scripts/project/checkout.ts";
import { docker, eventually } from "../support/docker.ts";
import { assertClosed, sql, takeUp, urlsByServer, urlsOf } from "../support/platform/databases.ts";
import { pulumiEnvironment, storedState } from "../support/stack.ts";

const stackName = "test-platform";
const workDir = join(root, "tests/support/platform");
const nameOf = (role: string) => `platform-test-${stackName}-${role}`;

describe("the Docker platform", function () {
    this.timeout(180_000);
    let stack: Stack;

    const configure = (once: string) =>
        stack.setAllConfig({ image: { value: imageReference("postgres") }, port: { value: "27032" }, once: { value: once } });
    const inspect = async (role: string) => JSON.parse(await docker("inspect", nameOf(role)))[0];

    before(async () => {
        const envVars = pulumiEnvironment();
        Object.assign(process.env, envVars);
        stack = await LocalWorkspace.createOrSelectStack({ stackName, workDir }, { envVars });
        await stack.destroy();
        await configure("echo first > /var/tmp/once");
        await stack.up();
    });
    after(async () => {
        await stack.destroy();
        await stack.workspace.removeStack(stackName);
        rmSync(join(workDir, `Pulumi.${stackName}.yaml`), { force: true });
    });

    it("runs two instances of a component side by side, each with databases of its own", async () => {
        const { urls, fingerprints } = await stack.outputs();
        assert.equal(urls?.secret, true);
        assert.equal(new Set(urls?.value).size, 4);
        assert.equal(new Set(fingerprints?.value).size, 2);
    });

    it("lets into a database its own role, the superuser and nobody else", async () => {
        await assertClosed(await urlsOf(stack));
    });

    it("shows no change in a preview after that, nor after a refresh", async () => {
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        await stack.refresh();
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
    });

    it("closes a database again that somebody has opened", async () => {
        const { database } = await urlsByServer(stack);
        await sql("database", "postgres", `GRANT CONNECT ON DATABASE "bridge-irc" TO PUBLIC`);
        await stack.refresh();
        assert.deepEqual((await stack.preview()).changeSummary.update, 1);
        await stack.up();
        await assertClosed(database);
    });

    it("closes databases on an existing server, too, where the administrator is no superuser", async () => {
        await sql("database", "postgres", "CREATE ROLE clerk LOGIN CREATEDB CREATEROLE PASSWORD 'of the clerk'");
        await stack.setConfig("clerk", { value: "of the clerk", secret: true });
        await stack.up();
        const { database } = await urlsByServer(stack);
        assert.equal(database.length, 4);
        await assertClosed(database);
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        await stack.refresh();
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        await stack.removeConfig("clerk");
        await stack.up();
        assert.equal(await sql("database", "postgres", "SELECT count(*) FROM pg_database WHERE datname IN ('first', 'second')"), "0");
    });

    it("deletes a database that is declared no more, or keeps it, as it is told, and takes up again what it kept", async () => {
        await sql("archive", "bridge-irc", 'CREATE TABLE kept (); ALTER TABLE kept OWNER TO "bridge-irc"');
        const found = () => Promise.all((["database", "archive"] as const).map((server) => sql(server, "postgres", count)));
        const count =
            "SELECT (SELECT count(*) FROM pg_database WHERE datname = 'bridge-irc') + (SELECT count(*) FROM pg_roles WHERE rolname = 'bridge-irc')";
        await stack.setConfig("bridgesRemoved", { value: "true" });
        await stack.up();
        assert.deepEqual(await found(), ["0", "2"]);
        await stack.removeConfig("bridgesRemoved");
        await assert.rejects(stack.up(), /role "bridge-irc" already exists/);
        await takeUp(stack, "archive", "bridge-irc");
        await stack.up();
        assert.deepEqual(await found(), ["2", "2"]);
        assert.equal(await sql("archive", "bridge-irc", "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'"), "1");
        await assertClosed(await urlsOf(stack));
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
    });

    it("gives a workload the memory, shared memory and cores that it asks for, and a volume to read only", async () => {
        const { HostConfig, Mounts } = await inspect("reader");
        const { Memory, ShmSize, CpuShares, NanoCpus } = HostConfig;
        assert.deepEqual([Memory, ShmSize, CpuShares, NanoCpus], [64 << 20, 32 << 20, 256, 5e8]);
        assert.equal(Mounts.find(({ Destination }: { Destination: string }) => Destination === "/var/tmp").RW, false);
        await assert.rejects(docker("exec", nameOf("reader"), "touch", "/var/tmp/mine"), /Read-only file system/);
    });

    it("has run the job that runs once before what waits for it, and repeats the other, whether it fails or not", async () => {
        assert.equal(await docker("exec", nameOf("reader"), "cat", "/var/tmp/once"), "first");
        const runs = async () => (await docker("exec", nameOf("reader"), "cat", "/var/tmp/again")).split("\n").length;
        const before = await runs();
        await eventually("two more runs", 10_000, async () => assert.ok((await runs()) >= before + 2));
        assert.match((await execa("docker", ["logs", nameOf("again")])).stderr, /the job failed with status 3/);
    });

    it("runs a changed job once more", async () => {
        await configure("echo second >> /var/tmp/once");
        await stack.up();
        assert.equal(await docker("exec", nameOf("reader"), "cat", "/var/tmp/once"), "first\nsecond");
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
    });

    it("fails with the end of the job's own words where it fails, and where it takes too long", async () => {
        await configure("echo what went wrong >&2; exit 4");
        await assert.rejects(stack.up(), /what went wrong[\s\S]*the job ended with: 4/);
        await configure("exec sleep 100");
        await assert.rejects(stack.up(), /the job ended with: no end within 20 s/);
    });

    it("installs a secret file in what runs, lets it be read, and shows it to nobody else", async () => {
        const read = await docker("exec", nameOf("reader"), "sh", "-c", "cat '/tmp/read again' && stat -c %a /tmp/installed");
        assert.equal(read, "the content of the test600");
        const state = await storedState(stackName, workDir);
        assert.ok(!state.includes("the content of the test"), "the content is in the state in the clear");
        assert.ok(!JSON.stringify(await inspect("reader")).includes("the content of the test"));
    });
});
