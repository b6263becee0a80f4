/** One process for a directory, also across containers that share it. The kernel ends the lock with the process, however that ends. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes the directory (mode 0700) if it is not there, and holds it.
 * @returns what gives it back
 * @throws if another process, or this one, holds it
 */
export function holdDirectory(directory: string): () => void {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const descriptor = openSync(join(directory, "lock"), "a", 0o600);
    // Node.js has no flock(2). A lock belongs to the open file, not to the process that asked for it: it stays when flock(1) ends.
    const { status, error } = spawnSync("flock", ["--exclusive", "--nonblock", "3"], { stdio: ["ignore", "ignore", "ignore", descriptor] });
    if (status === 0) return () => closeSync(descriptor);
    closeSync(descriptor);
    if (error) throw new Error(`cannot lock ${directory}: flock does not start (${error.message}); install util-linux`);
    throw new Error(
        `${directory} is in use by another bot: one store, one process; stop the other one, or give this one a store of its own`,
    );
}
