/** The Docker platform by itself: two instances of components in one program, jobs, and files for what runs. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { imageReference, root } from "../../scripts/project/checkout.ts";
import { docker, eventually } from "../support/docker.ts";
import { pulumiEnvironment, storedState } from "../support/stack.ts";

const stackName = "test-platform";
const workDir = join(root, "tests/support/platform");
const nameOf = (role: string) => `platform-test-${stackName}-${role}`;

describe("the Docker platform", function () {
    this.timeout(120_000);
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
        for (const url of (urls?.value ?? []) as string[]) {
            const query = "select current_database() || ' of ' || current_user";
            const { pathname, username } = new URL(url);
            const server = url.includes(":27032/") ? "database" : "archive";
            const command = ["exec", "--env", `PGPASSWORD=${decodeURIComponent(new URL(url).password)}`, nameOf(server)];
            const said = await docker(...command, "psql", "-h", "127.0.0.1", "-U", username, "-d", pathname.slice(1), "-Atc", query);
            assert.equal(said, `${pathname.slice(1)} of ${username}`);
        }
    });

    it("shows no change in a preview after that, nor after a refresh", async () => {
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        await stack.refresh();
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
