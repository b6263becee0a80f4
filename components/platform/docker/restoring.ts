/** Whether a restore of the stack began and did not end: its data are not whole then, and nothing may run on them. */
import { execa } from "execa";
import { restoringVolume } from "./labels.ts";

/** @param prefix of the names of the stack's Docker objects */
export async function restoreFaults(prefix: string, stack: string): Promise<string[]> {
    const volume = restoringVolume(prefix);
    const { stdout } = await execa("docker", ["volume", "ls", "--quiet", "--filter", `name=^${volume}$`], { timeout: 20_000 });
    if (stdout.trim() === "") return [];
    return [
        `a restore of stack ${stack} runs, or was killed half-way (volume ${volume}): wait for it, or run the same make restore again, which takes away what is there and begins anew`,
    ];
}
