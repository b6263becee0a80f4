/** The files that a stack has in an S3 store, as the job that looks after them tells of them. */
import { stackPrefix } from "../../components/platform/docker/labels.ts";
import { project } from "../project/checkout.ts";
import { docker, dockerFed } from "./docker.ts";
import { containersOf } from "./objects.ts";

export interface StoreRun {
    /** Seconds since the last run ended. */
    endedSeconds: number;
    /** Files. Absent where it failed. */
    uploaded?: number;
    /** Files whose local copy was removed. */
    freed?: number;
    deleted?: number;
    /** Files that the database no longer knows, and that are still kept. */
    forgotten?: number;
    /** Why it failed. */
    fault?: string;
}

/** @returns undefined before its first run has ended, or if the container does not answer */
export async function lastStoreRun(container: string): Promise<StoreRun | undefined> {
    const script = "date +%s; cat /var/tmp/media-job/last.json";
    try {
        const [now, line = ""] = (await docker(["exec", container, "sh", "-c", script], 4)).split("\n");
        const { ended, started: _, ...said } = JSON.parse(line);
        return { endedSeconds: Math.max(0, Math.round(Number(now) - ended)), ...said };
    } catch {
        return undefined;
    }
}

/**
 * Those of a stack's local media that are not in its store: where files are in a store, the server's disk need not have them.
 * @param ids of files that the disk lacks
 * @returns all of them where the stack has no store
 */
export async function missingInStore(stack: string, ids: readonly string[]): Promise<string[]> {
    const container = `${stackPrefix(project, stack)}-media`;
    if (ids.length === 0 || !(await containersOf(stack, "Names", 20)).includes(container)) return [...ids];
    const words = ["python3", "/media_job.py", "/etc/media/job.json", "absent"];
    const said = await dockerFed(["exec", "--interactive", container, ...words], ids.join("\n"), 3600);
    return said.split("\n").filter(Boolean);
}
