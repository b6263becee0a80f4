/** The command line as people run it: a process of its own, from another folder. */
import { join } from "node:path";
import { execa } from "execa";
import { root } from "../../scripts/project/checkout.ts";

export interface Ended {
    exitCode: number | undefined;
    stdout: string;
    stderr: string;
    /** Milliseconds. */
    took: number;
}

/** Runs `resource-matrix-synapse`; it has no terminal and nothing on standard input. */
export async function commandLine(
    parameters: readonly string[],
    { env = {}, cwd = "/", program = join(root, "scripts/cli/resource-matrix-synapse"), seconds = 120 } = {},
): Promise<Ended> {
    const started = Date.now();
    const { exitCode, stdout, stderr } = await execa(program, parameters, {
        cwd,
        env,
        reject: false,
        timeout: seconds * 1000,
        stdin: "ignore",
    });
    return { exitCode, stdout, stderr, took: Date.now() - started };
}
