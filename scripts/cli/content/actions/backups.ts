/** Backups: store everything now, prove that it can be restored, restore it. */
import { z } from "zod";
import { backUpNow, backupContainer } from "../../../backup/deposit.ts";
import { verifyBackup } from "../../../backup/verify.ts";
import { Failure } from "../../../project/failure.ts";
import { stackAction } from "./action.ts";

const none = z.strictObject({});

async function containerOf(stack: string): Promise<string> {
    const container = await backupContainer(stack);
    if (container !== undefined) return container;
    throw new Failure(`stack ${stack} makes no backups: set backup.repository in Pulumi.${stack}.yaml, then make up`);
}

/** To people who wait; the answer itself goes to standard output. */
const say = (line: string): void => console.error(line);

export const backup = stackAction(
    "everything that was acknowledged until now, into the repository of backups; takes no options",
    none,
    async ({ stack }) => {
        const until = new Date().toISOString();
        await backUpNow(await containerOf(stack), stack);
        return { line: `Everything up to ${until} is in the repository.`, result: { until } };
    },
);

export const verify = stackAction(
    "proof that the latest backup can be restored, beside the running server; takes no options",
    none,
    async ({ stack }) => {
        const { users, rooms, events, media, missingMedia } = await verifyBackup(await containerOf(stack), stack, say);
        const line = `The latest backup can be restored: ${users} accounts, ${rooms} rooms, ${events} events, ${media} files of media.`;
        const failure =
            missingMedia.length > 0
                ? `the backup lacks ${missingMedia.length} of ${media} files of media, such as ${missingMedia[0]}`
                : undefined;
        return {
            line: failure ? "The latest backup is not whole." : line,
            result: { users, rooms, events, media, missingMedia },
            ...(failure && { failure }),
        };
    },
);
