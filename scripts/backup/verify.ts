/** Proves that a stack's latest backup can be restored, beside the running stack, which notices nothing. */
import { stackLabel, stackPrefix } from "../../components/platform/docker/labels.ts";
import { parseSettings } from "../../components/settings/parse.ts";
import { project } from "../project/checkout.ts";
import { Failure } from "../project/failure.ts";
import { readSettings } from "../project/stackFile.ts";
import { settingsFile } from "../project/stacks.ts";
import { docker, dockerFed } from "../stack/docker.ts";
import { missingInStore } from "../stack/fileStore.ts";
import { mediaPath, recoverDatabase } from "./database.ts";
import { choose, restored } from "./snapshots.ts";
import { removeTemporary, temporary } from "./temporaryContainers.ts";

export interface Verified {
    users: number;
    rooms: number;
    events: number;
    /** Files of media. */
    media: number;
    /** IDs of those that the database names and the backup lacks. */
    missingMedia: string[];
}

/**
 * Reads the whole repository, brings up the database of the latest backup, and looks for each of its files of media.
 * @param container that stores the stack's backups
 * @throws Failure with what is damaged
 */
export async function verifyBackup(container: string, stack: string, say: (line: string) => void): Promise<Verified> {
    const { settings } = parseSettings(readSettings(settingsFile(stack)));
    if (!settings) throw new Failure(`the settings in Pulumi.${stack}.yaml have faults; see: pulumi preview --stack ${stack}`);
    const prefix = stackPrefix(project, stack);
    const data = `${prefix}-verifying`;
    const inBackup = (...words: string[]) => dockerFed(["exec", container, "sh", "/backup.sh", ...words], "");
    say("Reading the repository");
    await removeTemporary(stack, "verify");
    const { copy, log, media } = choose(JSON.parse(await inBackup("snapshots")) ?? []);
    await inBackup("read", copy.id, log, media);
    await docker(["volume", "rm", "--force", data], 60);
    await docker(["volume", "create", "--label", `${stackLabel}=${prefix}`, data], 20);
    try {
        say("Bringing up the database");
        const spool = `${prefix}-backup-spool`;
        const found = await recoverDatabase({
            spool,
            copy: `read/${restored.copy(copy)}`,
            log: `read/${restored.log}`,
            data,
            image: settings.images.postgres,
            name: settings.database.name,
            marks: temporary(stack, "verify"),
        });
        const names = new Set((await docker(["exec", container, "cat", "/var/tmp/media"], 60)).split("\n"));
        const absent = found.media.map(([id]) => id).filter((id) => !names.has(`/media/${mediaPath(id)}`));
        const missingMedia = await missingInStore(stack, absent);
        if (missingMedia.length === 0) await inBackup("read-ends");
        return { ...found, media: found.media.length, missingMedia };
    } finally {
        await docker(["volume", "rm", data], 60);
    }
}
