import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { stackPrefix } from "../../components/platform/docker/labels.ts";
import { project, root } from "../../scripts/project/checkout.ts";
import { exportsFor } from "../../scripts/project/environment.ts";
import { choosePulumi } from "../../scripts/project/pulumi.ts";
import { containers, docker, eventually } from "../support/docker.ts";
import { base as otherBase, stackName as otherStack, sharedStack } from "../support/sharedStack.ts";
import { configure, openStack, pulumiEnvironment, smallStack } from "../support/stack.ts";

const stackName = "test-bad-input";
const base = 19000;

/** Runs `pulumi up` as a person would; the result is what it said, without progress. */
async function up(settings: Record<string, unknown>, environment: Record<string, string> = {}, options: string[] = []): Promise<string> {
    configure(stackName, settings);
    const result = await execa("pulumi", ["up", "--yes", "--skip-preview", "--color", "never", "--stack", stackName, ...options], {
        cwd: root,
        env: { ...pulumiEnvironment(), ...environment },
        reject: false,
        all: true,
    });
    assert.notEqual(result.exitCode, 0, `it was accepted:\n${result.all}`);
    return result.all;
}

/** A second Docker engine whose disk is 300 MB, in a network of its own: it would take away the first one's bridge. Needs root. */
async function withSmallEngine(act: (socket: string) => Promise<void>): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), "engine-"));
    const socket = join(directory, "docker.sock");
    await execa("mount", ["-t", "tmpfs", "-o", "size=300m", "tmpfs", directory]);
    const place = ["--data-root", join(directory, "data"), "--exec-root", join(directory, "exec"), "--pidfile", join(directory, "pid")];
    const options = ["--host", `unix://${socket}`, "--bridge=none", "--iptables=false", "--storage-driver=vfs"];
    // In a network of its own: an engine without a bridge removes docker0, which is the host's own engine's.
    const engine = execa("unshare", ["--net", "dockerd", ...place, ...options], { reject: false, stdio: "ignore" });
    try {
        await eventually("a second engine", 30_000, () => docker("--host", `unix://${socket}`, "info"));
        await act(socket);
    } finally {
        engine.kill();
        await engine;
        await execa("umount", ["--recursive", directory], { reject: false });
        rmSync(directory, { recursive: true, force: true });
    }
}

/** With a docker context in use that leads to this engine. */
async function withContext(host: string, act: (environment: Record<string, string>) => Promise<void>): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), "docker-"));
    const environment = { DOCKER_CONFIG: directory, DOCKER_HOST: "" };
    try {
        await execa("docker", ["context", "create", "test", "--docker", `host=${host}`], { env: environment });
        await execa("docker", ["context", "use", "test"], { env: environment });
        await act(environment);
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
}

describe("bad input ends in one clear line before anything is created:", function () {
    this.timeout(120_000);
    before(() => openStack(stackName));
    afterEach(async () => assert.deepEqual(Object.keys(await containers(stackName)), [], "something was created"));
    after(async () => {
        const stack = await openStack(stackName);
        await stack.workspace.removeStack(stackName, { force: true });
        rmSync(`${root}/Pulumi.${stackName}.yaml`, { force: true });
    });

    const line = (text: string, expected: string | RegExp) => {
        const lines = text.split("\n").map((one) => one.trim());
        const found = lines.filter((one) => (typeof expected === "string" ? one.endsWith(expected) : expected.test(one)));
        assert.ok(found.length >= 1, `no line says ${expected}:\n${text}`);
        assert.ok(!/^\s+at .*\(.*:\d+:\d+\)$/m.test(text), `a stack trace:\n${text}`);
    };

    it("no server name", async () => {
        const { serverName: _, ...rest } = smallStack(base);
        line(await up(rest), "matrix-synapse:serverName: is missing; run: pulumi config set serverName example.org");
    });

    it("a server name with a scheme", async () => {
        line(
            await up({ ...smallStack(base), serverName: "https://example.org" }),
            /serverName: "https:\/\/example\.org" has a scheme; give the bare name/,
        );
    });

    it("several faults at once, each in its line", async () => {
        const text = await up({ ...smallStack(base), homserver: {}, users: { Alice: {} }, rooms: { lobby: { members: { bob: 50 } } } });
        line(text, "matrix-synapse:homserver: is not a setting; did you mean homeserver?");
        line(text, "matrix-synapse:users.Alice: has upper-case letters, which Matrix does not allow in user names; write alice");
        line(text, "matrix-synapse:rooms.lobby.members.bob: is not declared under users or bots (declared: Alice, admin, notifier)");
    });

    it("a port that a process has, and which", async () => {
        const server = createServer().listen(base + 8, "127.0.0.1");
        await once(server, "listening");
        try {
            line(
                await up(smallStack(base)),
                new RegExp(`^homeserver\\.port: port ${base + 8}/tcp is in use by \\S+ \\(pid ${process.pid}\\)$`),
            );
        } finally {
            server.close();
        }
    });

    it("a port that another stack's container has, and which", async () => {
        await sharedStack();
        const settings = smallStack(base, { gateway: smallStack(otherBase).gateway });
        line(
            await up(settings),
            `gateway.httpsPort: port ${otherBase + 43}/tcp is in use by container matrix-synapse-${otherStack}-gateway`,
        );
    });

    it("a database that does not answer, and where", async () => {
        // A host without a port 9 that is no container's own: the engine's address on its bridge.
        const host = (await docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Subnet}}")).replace(
            /\.0\/\d+$/,
            ".1",
        );
        const settings = smallStack(base, { database: { host, port: 9, adminPassword: "not used" } });
        line(await up(settings), `database.host: ${host}:9 refuses connections: nothing listens at this address and port`);
    });

    it("a database in the homeserver's own container", async () => {
        const settings = smallStack(base, { database: { host: "localhost", adminPassword: "not used" } });
        line(
            await up(settings),
            /^matrix-synapse:database\.host: "localhost" is the homeserver's own container; give an address of this machine/,
        );
    });

    it("a network to meet other servers in that is not there, and how to make it", async () => {
        line(
            await up(smallStack(base, { federation: { network: "nowhere", privatePeers: ["10.94.0.0/24"] } })),
            "federation.network: there is no Docker network nowhere; make it: docker network create --subnet 10.94.0.0/24 nowhere",
        );
    });

    it("a range of peers that the stack's own network is in", async () => {
        // As the first `pulumi up` leaves it.
        const own = stackPrefix(project, stackName);
        await docker("network", "create", "--subnet", "10.19.7.0/24", own);
        try {
            line(
                await up(smallStack(base, { federation: { privatePeers: ["192.168.77.0/24", "10.19.0.0/16"] } })),
                "federation.privatePeers.1: 10.19.0.0/16 takes in this stack's own network 10.19.7.0/24, and so its database; name the peers' own range",
            );
        } finally {
            await docker("network", "rm", own);
        }
    });

    it("a range for the stack's own network that another network has, and which", async () => {
        const [bridge] = JSON.parse(await docker("network", "inspect", "bridge"));
        const taken = bridge.IPAM.Config[0].Subnet as string;
        const subnet = taken.replace(/\/\d+$/, "/24");
        line(
            await up(smallStack(base, { network: { subnet } })),
            `network.subnet: ${subnet} overlaps ${taken}, which is Docker network bridge; choose another range`,
        );
    });

    it("a wrong passphrase", async () => {
        await execa("pulumi", ["config", "set", "--secret", "--path", "database.adminPassword", "x", "--stack", stackName], {
            cwd: root,
            env: pulumiEnvironment(),
        });
        const { PULUMI_CONFIG_PASSPHRASE_FILE: _, ...environment } = { ...process.env, ...pulumiEnvironment() };
        const result = await execa("pulumi", ["preview", "--stack", stackName, "--non-interactive"], {
            cwd: root,
            extendEnv: false,
            env: { ...environment, PULUMI_CONFIG_PASSPHRASE: "wrong" },
            reject: false,
            all: true,
        });
        assert.notEqual(result.exitCode, 0);
        line(result.all, /incorrect passphrase/);
    });

    // Mounting a disk of its own needs root: elsewhere, the test says that it did not run.
    const asRoot = process.getuid?.() === 0 ? it : it.skip;
    asRoot("too little disk, where and how much, on the engine that a docker context leads to (needs root)", async () => {
        await withSmallEngine(async (socket) => {
            await withContext(`unix://${socket}`, async (environment) => {
                line(
                    await up(smallStack(base), environment),
                    `docker context "test" leads to unix://${socket}, and Pulumi's Docker provider knows no contexts; run: eval "$(make -s env)", or set DOCKER_HOST=unix://${socket}`,
                );
                const exported = exportsFor(undefined, { ...process.env, ...environment });
                assert.equal(exported.DOCKER_HOST, `unix://${socket}`);
                line(
                    await up(smallStack(base), { ...environment, ...exported }),
                    /^too little disk: \S+ has 0\.\d GB free, 2\.0 GB are needed$/,
                );
            });
        });
    });

    it("an engine in docker:host that is not the one of the docker command", async () => {
        line(
            await up(smallStack(base), {}, ["--config", "docker:host=ssh://far.example.org"]),
            /^docker:host: ssh:\/\/far\.example\.org is not the engine that the docker command talks to, unix:.*; remove docker:host, and set DOCKER_HOST instead$/,
        );
    });

    it("but only a warning in a preview, which may run on another machine than the one to deploy to", async () => {
        const server = createServer().listen(base + 8, "127.0.0.1");
        await once(server, "listening");
        try {
            configure(stackName, smallStack(base, { federation: { network: "nowhere", privatePeers: ["10.94.0.0/24"] } }));
            const { all } = await execa("pulumi", ["preview", "--non-interactive", "--color", "never", "--stack", stackName], {
                cwd: root,
                env: pulumiEnvironment(),
                all: true,
            });
            line(all, new RegExp(`homeserver\\.port: port ${base + 8}/tcp is in use by .* \\(on this machine\\)$`));
            line(all, /federation\.network: there is no Docker network nowhere; .* \(on this machine\)$/);
        } finally {
            server.close();
        }
    });

    it("and none where a docker context leads to the engine by another path: a deployed stack previews no change", async () => {
        await sharedStack();
        await withContext("unix:///run/docker.sock", async (environment) => {
            const exported = exportsFor(choosePulumi(), { ...process.env, ...environment });
            assert.equal(exported.DOCKER_HOST, "unix:///run/docker.sock");
            await execa("pulumi", ["preview", "--expect-no-changes", "--non-interactive", "--stack", otherStack], {
                cwd: root,
                env: { ...environment, ...exported },
            });
        });
    });

    it("Docker not running", async () => {
        line(
            await up(smallStack(base), { DOCKER_HOST: "unix:///nowhere/docker.sock" }),
            /^Docker does not answer; start it or set DOCKER_HOST/,
        );
    });
});
