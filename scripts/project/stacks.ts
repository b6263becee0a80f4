/** Which stack is meant, and what it exports. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { didYouMean } from "../../components/settings/nearest.ts";
import { project, root } from "./checkout.ts";
import { type Exports, environment } from "./environment.ts";
import { Failure, oneLine } from "./failure.ts";
import { choosePulumi } from "./pulumi.ts";

/** The outputs as index.ts exports them, secrets in the clear. */
export interface StackOutputs {
    serverName: string;
    clientUrl: string;
    federationUrl?: string;
    /** PEM of the development authority. */
    certificateAuthority?: string;
    /** Of the gateway's certificate; absent where the gateway gets its own by ACME. */
    certificateFingerprint?: string;
    adminUserId: string;
    adminPassword: string;
    registrationSharedSecret: string;
    /** Acts for every account of a Dendrite; absent for Synapse. */
    administrationToken?: string;
    turnUris: string[];
    databaseUrl: string;
    users: Record<string, { userId: string; password: string }>;
    bots: Record<string, { userId: string; accessToken: string; deviceId?: string }>;
    /** Alias → room ID, spaces included. */
    rooms: Record<string, string>;
}

/** What `pulumi` is run with: the caller's environment, and what `make env` adds to it. */
export function pulumiEnvironment(): NodeJS.ProcessEnv & Exports {
    return { ...process.env, ...environment() } as NodeJS.ProcessEnv & Exports;
}

/** `--stack`, else the selected stack, else dev if there is one. */
export function namedStack(command: Command): string | undefined {
    const { stack } = command.optsWithGlobals<{ stack?: string }>();
    return stack ?? selectedStack() ?? (knownStacks().includes("dev") ? "dev" : undefined);
}

/**
 * The stack that a command is about: `--stack`, else the selected one, else dev.
 * @throws Failure if there is neither a file of settings nor a state of it
 */
export function stackOf(command: Command): string {
    const name = namedStack(command) ?? "dev";
    if (!/^[A-Za-z0-9._-]{1,100}$/.test(name)) {
        throw new Failure(`--stack: "${name}" is no name of a stack: letters, digits, ".", "_" and "-" only`);
    }
    const known = knownStacks();
    // Another backend than a folder may know stacks that nothing here tells of.
    if (localBackend() !== undefined && !known.includes(name)) {
        throw new Failure(`there is no stack "${name}": no Pulumi.${name}.yaml and no state of it${didYouMean(name, known)}`);
    }
    return name;
}

/** The stack's file of settings. */
export function settingsFile(stack: string): string {
    return join(root, `Pulumi.${stack}.yaml`);
}

/** Where the state is kept, if that is a folder. */
function localBackend(): string | undefined {
    const url = pulumiEnvironment().PULUMI_BACKEND_URL ?? "";
    return url.startsWith("file://") ? fileURLToPath(url.replace("file://~", `file://${homedir()}`)) : undefined;
}

function knownStacks(): string[] {
    const files = readdirSync(root).flatMap((name) => name.match(/^Pulumi\.(.+)\.yaml$/)?.[1] ?? []);
    const states = join(localBackend() ?? "", ".pulumi/stacks", project);
    const stored = existsSync(states) ? readdirSync(states).flatMap((name) => name.match(/^(.+)\.json$/)?.[1] ?? []) : [];
    return [...new Set([...files, ...stored])].sort();
}

/**
 * As `pulumi stack select` left it, without the cost of starting Pulumi.
 * Source: pulumi/sdk/go/common/workspace/workspace.go, where the file's name is made of the path of Pulumi.yaml.
 */
function selectedStack(): string | undefined {
    const env = pulumiEnvironment();
    if (env.PULUMI_STACK) return env.PULUMI_STACK.split("/").at(-1);
    const hash = createHash("sha1").update(join(root, "Pulumi.yaml")).digest("hex");
    const file = join(env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "workspaces", `${project}-${hash}-workspace.json`);
    if (!existsSync(file)) return undefined;
    const { stack, stacks }: { stack?: string; stacks?: Record<string, string> } = JSON.parse(readFileSync(file, "utf8"));
    return (stacks?.[env.PULUMI_BACKEND_URL ?? ""] ?? stack)?.split("/").at(-1);
}

/**
 * All outputs, secrets in the clear: keep them out of messages and logs.
 * @throws Failure (exit 2 where `notDeployed` says so) with what to do, if the stack is not deployed or cannot be read
 */
export async function stackOutputs(stack: string, notDeployed: 1 | 2 = 1, timeoutSeconds = 9): Promise<StackOutputs> {
    if (!choosePulumi()) throw new Failure("Pulumi is not here yet: run `make tools`");
    // Loaded only here: most commands do without Pulumi.
    const { runPulumi } = await import("./pulumiCommand.ts");
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
    const text = await runPulumi(args, { timeoutSeconds }).catch((error: unknown) => {
        throw /no stack named/.test(oneLine(error)) ? notDeployedFailure(stack, notDeployed) : error;
    });
    const outputs = JSON.parse(text);
    if (outputs.clientUrl === undefined) throw notDeployedFailure(stack, notDeployed);
    return outputs;
}

function notDeployedFailure(stack: string, exitCode: 1 | 2): Failure {
    return new Failure(`stack ${stack} is not deployed; run: resource-matrix-synapse manage install --stack ${stack}`, exitCode);
}
