/** The integration tests as jobs: a process a group. */
import { groupsOf, nameOf } from "./groups.ts";
import { type Job, mocha } from "./job.ts";

export function integrationJobs(files: readonly string[]): Job[] {
    return groupsOf(files).map(({ files, alone }) => mocha(`integration: ${files.map(nameOf).join(", ")}`, files, alone ? { alone } : {}));
}
