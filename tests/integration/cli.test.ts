import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { parse } from "yaml";
import { root } from "../../scripts/project/checkout.ts";
import { commandLine } from "../support/commandLine.ts";
import { containers, docker, usualRoles } from "../support/docker.ts";
import { homeserverKind } from "../support/homeserverKind.ts";
import { configure, openStack, plain, pulumiEnvironment, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-cli";
const base = 13000;
const container = (role: string) => `matrix-synapse-${stackName}-${role}`;

/** With the stack named, as every command takes it. */
const run = (...parameters: string[]) => commandLine([...parameters, "--stack", stackName]);

/** @throws with what it said, unless it ended so */
async function ends(exitCode: number, ...parameters: string[]) {
    const ended = await run(...parameters);
    assert.equal(ended.exitCode, exitCode, `${parameters.join(" ")}: ${ended.stdout}\n${ended.stderr}`);
    return ended;
}

const outputs = async (): Promise<StackOutputs> => plain(await (await openStack(stackName)).outputs());

describe("resource-matrix-synapse on a stack of its own", function () {
    this.timeout(120_000);
    let bot: MatrixClient;
    let secrets: string[];
    let roomId = "";
    const said = `Kept at ${Date.now()}`;

    before(async () => {
        // What a run that was killed left.
        await commandLine(["manage", "uninstall", "--force", "--stack", stackName]);
        configure(stackName, smallStack(base, { protectData: true, users: { alice: { displayName: "Alice" } } }));
    });
    after(async () => {
        await commandLine(["manage", "uninstall", "--force", "--stack", stackName]);
        await execa("pulumi", ["stack", "rm", "--yes", stackName], { cwd: root, env: pulumiEnvironment(), reject: false });
        rmSync(`${root}/Pulumi.${stackName}.yaml`, { force: true });
    });

    it("tells of a stack that is not installed: status, stop, logs, credentials and uninstall with 2, start and restart with 1", async () => {
        const status = await ends(2, "status");
        assert.match(status.stdout, /is not installed; run: resource-matrix-synapse manage install/);
        for (const command of [
            ["manage", "stop"],
            ["logs"],
            ["credentials"],
            ["manage", "uninstall"],
            ["manage", "uninstall", "--keep-data"],
        ]) {
            assert.match((await ends(2, ...command)).stderr, /^resource-matrix-synapse: .*test-cli.*$/, command.join(" "));
        }
        for (const command of ["start", "restart"]) {
            assert.match((await ends(1, "manage", command)).stderr, /^resource-matrix-synapse: .*manage install.*$/, command);
        }
    });

    it("manage install deploys the stack and shows its progress", async () => {
        const { stdout } = await ends(0, "manage", "install");
        assert.match(stdout, /docker:index:Container homeserver created/);
        assert.match(stdout, new RegExp(`is installed: http://localhost:${base + 8} `));
        const { adminPassword, registrationSharedSecret, bots, users, rooms } = await outputs();
        secrets = [adminPassword, registrationSharedSecret, bots.notifier?.accessToken ?? "", users.alice?.password ?? ""];
        assert.ok(secrets.every((secret) => secret.length > 8) && !secrets.some((secret) => stdout.includes(secret)), "a secret was shown");
        roomId = Object.values(rooms)[0] ?? "";
        bot = new MatrixClient(`http://localhost:${base + 8}`, bots.notifier?.accessToken ?? "");
        await bot.sendMessage(roomId, { msgtype: "m.text", body: said });
    });

    it("manage install again ends with 2, and with --force and --skip-validation with 0", async () => {
        assert.match((await ends(2, "manage", "install")).stderr, /installed already, and nothing would change/);
        await ends(0, "manage", "install", "--force", "--skip-validation");
    });

    it("status tells state, health, version and address of every component, in each format", async () => {
        const { stdout } = await ends(0, "status", "--format", "json");
        const status = JSON.parse(stdout);
        assert.equal(status.state, "healthy");
        const rows = Object.fromEntries(status.components.map((one: { component: string }) => [one.component, one]));
        assert.deepEqual(Object.keys(rows), ["database", "homeserver", "relay", "gateway"]);
        const { version, ...homeserver } = rows.homeserver;
        assert.match(version, homeserverKind === "dendrite" ? /^0\.13\.\d+/ : /^1\.\d+\.\d+/);
        assert.deepEqual(homeserver, {
            component: "homeserver",
            state: "running",
            health: "healthy",
            endpoints: [`http://127.0.0.1:${base + 8}`],
        });
        assert.deepEqual(rows.gateway.endpoints, [`https://127.0.0.1:${base + 43}`, `https://127.0.0.1:${base + 48}`]);
        assert.deepEqual(parse((await ends(0, "status", "--format", "yaml")).stdout), status);
        assert.deepEqual(JSON.parse((await ends(0, "status", "--json")).stdout), status);
        const text = (await ends(0, "status")).stdout;
        for (const { component } of status.components) assert.match(text, new RegExp(`^${component} +running +healthy`, "m"));
    });

    it("status --verbose adds image, uptime, memory, restarts and limits", async () => {
        const { components } = JSON.parse((await ends(0, "status", "--verbose", "--json")).stdout);
        const { details } = components.find(({ component }: { component: string }) => component === "homeserver");
        assert.equal(details.container, container("homeserver"));
        assert.ok(details.uptimeSeconds >= 0 && details.memoryBytes > 10e6, JSON.stringify(details));
        assert.deepEqual([details.restarts, details.limits], [0, { memoryBytes: 1024 ** 3, processes: 4096 }]);
        assert.match((await ends(0, "status", "-v")).stdout, /MiB of 1024 MiB/);
    });

    it("finds the stack by PULUMI_STACK, where none is named, and by --stack in any place", async () => {
        const selected = await commandLine(["status", "--json"], { env: { PULUMI_STACK: stackName } });
        assert.equal(JSON.parse(selected.stdout).stack, stackName);
        assert.equal(JSON.parse((await commandLine(["--stack", stackName, "status", "--json"])).stdout).stack, stackName);
    });

    it("logs shows all components by time, one alone, a number of lines, and what came since", async () => {
        const all = (await ends(0, "logs", "--tail", "20000")).stdout.split("\n");
        const names = new Set(all.map((line) => line.split(" ")[0]));
        for (const name of ["homeserver", "database", "gateway", "relay"]) assert.ok(names.has(name), `no ${name} in ${[...names]}`);
        const one = (await ends(0, "logs", "homeserver", "--tail", "7")).stdout.split("\n");
        assert.equal(one.length, 7);
        assert.ok(
            one.every((line) => line.startsWith("homeserver | ")),
            one.join("\n"),
        );
        await ends(0, "logs", "homeserver", "--since", "1h");
        assert.match((await ends(2, "logs", "gateway", "--since", "2099-01-01")).stderr, /no logs of gateway since then/);
        assert.ok((await ends(0, "logs")).stdout.split("\n").length <= 50, "more than the 50 lines of the default");
    });

    it("logs --follow gives what comes, and ends well when it is asked to", async () => {
        const program = `${root}/scripts/cli/resource-matrix-synapse`;
        const child = execa(program, ["logs", "homeserver", "--follow", "--tail", "0", "--stack", stackName], { reject: false });
        let heard = "";
        child.stdout.on("data", (text) => {
            heard += text;
        });
        const asked = `/_matrix/client/versions?follow=${Date.now()}`;
        for (const deadline = Date.now() + 20_000; !heard.includes(asked); ) {
            if (Date.now() > deadline) assert.fail(`not heard within 20 s: ${heard}`);
            await fetch(`http://127.0.0.1:${base + 8}${asked}`);
            await sleep(300);
        }
        child.kill("SIGINT");
        assert.equal((await child).exitCode, 0);
    });

    it("credentials masks every secret unless it is asked for them", async () => {
        for (const format of ["text", "json", "env"]) {
            const { stdout } = await ends(0, "credentials", "--format", format);
            assert.match(stdout, /@notifier:localhost/);
            for (const secret of secrets) assert.ok(!stdout.includes(secret), `--format ${format} shows a secret`);
            const shown = (await ends(0, "credentials", "--format", format, "--show-secrets")).stdout;
            for (const secret of secrets) assert.ok(shown.includes(secret), `--format ${format} --show-secrets leaves one out`);
        }
        const { administrator, bots } = JSON.parse((await ends(0, "credentials", "--json")).stdout);
        assert.deepEqual([administrator.password, bots.notifier.accessToken], [null, null]);
        const { stdout } = await ends(0, "credentials", "--format", "env", "--show-secrets");
        const shell = await execa("sh", ["-ec", `${stdout}\nprintf %s "$MATRIX_BOT_NOTIFIER_ACCESS_TOKEN"`]);
        assert.equal(shell.stdout, secrets[2]);
    });

    it("credentials with another passphrase says what is wrong, in one line", async () => {
        const { exitCode, stderr } = await commandLine(["credentials", "--stack", stackName], {
            env: { PULUMI_CONFIG_PASSPHRASE: "another" },
        });
        assert.equal(exitCode, 1);
        assert.match(stderr, /^resource-matrix-synapse: the passphrase does not open .*$/);
    });

    it("test smoke looks at the stack that is named", async () => {
        assert.match((await ends(0, "test", "smoke")).stdout, /the test-cli stack[\s\S]* passing/);
    });

    it("status ends with 1 while something is unwell", async () => {
        await docker("pause", container("homeserver"));
        const { stdout } = await run("status", "--json").finally(() => docker("unpause", container("homeserver")));
        assert.equal(JSON.parse(stdout).state, "unhealthy");
        await docker("stop", container("gateway"));
        const status = await ends(1, "status");
        assert.match(status.stdout, /^gateway +exited +none/m);
    });

    it("manage start starts what is stopped, and waits for health; again it ends with 2", async () => {
        await ends(0, "manage", "start", "--wait", "--timeout", "60");
        await ends(0, "status");
        assert.match((await ends(2, "manage", "start")).stderr, /is running already/);
    });

    it("manage stop stops all for good; again it ends with 2", async () => {
        await ends(0, "manage", "stop", "--timeout", "30");
        const states = async () => Object.values(await containers(stackName)).map(({ State }) => State.Running);
        assert.deepEqual(await states(), Array(usualRoles.length).fill(false));
        assert.match((await ends(2, "manage", "stop")).stderr, /is not running/);
        assert.match((await ends(2, "status")).stdout, /: stopped$/m);
    });

    it("manage start without --wait starts all; one that cannot get well in time is named", async () => {
        await ends(0, "manage", "start");
        await ends(0, "manage", "stop", "--force");
        const { stderr } = await ends(1, "manage", "start", "--wait", "--timeout", "1");
        assert.match(stderr, /not healthy in time: .*; see: resource-matrix-synapse logs/);
    });

    it("manage restart ends with all healthy, and manage stop --force takes no time", async () => {
        await ends(0, "manage", "restart", "--force");
        await ends(0, "status");
        await ends(0, "manage", "stop", "--force");
    });

    it("manage uninstall refuses to delete protected data, in one line", async () => {
        const { stderr } = await ends(1, "manage", "uninstall");
        assert.match(
            stderr,
            /^resource-matrix-synapse: stack test-cli holds protected data \(.*database-data.*\): --keep-data keeps it, --force deletes it.*$/,
        );
        assert.match((await ends(1, "manage", "uninstall", "--force", "--keep-data")).stderr, /give one of them/);
    });

    it("manage uninstall --keep-data takes away the containers, and an install brings every message back", async () => {
        const { stdout } = await ends(0, "manage", "uninstall", "--keep-data");
        assert.match(
            stdout,
            new RegExp(
                `Kept: ${container("certificate-shared")}, ${container("certificates")}, ${container("media")}, ${container("postgres")}`,
            ),
        );
        assert.deepEqual(await containers(stackName), {});
        assert.match((await ends(2, "manage", "uninstall", "--keep-data")).stderr, /its data is kept/);
        await ends(2, "status");

        await ends(0, "manage", "install", "--skip-validation");
        const { chunk } = (await bot.doRequest("GET", `/_matrix/client/v3/rooms/${roomId}/messages`, { dir: "b" })) as {
            chunk: { content: { body?: string } }[];
        };
        assert.ok(
            chunk.some(({ content }) => content.body === said),
            `"${said}" is not in ${JSON.stringify(chunk)}`,
        );
    });

    it("manage uninstall --force deletes everything; again it ends with 2", async () => {
        await ends(0, "manage", "uninstall", "--force");
        assert.deepEqual(await containers(stackName), {});
        assert.equal(await docker("volume", "ls", "--quiet", "--filter", `label=matrix-synapse.stack=matrix-synapse-${stackName}`), "");
        await ends(2, "manage", "uninstall");
        await ends(2, "credentials");
    });
});
