/** Runs the pulumi of this checkout with the environment that `make env` prints. */
import { execa } from "execa";
import { root } from "./checkout.ts";
import { environment } from "./environment.ts";
import { Failure } from "./failure.ts";

/**
 * Quietly; gives its standard output.
 * @param input for its standard input: where a secret goes, which a command line would show
 */
export async function runPulumi(args: string[], input?: string): Promise<string> {
    const result = await execa("pulumi", [...args, "--non-interactive"], {
        cwd: root,
        env: environment(),
        ...(input === undefined ? { stdin: "ignore" } : { input }),
        reject: false,
    });
    if (result.failed) {
        const output = `${result.stderr}\n${result.stdout}`;
        throw new Failure(knownFault(output) ?? `pulumi ${args[0]} failed:\n${lastLines(output)}`);
    }
    return result.stdout;
}

/** With its own progress on the terminal; what it said is looked through for faults with a known way out. */
export async function showPulumi(args: string[]): Promise<void> {
    const result = await execa("pulumi", args, {
        cwd: root,
        env: environment(),
        stdin: "ignore",
        stdout: "inherit",
        stderr: ["inherit", "pipe"],
        reject: false,
    });
    if (result.signal) {
        throw new Failure(`pulumi ${args[0]} was stopped (${result.signal}): run the same command again, and it goes on from there`);
    }
    if (result.failed) {
        const advice = "the lines above say why. What was made stays; run the same command again when it is put right.";
        throw new Failure(knownFault(result.stderr) ?? `pulumi ${args[0]} failed: ${advice}`);
    }
}

function lastLines(text: string): string {
    return text
        .trim()
        .split("\n")
        .slice(-10)
        .map((line) => `    ${line}`)
        .join("\n");
}

export function knownFault(output: string): string | undefined {
    if (/incorrect passphrase|passphrase must be set/i.test(output)) {
        return "The passphrase does not open this stack's secrets: it is read from PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE where set, else from .state/passphrase; put the right one back";
    }
    if (/stack is currently locked/.test(output)) {
        return "Another update of this stack is running: wait for it, or end it, then run the same command again";
    }
    return undefined;
}
