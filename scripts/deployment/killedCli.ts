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
    const orphans = orphanedPlugins(directory);
    for (const pid of orphans) {
        process.kill(pid, "SIGKILL");
    }
    return orphans.length;
}

/**
 * A plugin is the child of its CLI, and goes to another process when that is gone: to process 1, or to one that collects
 * orphans, such as systemd's of a user. So its parent tells, and not the parent's number: in a container the CLI itself may be process 1.
 * @param processes the folder of processes, as in proc(5)
 * @returns their process IDs
 */
export function orphanedPlugins(directory: string, processes = "/proc"): number[] {
    if (!existsSync(processes)) {
        return [];
    }
    return readdirSync(processes)
        .filter((entry) => /^\d+$/.test(entry))
        .filter((pid) => {
            try {
                const executable = readlinkSync(join(processes, pid, "exe"));
                const isPlugin = executable.startsWith(`${directory}/`) && /^pulumi-(resource|language)-/.test(basename(executable));
                return isPlugin && !isCli(join(processes, `${parentOf(readFileSync(join(processes, pid, "stat"), "utf8"))}`));
            } catch {
                return false; // It has ended, or is not ours to see.
            }
        })
        .map(Number);
}

/** @param folder of a process; it may have ended just now */
function isCli(folder: string): boolean {
    return existsSync(folder) && /^pulumi/.test(nameOf(readFileSync(join(folder, "stat"), "utf8")));
}

/** Source: proc(5); the command's name, in brackets, may itself hold spaces and brackets. */
export function parentOf(stat: string): number {
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function nameOf(stat: string): string {
    return stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
}
