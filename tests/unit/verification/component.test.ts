import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Running } from "../../../components/platform/platform.ts";
import { Verification, type VerificationArgs } from "../../../components/verification.ts";
import { deployedSchema } from "../../../scripts/verify/deployed.ts";
import { declared, registrations, secretSignature, settled, startMocks } from "../../support/mocks.ts";

const commandType = "command:local:Command";
const [password, secret] = ["the administrator's password", "the relay's secret"];

const wellKnown = {
    client: { "m.homeserver": { base_url: "https://matrix.example.org" } },
    server: { "m.server": "matrix.example.org:443" },
};

const running = (...revisions: string[]) => revisions.map((revision) => ({ revision: pulumi.output(revision) }) as Running);

const args = () => ({
    settings: {
        serverName: "example.org",
        gateway: {
            hosts: ["matrix.example.org", "example.org"],
            bind: "0.0.0.0",
            httpsPort: 443,
            federationPort: 8448,
            wellKnown: true,
            certificate: { chain: "PEM", key: pulumi.secret("the certificate's key") },
        },
        federation: { enabled: true },
        turn: {
            enabled: true,
            own: true,
            host: "turn.example.org",
            bind: "192.0.2.1",
            port: 3478,
            tlsPort: 5349,
            relayPorts: { min: 49160, max: 49199 },
        },
    },
    certificate: { known: [pulumi.output("PEM")], fingerprint: pulumi.output("0123456789abcdef") },
    wellKnown,
    administrator: { userId: "@admin:example.org", password: pulumi.secret(password) },
    turnSharedSecret: pulumi.secret(secret),
    running: running("container of the gateway", "container of the homeserver"),
});

/** The command that is declared for some arguments. */
async function commandFor(changed: Partial<VerificationArgs> = {}) {
    await startMocks();
    new Verification("verification", { ...args(), ...changed });
    await settled();
    return declared(commandType, "verification");
}

describe("the verification", () => {
    it("gives the command everything by standard input, in the form that it reads, and no other secret", async () => {
        const { inputs } = await commandFor();
        assert.deepEqual(deployedSchema.parse(JSON.parse(inputs.stdin as string)), {
            serverName: "example.org",
            gateway: { hosts: ["matrix.example.org", "example.org"], bind: "0.0.0.0", httpsPort: 443, federationPort: 8448, wellKnown },
            authorities: ["PEM"],
            certificateFingerprint: "0123456789abcdef",
            administrator: { userId: "@admin:example.org", password },
            offersRelay: true,
            relay: {
                host: "turn.example.org",
                bind: "192.0.2.1",
                port: 3478,
                tlsPort: 5349,
                relayPorts: { min: 49160, max: 49199 },
                secret,
            },
        });
    });

    it("leaves out federation that is off, files that another web server has, and a certificate that ACME issues", async () => {
        const { settings } = args();
        const { inputs } = await commandFor({
            settings: { ...settings, gateway: { ...settings.gateway, wellKnown: false }, federation: { enabled: false } },
            certificate: { known: [] },
        });
        const parsed = deployedSchema.parse(JSON.parse(inputs.stdin as string));
        assert.deepEqual(Object.keys(parsed.gateway), ["hosts", "bind", "httpsPort"]);
        assert.deepEqual(parsed.authorities, []);
        assert.ok(!("certificateFingerprint" in parsed));
    });

    it("knows whether the homeserver is to offer a relay, and has no secret of one that is not the stack's own", async () => {
        const { settings } = args();
        const parsed = async (turn: object) => {
            const { inputs } = await commandFor({ settings: { ...settings, turn: { ...settings.turn, ...turn } } });
            assert.ok(!String(inputs.stdin).includes(secret));
            return deployedSchema.parse(JSON.parse(inputs.stdin as string));
        };
        const external = await parsed({ own: false });
        assert.deepEqual([external.relay, external.offersRelay], [undefined, true]);
        const none = await parsed({ own: false, enabled: false });
        assert.deepEqual([none.relay, none.offersRelay], [undefined, false]);
    });

    it("has no secret in the clear, no path of one machine, and logs nothing", async () => {
        const { raw } = await commandFor();
        const { stdin, ...others } = raw;
        assert.ok(typeof stdin === "object" && stdin !== null && secretSignature in stdin, "standard input is no secret");
        const text = JSON.stringify(others);
        for (const hidden of [password, secret, process.cwd(), "/home", "/tmp"]) assert.ok(!text.includes(hidden), hidden);
        assert.deepEqual(Object.keys(others).sort(), ["addPreviousOutputInEnv", "create", "environment", "logging"]);
        assert.equal(others.create, "node scripts/project/start.js scripts/verify/main.ts");
        assert.equal(others.logging, "none");
    });

    it("is the same each time, and another one after a change of what runs or was installed", async () => {
        const first = await commandFor();
        assert.deepEqual((await commandFor()).inputs, first.inputs);
        const { inputs } = await commandFor({ running: running("another container of the gateway", "container of the homeserver") });
        assert.notDeepEqual(inputs.environment, first.inputs.environment);
        const other = await commandFor({ certificate: { known: [], fingerprint: pulumi.output("fedcba9876543210") } });
        assert.notEqual(other.inputs.stdin, first.inputs.stdin);
    });

    it("declares one command and nothing else", async () => {
        await commandFor();
        assert.deepEqual(
            registrations.map(({ type }) => type).filter((type) => type !== "pulumi:pulumi:Stack"),
            ["matrix-synapse:index:Verification", commandType],
        );
    });
});
