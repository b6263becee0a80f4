/** A stack that an earlier version of this program deployed, under this one: what its next `up` would do. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { project, root } from "../../scripts/project/checkout.ts";
import { pulumiEnvironment, smallStack } from "../support/stack.ts";

const stackName = "test-upgrade";
/** Of the recorded state, whose secrets are a test's. */
const passphrase = "a passphrase for a test's state";
const salt = "v1:3qEF4SGbqJ4=:v1:HkrMcMhMzLeEkJKy:DqWKcSP63c0Ro6tYOdanCMhNIpIAbw==";

const settings = smallStack(21_000, {
    protectData: true,
    users: { alice: { displayName: "Alice" } },
    bots: { notifier: { displayName: "Notifier" }, irc: { appservice: { namespace: "irc_" } } },
    spaces: { company: { name: "Company" } },
    rooms: { lobby: { name: "Lobby", encrypted: false, parent: "company", members: { notifier: 50, alice: 0 } } },
});

interface Step {
    op: string;
    urn: string;
    oldState?: { type: string };
    newState?: { type: string; inputs?: Record<string, unknown> };
    replaceReasons?: string[];
}

/** What would happen to a state, by operation: types and names of the resources as they are called now. */
async function plan(state: string): Promise<Record<string, string[]>> {
    const backend = mkdtempSync(join(tmpdir(), "upgrade-"));
    const file = join(root, `Pulumi.${stackName}.yaml`);
    const env = { ...pulumiEnvironment(), PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: passphrase };
    const pulumi = (...args: string[]) =>
        execa("pulumi", [...args, "--stack", stackName], { cwd: root, env: { ...env, PULUMI_CONFIG_PASSPHRASE_FILE: "" } });
    const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${project}:${key}`, value]));
    try {
        await execa("pulumi", ["stack", "init", "--no-select", stackName], {
            cwd: root,
            env: { ...env, PULUMI_CONFIG_PASSPHRASE_FILE: "" },
        });
        writeFileSync(file, stringify({ config, encryptionsalt: salt }));
        cpSync(new URL(`upgrade/${state}.json`, import.meta.url), join(backend, "state.json"));
        await pulumi("stack", "import", "--file", join(backend, "state.json"));
        const { stdout } = await pulumi("preview", "--json", "--show-sames", "--non-interactive");
        const steps: Step[] = JSON.parse(stdout).steps;
        const byOperation: Record<string, string[]> = {};
        for (const { op, urn, oldState, newState } of steps) {
            const type = (newState ?? oldState)?.type ?? "";
            byOperation[op] = [...(byOperation[op] ?? []), `${type} ${urn.split("::").at(-1)}`].sort();
        }
        return byOperation;
    } finally {
        rmSync(backend, { recursive: true });
        rmSync(file, { force: true });
    }
}

const container = "docker:index/container:Container";

describe("a stack with keepers, from before parts were called by their job", function () {
    this.timeout(120_000);
    let planned: Record<string, string[]>;
    before(async () => {
        planned = await plan("stateWithKeepers");
    });

    it("loses its keepers and the certificate's resource of the provider, and nothing else", () => {
        assert.deepEqual(planned.delete, [
            `${container} keeper`,
            `${container} keeper-second`,
            "matrix-synapse:platform:Keeper keeper",
            "matrix:index:InstalledCertificate gateway",
            "pulumi:providers:matrix certificates",
        ]);
    });

    it("has its four containers replaced, under their new names, and nothing that holds data", () => {
        assert.deepEqual(
            planned.replace,
            ["database", "gateway", "homeserver", "relay"].map((name) => `${container} ${name}`),
        );
    });

    it("keeps its volumes, database, role, secrets, accounts and rooms", () => {
        const kept = planned.same ?? [];
        const untouched = [
            "docker:index/volume:Volume certificate-storage",
            "docker:index/volume:Volume database-data",
            "docker:index/volume:Volume homeserver-media",
            "random:index/randomPassword:RandomPassword administrator-password",
            "random:index/randomPassword:RandomPassword application-service-irc-as-token",
            "random:index/randomPassword:RandomPassword application-service-irc-hs-token",
            "random:index/randomPassword:RandomPassword database-admin-password",
            "random:index/randomPassword:RandomPassword database-password",
            "random:index/randomPassword:RandomPassword form-secret",
            "random:index/randomPassword:RandomPassword macaroon-secret-key",
            "random:index/randomPassword:RandomPassword password-seed",
            "random:index/randomPassword:RandomPassword registration-shared-secret",
            "random:index/randomPassword:RandomPassword signing-key-seed",
            "random:index/randomPassword:RandomPassword turn-shared-secret",
            "tls:index/locallySignedCert:LocallySignedCert certificate-development",
            "tls:index/privateKey:PrivateKey certificate-development-key",
            "tls:index/selfSignedCert:SelfSignedCert certificate-development-authority",
            "matrix:index:Administrator administrator",
            "matrix:index:Bot bot-irc",
            "matrix:index:Bot bot-notifier",
            "matrix:index:Room room-lobby",
            "matrix:index:Room space-company",
            "matrix:index:User user-alice",
        ];
        assert.deepEqual(
            untouched.filter((resource) => !kept.includes(resource)),
            [],
        );
        // Role and database are asked by a server that is down during the preview: their address is not known, themselves are.
        const known = [...kept, ...(planned.update ?? [])];
        for (const resource of ["postgresql:index/role:Role database-synapse-role", "postgresql:index/database:Database database-synapse"])
            assert.ok(known.includes(resource), `${resource} is neither kept nor updated in place`);
    });
});
