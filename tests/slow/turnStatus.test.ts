import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { execa } from "execa";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import type { RelayClient } from "../../scripts/checks/relay/turn/client.ts";
import type { ComponentStatus, Status } from "../../scripts/cli/status/report.ts";
import { commandLine } from "../support/commandLine.ts";
import { docker, eventually } from "../support/docker.ts";
import { credentialsFromHomeserver, openRelay } from "../support/relay.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-turn-status";
const base = 28200;
const container = `matrix-synapse-${stackName}-relay`;
const relayPorts = { min: base + 90, max: base + 93 };

describe("status, of the relay", function () {
    this.timeout(180_000);
    let outputs: StackOutputs;

    const deploy = async (turn: SettingsInput["turn"] = {}) => {
        const settings = smallStack(base);
        configure(stackName, { ...settings, turn: { ...settings.turn, relayPorts, ...turn } });
        outputs = plain((await (await openStack(stackName)).up()).outputs);
    };
    const relay = async (...flags: string[]): Promise<ComponentStatus & { took: number; exitCode: number | undefined; text: string }> => {
        const { stdout, took, exitCode } = await commandLine(["status", "--json", "--stack", stackName, ...flags]);
        const found = (JSON.parse(stdout) as Status).components.find(({ component }) => component === "relay") ?? assert.fail(stdout);
        return { ...found, took, exitCode, text: stdout };
    };
    const healthy = () =>
        eventually("a healthy relay", 30_000, async () => {
            const { health, relaying } = await relay();
            assert.equal(health, "healthy", relaying?.reason ?? "");
        });

    before(async () => {
        await destroyStack(stackName);
        await deploy();
    });
    after(() => destroyStack(stackName));

    it("is healthy where a call goes through, and tells of UDP, TCP and TLS when asked", async () => {
        await healthy();
        const { health, relaying, took, exitCode } = await relay();
        console.log(`        status took ${took} ms`);
        assert.deepEqual([health, relaying?.reason, exitCode], ["healthy", null, 0]);
        const verbose = await relay("--verbose");
        console.log(`        status --verbose took ${verbose.took} ms`);
        assert.deepEqual([verbose.relaying?.transports?.udp, verbose.relaying?.transports?.tcp], ["works", "works"]);
        assert.match(
            verbose.relaying?.transports?.tls ?? "",
            /^works$|^no TLS at 127\.0\.0\.1:\d+: has the gateway its certificate yet\?$/,
        );
    });

    it("shows the secret nowhere", async () => {
        const secret = /static-auth-secret=(.*)/.exec(await docker("exec", container, "cat", "/etc/coturn/turnserver.conf"))?.[1] ?? "";
        const { text } = await relay("--verbose");
        assert.ok(secret.length > 24 && !text.includes(secret));
    });

    it("names a range of which no port is left", async () => {
        const credentials = await credentialsFromHomeserver(outputs);
        const clients: RelayClient[] = [];
        try {
            await eventually("every port taken", 10_000, async () => {
                while (clients.length < 4) {
                    const client = await openRelay({ transport: "udp", host: "127.0.0.1", port: base + 78 }, credentials);
                    await client.allocate().catch(async (error) => {
                        await client.close();
                        throw error;
                    });
                    clients.push(client);
                }
            });
            const { health, relaying, exitCode } = await relay();
            assert.deepEqual([health, exitCode], ["not relaying", 1]);
            assert.equal(relaying?.reason, `no port of ${relayPorts.min}-${relayPorts.max} is free: give turn.relayPorts more`);
        } finally {
            await Promise.all(clients.map((client) => client.close()));
        }
    });

    it("names a relay whose secret is another than the homeserver's", async () => {
        const file = "/etc/coturn/turnserver.conf";
        const right = await docker("exec", container, "cat", file);
        const write = async (content: string) => {
            await execa(
                "docker",
                ["exec", "--interactive", container, "bash", "-c", `chmod 600 ${file}; cat > ${file}; chmod 400 ${file}`],
                {
                    input: content,
                },
            );
            await docker("restart", container);
        };
        await write("static-auth-secret=another\n");
        await eventually("the other secret", 30_000, async () => {
            const { health, relaying } = await relay();
            assert.equal(health, "not relaying");
            assert.match(relaying?.reason ?? "", /refuses the homeserver's credentials \(401\): their secrets differ/);
        });
        await write(`${right}\n`);
        await healthy();
    });

    it("tells that it is stopped", async () => {
        await docker("stop", container);
        const { state, health, relaying, exitCode } = await relay();
        assert.deepEqual([state, health, relaying, exitCode], ["exited", "none", undefined, 1]);
        await docker("start", container);
        await healthy();
    });

    it("names an external address that leads nowhere", async () => {
        await deploy({ externalAddress: "203.0.113.9" });
        const { health, relaying, took } = await relay();
        console.log(`        status took ${took} ms`);
        assert.equal(health, "not relaying");
        assert.match(
            relaying?.reason ?? "",
            /^the relay gave 203\.0\.113\.9, where nothing arrives at port \d+ \(udp\): is turn\.externalAddress right/,
        );
        const { stdout } = await commandLine(["status", "--stack", stackName]);
        assert.match(stdout, /relay +running +not relaying[\s\S]*\n\nrelay: the relay gave 203\.0\.113\.9/);
    });

    it("names a range that is not published where the external address leads", async () => {
        const elsewhere = Object.values(networkInterfaces())
            .flatMap((addresses) => addresses ?? [])
            .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
        await deploy({ externalAddress: elsewhere });
        const { health, relaying } = await relay();
        assert.equal(health, "not relaying");
        assert.match(relaying?.reason ?? "", new RegExp(`is turn.relayPorts ${relayPorts.min}-${relayPorts.max} \\(udp\\) open\\?$`));
    });

    it("is healthy again where it is published there", async () => {
        await deploy({ externalAddress: "127.0.0.1" });
        await healthy();
    });
});
