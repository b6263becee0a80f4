/** Runs the pulumi of this checkout with the environment that `make env` prints. */
import { execa } from "execa";
import { root } from "./checkout.ts";
import { environment } from "./environment.ts";
import { Failure, Interrupted } from "./failure.ts";

export interface PulumiOptions {
    /** For its standard input: secrets go here, because a command line would show them. */
    input?: string;
    /** Default: no limit. */
    timeoutSeconds?: number;
}

/**
 * Runs it quietly.
 * @returns its standard output
 * @throws Failure with the last lines that it wrote, or with the way out of a known fault
 */
export async function runPulumi(args: string[], { input, timeoutSeconds }: PulumiOptions = {}): Promise<string> {
    const result = await execa("pulumi", [...args, "--non-interactive"], {
        cwd: root,
        env: environment(),
        ...(input === undefined ? { stdin: "ignore" } : { input }),
        ...(timeoutSeconds === undefined ? {} : { timeout: timeoutSeconds * 1000, killSignal: "SIGKILL" }),
        reject: false,
    });
    if (result.timedOut) throw new Failure(`pulumi did not answer within ${timeoutSeconds} s`);
    if (result.failed) {
        const output = `${result.stderr}\n${result.stdout}`;
        throw new Failure(knownFault(output) ?? `pulumi ${args[0]} failed:\n${lastLines(output)}`);
    }
    return result.stdout;
}

/**
 * Runs it with its own progress on the terminal.
 * @param output file descriptor for what it writes
 * @throws Failure with the way out of a known fault
 */
export async function showPulumi(args: string[], output: 1 | 2 = 1): Promise<void> {
    const result = await execa("pulumi", args, {
        cwd: root,
        env: environment(),
        stdin: "ignore",
        stdout: output,
        stderr: ["inherit", "pipe"],
        reject: false,
    });
    if (result.signal) {
        throw new Interrupted(`pulumi ${args[0]} was stopped (${result.signal}): run the same command again, and it goes on from there`);
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

/** The way out of a fault that Pulumi reports, in one line; undefined if none is known. */
export function knownFault(output: string): string | undefined {
    if (/incorrect passphrase|passphrase must be set/i.test(output)) {
        return "the passphrase does not open this stack's secrets: put the right one into PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE or (where neither is set) .state/passphrase";
    }
    if (/stack is currently locked/.test(output)) {
        return "another update of this stack is running: wait for it, or end it, then run the same command again";
    }
    return undefined;
}
