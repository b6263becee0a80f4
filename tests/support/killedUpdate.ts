/** An update that is killed half-way. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { root } from "../../scripts/project/checkout.ts";
import { eventually } from "./docker.ts";
import { pulumiEnvironment } from "./stack.ts";

/** Command lines of all processes by ID. */
function processes(): [number, string][] {
    return readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .map((pid): [number, string] => {
            try {
                return [Number(pid), readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")];
            } catch {
                return [Number(pid), ""]; // It has ended meanwhile.
            }
        });
}

const running = (pattern: RegExp) => processes().find(([, line]) => pattern.test(line));

/** Starts the command and kills the Pulumi CLI, and nothing else, at once when the moment has come. */
export async function killed(stackName: string, command: readonly string[], moment: () => Promise<boolean>): Promise<void> {
    const [file = "", ...parameters] = command;
    // To a file, not a pipe: plugins outlive the CLI and would hold the pipe open.
    const output = { file: join(tmpdir(), `${stackName}.log`) };
    const child = execa(file, parameters, { cwd: root, env: pulumiEnvironment(), reject: false, stdout: output, stderr: output });
    await eventually(`the moment to kill ${command.join(" ")}`, 120_000, async () => {
        // assert.ok without a message parses the whole file for one, which takes longer than the update.
        if (child.exitCode === null && !(await moment())) throw new Error("not yet");
    });
    if (child.exitCode !== null) throw new Error(`it has ended: ${readFileSync(output.file, "utf8")}`);
    const [pid] = running(new RegExp(`^\\S*pulumi up .*--stack ${stackName}`)) ?? assert.fail("no pulumi runs");
    process.kill(pid, "SIGKILL");
    await child;
}
