/** Locks that updates left in a local file backend: whether who made them still runs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** As Pulumi writes it. */
export interface Lock {
    pid: number;
    username: string;
    hostname: string;
    timestamp: string;
}

export type LockHolder = "alive" | "gone" | "elsewhere";

/** The locks of a stack: folder .pulumi/locks/organization/<project>/<stack>, one file an update. */
export function readLocks(backendDirectory: string, project: string, stack: string): Lock[] {
    const directory = join(backendDirectory, ".pulumi/locks/organization", project, stack);
    if (!existsSync(directory)) {
        return [];
    }
    return readdirSync(directory)
        .filter((name) => name.endsWith(".json"))
        .map((name) => JSON.parse(readFileSync(join(directory, name), "utf8")));
}

/** `processName` tells the name of the process with that id, or undefined where there is none. */
export function holderOf(lock: Lock, here = hostname(), processName = runningProcess): LockHolder {
    if (lock.hostname !== here) {
        return "elsewhere";
    }
    // A process id is given out again: only a pulumi can be the one that locked.
    return processName(lock.pid)?.startsWith("pulumi") ? "alive" : "gone";
}

function runningProcess(pid: number): string | undefined {
    try {
        process.kill(pid, 0);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ESRCH") {
            return undefined;
        }
    }
    const name = `/proc/${pid}/comm`;
    // Without /proc the process is taken for the holder: better to ask a person than to break a running update.
    return existsSync(name) ? readFileSync(name, "utf8").trim() : "pulumi";
}

export function describeLock(lock: Lock): string {
    return `${lock.username}@${lock.hostname}, process ${lock.pid}, since ${lock.timestamp.slice(0, 19).replace("T", " ")}`;
}
