import assert from "node:assert/strict";
import { parse } from "yaml";
import { checkFederation } from "../../scripts/checks/federation/check.ts";
import { base, callStack, settings, stackName } from "../support/callStack.ts";
import { commandLine } from "../support/commandLine.ts";
import { docker } from "../support/docker.ts";
import { assertFaults, assertStep } from "../support/federation/world.ts";
import { configure, type StackOutputs } from "../support/stack.ts";

const gateway = `matrix-synapse-${stackName}-gateway`;
const connectTo = { "localhost:443": `127.0.0.1:${base + 43}` };

const execute = (...parameters: string[]) =>
    commandLine(["content", "execute", "--name", "federation-check", "--stack", stackName, ...parameters]);

describe("the federation check of a real stack", function () {
    this.timeout(180_000);
    let outputs: StackOutputs;
    before(async () => {
        outputs = await callStack();
    });

    it("finds no fault, and takes Synapse's signature of its keys", async () => {
        const report = await checkFederation("localhost", { authorities: [outputs.certificateAuthority], connectTo });
        assertFaults(report);
        assertStep(report, "server keys", "ok", /^ed25519:\S+, signed, valid until /);
        assertStep(report, "federation version", "ok", /^Synapse \d/);
    });

    it("finds that nobody trusts the development authority who was not given it", async () => {
        const faults = (await checkFederation("localhost", { connectTo })).steps.filter(({ state }) => state === "fault");
        assert.ok(
            faults.some(
                ({ step, found }) =>
                    step === "server well-known" && /was not sent and is no authority that other servers trust/.test(found),
            ),
        );
    });

    it("by content execute: asks at the gateway's own ports, and says what other servers would not take", async () => {
        const { exitCode, stdout, stderr } = await execute();
        assert.equal(exitCode, 0, stdout + stderr);
        assert.match(stdout, /^Federation of localhost: no fault, \d+ warnings$/m);
        assert.match(stdout, new RegExp(`asked at 127\\.0\\.0\\.1:${base + 43}, which only this machine reaches`));
        assert.match(
            stdout,
            new RegExp(`localhost:${base + 48} is asked at 127\\.0\\.0\\.1:${base + 48}, which only this machine reaches`),
        );
        assert.match(stdout, /other servers do not trust a development certificate/);
    });

    it("by content execute: of another server name with its own way there, and ends with 1 where there is a fault", async () => {
        const options = {
            serverName: "example.test",
            connectTo: { "example.test:443": "127.0.0.1:1", "example.test:8448": `127.0.0.1:${base + 48}` },
        };
        const { exitCode, stdout, stderr } = await execute("--json", "--options", JSON.stringify(options));
        assert.equal(exitCode, 1);
        assert.match(stderr, /^resource-matrix-synapse: the federation of example\.test has faults: \d faults?.*$/);
        const { serverName, steps } = JSON.parse(stdout);
        assert.equal(serverName, "example.test");
        // The gateway has no certificate for that name, and says so in the handshake.
        const fault = steps.find(({ state }: { state: string }) => state === "fault");
        assert.deepEqual([fault.step, fault.at], ["TLS", `127.0.0.1:${base + 48}`]);
    });

    it("by content execute: names what is wrong with the options", async () => {
        for (const [options, reason] of [
            ['{"serverName": "https://example.org"}', /serverName: has a scheme/],
            ['{"connectTo": {"example.org:443": "localhost"}}', /connectTo\.example\.org:443: is not an address and a port/],
            ['{"connectTo": {"example.org": "127.0.0.1:1"}}', /is not a host and a port|Invalid key/],
        ] as const) {
            const { exitCode, stderr } = await execute("--options", options);
            assert.equal(exitCode, 1);
            assert.match(stderr, reason);
        }
    });

    it("by status --verbose, in each format and within its time; and not by status alone", async () => {
        const text = await commandLine(["status", "--verbose", "--stack", stackName]);
        assert.equal(text.exitCode, 0, text.stdout + text.stderr);
        assert.match(text.stdout, /^homeserver +running[\s\S]*\n\nFederation of localhost: no fault, /m);
        assert.ok(text.took < 10_000, `took ${text.took} ms`);
        const json = JSON.parse((await commandLine(["status", "--verbose", "--format", "json", "--stack", stackName])).stdout);
        const yaml = parse((await commandLine(["status", "--verbose", "--format", "yaml", "--stack", stackName])).stdout);
        for (const { federation } of [json, yaml]) {
            assert.deepEqual([federation.serverName, federation.state], ["localhost", "warning"]);
            const keys = federation.steps.find(({ step }: { step: string }) => step === "server keys");
            assert.deepEqual([keys.state, keys.at], ["ok", `127.0.0.1:${base + 48}`]);
            assert.match(keys.found, /signed/);
        }
        const short = await commandLine(["status", "--format", "json", "--stack", stackName]);
        assert.equal(JSON.parse(short.stdout).federation, undefined);
    });

    it("says that federation is off where the settings say so, and looks at the client side", async () => {
        configure(stackName, { ...settings, federation: { enabled: false } });
        const { stdout } = await commandLine(["status", "--verbose", "--json", "--stack", stackName]);
        configure(stackName, settings);
        const { federation } = JSON.parse(stdout);
        assertStep(federation, "federation", "skipped", /it is off in the settings/);
        assertStep(federation, "client API", "ok", /answers/);
        assert.ok(!federation.steps.some(({ step }: { step: string }) => step === "server keys"));
    });

    it("names a gateway that is stopped, and one that hangs, within the time of status", async () => {
        await docker("stop", gateway);
        const stopped = await commandLine(["status", "--verbose", "--json", "--stack", stackName]);
        assert.equal((await commandLine(["manage", "start", "--wait", "--stack", stackName])).exitCode, 0);
        assert.equal(stopped.exitCode, 1);
        assertFaults(JSON.parse(stopped.stdout).federation, ["connection", /the connection is refused/]);
        assertStep(JSON.parse(stopped.stdout).federation, "client well-known", "warning", /the connection is refused/);
        await docker("pause", gateway);
        const hanging = await commandLine(["status", "--verbose", "--json", "--stack", stackName]).finally(() =>
            docker("unpause", gateway),
        );
        assert.equal(hanging.exitCode, 1, hanging.stderr);
        assert.ok(hanging.took < 10_000, `took ${hanging.took} ms`);
        assertStep(JSON.parse(hanging.stdout).federation, "server well-known", "fault", /no answer within 1\.\d+ s/);
    });
});
