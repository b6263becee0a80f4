/** What a CLI leaves behind that was killed with -9: plugins that work on, and a state that cannot be read. */
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * The backend keeps attributes beside each file and writes them in place: killed at that moment they are empty, and
 * the state itself, which is whole, is refused with "failed to load checkpoint: EOF". They hold nothing that is needed.
 * @returns the files that were removed
 */
export function removeTornAttributes(stateDirectory: string, stack: string): string[] {
    if (!existsSync(stateDirectory)) {
        return [];
    }
    const torn = readdirSync(stateDirectory)
        .filter((name) => name.startsWith(`${stack}.json`) && name.endsWith(".attrs"))
        .map((name) => join(stateDirectory, name))
        .filter((path) => !isJson(readFileSync(path, "utf8")));
    for (const path of torn) {
        rmSync(path);
    }
    return torn;
}

function isJson(text: string): boolean {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

/**
 * Ends plugins and language hosts below `directory` whose CLI is gone: one may still be creating what the next update is
 * about to create. Linux only; elsewhere they end by themselves after some minutes.
 * @returns how many there were
 */
export function endOrphanedPlugins(directory: string): number {
    if (!existsSync("/proc/self/exe")) {
        return 0;
    }
    const orphans = readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .filter((pid) => {
            try {
                const executable = readlinkSync(`/proc/${pid}/exe`);
                const isPlugin = executable.startsWith(`${directory}/`) && /^pulumi-(resource|language)-/.test(basename(executable));
                return isPlugin && parentOf(readFileSync(`/proc/${pid}/stat`, "utf8")) === 1;
            } catch {
                return false; // It has ended, or is not ours to see.
            }
        });
    for (const pid of orphans) {
        process.kill(Number(pid), "SIGKILL");
    }
    return orphans.length;
}

/** Source: proc(5); the command's name, in brackets, may itself hold spaces and brackets. */
export function parentOf(stat: string): number {
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}
