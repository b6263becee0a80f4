/** What backups need. Pure. */

import { lifetime } from "../../../matrix/lifetime.ts";
import { isS3 } from "../../backup/repository.ts";
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

const shortest = 24 * 3_600_000;

export function faultsInBackup({ backup, database }: Sections): Fault[] {
    if (!backup) return [];
    const { repository, s3, keep, include } = backup;
    const faults: Fault[] = [];
    if (lifetime(keep) < shortest) faults.push({ path: "backup.keep", message: `"${keep}" is less than a day; the shortest is 1d` });
    if (repository === undefined) {
        if (s3 !== undefined) faults.push({ path: "backup.s3", message: "has no effect without backup.repository; set that too" });
        if (include.length > 0) faults.push({ path: "backup.include", message: "has no effect without backup.repository; set that too" });
        return faults;
    }
    for (const [index, directory] of include.entries()) {
        const other = [repository, ...include.toSpliced(index, 1)].find((one) => `${one}/`.startsWith(`${directory}/`));
        if (other !== undefined)
            faults.push({ path: `backup.include.${index}`, message: `"${directory}" has ${other} in it; name each directory once` });
    }
    if (isS3(repository) && s3 === undefined)
        faults.push({
            path: "backup.s3",
            message: "is missing: set accessKeyId, and run: pulumi config set --secret --path backup.s3.secretAccessKey",
        });
    if (!isS3(repository) && s3 !== undefined)
        faults.push({ path: "backup.s3", message: "is for a repository in S3, and backup.repository is a directory; remove one of them" });
    if (database?.host !== undefined)
        faults.push({
            path: "backup.repository",
            message: "is for the stack's own database server; back up the one of database.host where it runs, and remove this setting",
        });
    return faults;
}
