/** Runs a seed's script in a process group of its own, for a limited time. */
import { execa } from "execa";
import type { Payload } from "./payload.ts";
import { Printed } from "./printed.ts";

/** Lines of the script's output that a failure shows. */
const linesShown = 30;

/** @returns why it failed, with the secrets masked; undefined where it did not */
export async function runSeed(script: string, payload: Payload): Promise<string | undefined> {
    const printed = new Printed([payload.accessToken]);
    const child = execa(process.execPath, ["--import", "tsx", "scripts/seed/script.ts", script], {
        input: JSON.stringify(payload),
        env: environment(),
        extendEnv: false,
        // A process group of its own, so that everything that the script starts can be ended with it.
        detached: true,
        all: true,
        buffer: false,
        reject: false,
    });
    child.all.setEncoding("utf8").on("data", (chunk: string) => printed.add(chunk));
    // What the script leaves running would hold the output open.
    child.once("exit", () => endGroup(child.pid));
    let late = false;
    const timer = setTimeout(() => {
        late = true;
        endGroup(child.pid);
    }, payload.timeout * 1000);
    const { exitCode, signal } = await child;
    clearTimeout(timer);
    if (exitCode === 0) return undefined;
    return [
        `${script} ${late ? `did not end within ${payload.timeout} s` : signal ? `was ended by ${signal}` : "failed"}`,
        ...printed.lastLines(linesShown).map((line) => `  ${line}`),
    ].join("\n");
}

/** Without Pulumi's own variables: the state's passphrase is not the script's business. */
function environment(): NodeJS.ProcessEnv {
    return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_")));
}

function endGroup(pid: number | undefined): void {
    try {
        if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
}
