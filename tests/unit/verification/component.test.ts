import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Verification, type VerificationArgs } from "../../../components/verification.ts";
import { deployedSchema } from "../../../scripts/verify/deployed.ts";
import { declared, registrations, secretSignature, settled, startMocks } from "../../support/mocks.ts";

const commandType = "command:local:Command";
const [password, secret] = ["the administrator's password", "the relay's secret"];

const args = (): VerificationArgs => ({
    serverName: "example.org",
    gateway: {
        hosts: ["matrix.example.org", "example.org"],
        bind: "0.0.0.0",
        httpsPort: 443,
        federationPort: 8448,
        wellKnown: {
            client: { "m.homeserver": { base_url: "https://matrix.example.org" } },
            server: { "m.server": "matrix.example.org:443" },
        },
    },
    authorities: [pulumi.output("PEM")],
    certificateFingerprint: pulumi.output("0123456789abcdef"),
    administrator: { userId: "@admin:example.org", password: pulumi.secret(password) },
    relay: {
        host: "matrix.example.org",
        bind: "0.0.0.0",
        port: 3478,
        tlsPort: 5349,
        relayPorts: { min: 49160, max: 49199 },
        secret: pulumi.secret(secret),
    },
    revisions: [pulumi.output("container of the gateway"), "container of the homeserver"],
});

/** The command that is declared for some arguments. */
async function commandFor(changed: Partial<VerificationArgs> = {}) {
    await startMocks();
    new Verification("verification", { ...args(), ...changed });
    await settled();
    return declared(commandType, "verification");
}

describe("the verification", () => {
    it("gives the command everything by standard input, in the form that it reads", async () => {
        const { inputs } = await commandFor();
        const { revisions: _, ...expected } = args();
        assert.deepEqual(deployedSchema.parse(JSON.parse(inputs.stdin as string)), {
            ...expected,
            authorities: ["PEM"],
            certificateFingerprint: "0123456789abcdef",
            administrator: { userId: "@admin:example.org", password },
            relay: { ...expected.relay, secret },
        });
    });

    it("leaves out what there is not", async () => {
        const gateway = { ...args().gateway, federationPort: undefined, wellKnown: undefined };
        const { inputs } = await commandFor({ gateway, certificateFingerprint: undefined });
        const parsed = deployedSchema.parse(JSON.parse(inputs.stdin as string));
        assert.deepEqual(Object.keys(parsed.gateway), ["hosts", "bind", "httpsPort"]);
        assert.ok(!("certificateFingerprint" in parsed));
    });

    it("has no secret in the clear, no path of one machine, and logs nothing", async () => {
        const { raw } = await commandFor();
        const { stdin, ...others } = raw;
        assert.ok(typeof stdin === "object" && stdin !== null && secretSignature in stdin, "standard input is no secret");
        const text = JSON.stringify(others);
        for (const hidden of [password, secret, process.cwd(), "/home", "/tmp"]) assert.ok(!text.includes(hidden), hidden);
        assert.deepEqual(Object.keys(others).sort(), ["addPreviousOutputInEnv", "create", "environment", "logging"]);
        assert.equal(others.create, "node --import tsx scripts/verify/main.ts");
        assert.equal(others.logging, "none");
    });

    it("is the same each time, and another one after a change of what runs or was installed", async () => {
        const first = await commandFor();
        assert.deepEqual((await commandFor()).inputs, first.inputs);
        const { inputs } = await commandFor({ revisions: ["another container of the gateway", "container of the homeserver"] });
        assert.notDeepEqual(inputs.environment, first.inputs.environment);
        const other = await commandFor({ certificateFingerprint: "fedcba9876543210" });
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
