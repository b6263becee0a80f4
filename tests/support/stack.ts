/** Real stacks for tests: brought up by the Automation API, beside `dev`, with ports of their own. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { LocalWorkspace, type OutputMap, type Stack, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { stringify } from "yaml";
import { partImages } from "../../components/parts.ts";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { imageReference, project, root } from "../../scripts/project/checkout.ts";
import { environment } from "../../scripts/project/environment.ts";
import { ensurePassphrase } from "../../scripts/project/passphrase.ts";
import { forThisHomeserver } from "./homeserverKind.ts";

/**
 * Settings of a small stack whose ports all begin at `base` and whose images are those built or pulled here.
 * @param base under 32768: above, the kernel gives ports to any connection (ip_local_port_range)
 */
export function smallStack(base: number, overrides: Partial<SettingsInput> = {}): Partial<SettingsInput> {
    return {
        serverName: "localhost",
        protectData: false,
        homeserver: { port: base + 8, publicUrl: `http://localhost:${base + 8}` },
        database: { port: base + 32 },
        gateway: { bind: "127.0.0.1", httpsPort: base + 43, federationPort: base + 48 },
        turn: { bind: "127.0.0.1", port: base + 78, tlsPort: base + 79, relayPorts: { min: base + 90, max: base + 93 } },
        images: Object.fromEntries(partImages.map((image) => [image, imageReference(image)])),
        bots: { notifier: { displayName: "Notifier" } },
        rooms: { lobby: { name: "Lobby", topic: "First", encrypted: false, members: { notifier: 50 } } },
        ...overrides,
    };
}

/** Writes the stack's file. Names begin with test-, so that git ignores the file. */
export function configure(stackName: `test-${string}`, settings: Partial<SettingsInput> | Record<string, unknown>, directory = root): void {
    const config = Object.fromEntries(Object.entries(forThisHomeserver(settings)).map(([key, value]) => [`${project}:${key}`, value]));
    writeFileSync(`${directory}/Pulumi.${stackName}.yaml`, stringify({ config }));
}

export function pulumiEnvironment(): Record<string, string> {
    const exports = environment();
    if (exports.PULUMI_CONFIG_PASSPHRASE_FILE) ensurePassphrase();
    return exports;
}

/** Selects or creates the stack, in this checkout or another one with the same state. */
export async function openStack(stackName: string, directory = root): Promise<Stack> {
    return LocalWorkspace.createOrSelectStack({ stackName, workDir: directory }, workspaceOptions());
}

/** Also one that a run left that was killed; where there is none, nothing is to be done. */
export async function destroyStack(stackName: `test-${string}`): Promise<void> {
    const stack = await LocalWorkspace.selectStack({ stackName, workDir: root }, workspaceOptions()).catch((error) => {
        if (!(error instanceof StackNotFoundError)) throw error;
    });
    await stack?.destroy();
    await stack?.workspace.removeStack(stackName);
    rmSync(`${root}/Pulumi.${stackName}.yaml`, { force: true });
}

function workspaceOptions(): { envVars: Record<string, string> } {
    const envVars = pulumiEnvironment();
    // The Automation API finds the CLI by this process's own PATH.
    Object.assign(process.env, envVars);
    return { envVars };
}

/** The state as it is stored, with its secrets encrypted: the Automation API's own export opens them. */
export async function storedState(stackName: string, directory = root): Promise<string> {
    return (await execa("pulumi", ["stack", "export", "--stack", stackName], { cwd: directory, env: pulumiEnvironment() })).stdout;
}

/** The outputs as the program exports them, secrets in the clear. */
export interface StackOutputs {
    serverName: string;
    clientUrl: string;
    federationUrl: string;
    wellKnown: { client: object; server: object };
    certificateAuthority: string;
    adminUserId: string;
    adminPassword: string;
    registrationSharedSecret: string;
    /** Of a Dendrite alone. */
    administrationToken?: string;
    turnUris: string[];
    databaseUrl: string;
    users: Record<string, { userId: string; password: string }>;
    bots: Record<string, { userId: string; accessToken: string; deviceId: string }>;
    rooms: Record<string, string>;
}

export function plain(outputs: OutputMap): StackOutputs {
    return Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value])) as unknown as StackOutputs;
}

/**
 * A preview that must be refused.
 * @param expected a whole line, without what it is indented by
 * @returns everything that was said
 */
export async function refusedPreview(
    stackName: `test-${string}`,
    settings: Partial<SettingsInput> | Record<string, unknown>,
    expected: RegExp,
): Promise<string> {
    configure(stackName, settings);
    const command = ["preview", "--non-interactive", "--color", "never", "--stack", stackName];
    const { exitCode, all } = await execa("pulumi", command, { cwd: root, env: pulumiEnvironment(), reject: false, all: true });
    const lines = all.split("\n").map((line) => line.trim());
    assert.ok(exitCode !== 0 && lines.some((line) => expected.test(line)), `no refusal says ${expected}:\n${all}`);
    assert.ok(!/^\s+at .*\(.*:\d+:\d+\)$/m.test(all), `a stack trace:\n${all}`);
    return all;
}
