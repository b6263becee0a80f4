/** Pulumi, driven by its Automation API, on the stack that is meant. */
import { mkdirSync } from "node:fs";
import { LocalWorkspace, type OpMap, Stack } from "@pulumi/pulumi/automation/index.js";
import { root, stateDir } from "../project/checkout.ts";
import { Failure, Interrupted } from "../project/failure.ts";
import { ensurePassphrase, passphraseFile } from "../project/passphrase.ts";
import { choosePulumi } from "../project/pulumi.ts";
import { knownFault, runPulumi } from "../project/pulumiCommand.ts";
import { pulumiEnvironment } from "../project/stacks.ts";
import { recover } from "./recovery.ts";

const say = (line: string): void => console.log(line);

/**
 * The stack, free of what a killed update left. It is made where `create` says so, and never selected: which stack a
 * person has selected is that person's.
 * @returns undefined if there is no such stack
 */
export async function openStack(name: string, create: boolean): Promise<Stack | undefined> {
    if (!choosePulumi()) throw new Failure("Pulumi is not here yet: run `make tools`");
    const envVars = pulumiEnvironment();
    if (envVars.PULUMI_CONFIG_PASSPHRASE_FILE === passphraseFile) ensurePassphrase();
    if (envVars.PULUMI_BACKEND_URL === `file://${stateDir}`) mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    await recover(envVars.PULUMI_BACKEND_URL ?? "", say, name);
    if (!(await exists(name))) {
        if (!create) return undefined;
        await runPulumi(["stack", "init", "--no-select", name]);
    }
    // The Automation API finds the CLI by this process's own PATH.
    Object.assign(process.env, envVars);
    const workspace = await LocalWorkspace.create({ workDir: root, envVars: envVars as Record<string, string> });
    workspace.selectStack = async () => {};
    return Stack.select(name, workspace);
}

async function exists(name: string): Promise<boolean> {
    const stacks: { name: string }[] = JSON.parse(await runPulumi(["stack", "ls", "--json"]));
    return stacks.some((stack) => stack.name === name || stack.name.endsWith(`/${name}`));
}

/** What the state holds, without the stack itself and the providers. */
export async function resourcesOf(stack: Stack): Promise<{ urn: string; type: string; protect?: boolean }[]> {
    const { deployment } = await stack.exportStack();
    const resources: { urn: string; type: string; protect?: boolean }[] = deployment?.resources ?? [];
    return resources.filter(({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"));
}

/** Whether an update of these changes would do nothing. */
export function nothingIn(changes: OpMap | undefined): boolean {
    return Object.entries(changes ?? {}).every(([operation, count]) => operation === "same" || count === 0);
}

/** Options of an operation whose progress is shown as it goes. */
export function progress(signal: AbortSignal) {
    return {
        signal,
        onOutput: (text: string) => void process.stdout.write(text),
        onError: (text: string) => void process.stderr.write(text),
        color: process.stdout.isTTY && !process.env.NO_COLOR ? ("always" as const) : ("never" as const),
    };
}

/**
 * Runs an operation of Pulumi. Ctrl-C reaches Pulumi by itself, which then ends in good order; so does a request to end.
 * @throws Failure with the first thing that Pulumi says is wrong
 */
export async function operate<T>(what: string, signal: AbortSignal, operation: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    const abort = () => stop.abort();
    const wait = () => {};
    signal.addEventListener("abort", abort);
    process.on("SIGTERM", abort).on("SIGINT", wait);
    try {
        return await operation(stop.signal);
    } catch (error) {
        if (stop.signal.aborted) throw new Interrupted(`${what} was stopped; run the same command again, and it goes on from there`);
        throw new Failure(`${what} failed: ${firstFault(String(error instanceof Error ? error.message : error))}`);
    } finally {
        signal.removeEventListener("abort", abort);
        process.off("SIGTERM", abort).off("SIGINT", wait);
    }
}

/** Out of everything that Pulumi wrote. */
export function firstFault(output: string): string {
    const known = knownFault(output);
    if (known) return known;
    const lines = output.split("\n").map((line) => line.trim());
    const start = lines.findIndex((line) => /^(error:|This host is not ready|The (settings of this|homeserver does not))/.test(line));
    if (start < 0) return "the lines above say why; what was made stays, run the same command again when it is put right";
    // The program's own faults stand one a line below their heading.
    const end = lines.findIndex((line, index) => index > start && line === "");
    return lines
        .slice(start, end < 0 ? start + 3 : Math.min(end, start + 4))
        .join(" ")
        .replace(/^error: (Running program .*?: )?/, "")
        .slice(0, 500);
}
