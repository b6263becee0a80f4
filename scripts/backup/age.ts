/** How old a stack's backups are. */
import { docker } from "../stack/docker.ts";

export interface BackupAge {
    /** Seconds since the moment up to which everything is in the repository; null before the first backup. */
    storedSeconds: number | null;
    /** Seconds since a backup was last verified; null if none ever was. */
    verifiedSeconds: number | null;
    /** Why the last attempt failed. */
    fault?: string;
}

/** @returns undefined if the container does not answer */
export async function backupAge(container: string): Promise<BackupAge | undefined> {
    const script =
        "cd /var/tmp; date +%s; cat stored 2>/dev/null || echo; cat verified 2>/dev/null || echo; cat /tmp/faults/* 2>/dev/null | head -n 1";
    try {
        const [now, stored, verified, fault] = (await docker(["exec", container, "sh", "-c", script], 4)).split("\n");
        const age = (moment: string | undefined) => (moment ? Math.max(0, Number(now) - Number(moment)) : null);
        return { storedSeconds: age(stored), verifiedSeconds: age(verified), ...(fault && { fault }) };
    } catch {
        return undefined;
    }
}
