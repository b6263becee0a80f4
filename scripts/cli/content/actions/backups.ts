/** Backups: store everything now, prove that it can be restored, restore it. */
import { z } from "zod";
import { type Names, report, restoreAsAsked } from "../../../backup/commands.ts";
import { backUpNow, backupContainer } from "../../../backup/deposit.ts";
import { verifyBackup } from "../../../backup/verify.ts";
import { Failure } from "../../../project/failure.ts";
import { newStackAction, stackAction } from "./action.ts";

const none = z.strictObject({});
/** What is stored or read may be many gigabytes. */
const longSeconds = 24 * 3600;

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
    longSeconds,
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
    longSeconds,
);

const optionNames: Names = {
    repository: "--options: repository",
    passwordFile: "--options: passwordFile",
    time: "--options: time",
    credentialsFile: "--options: credentialsFile",
    authorityFile: "--options: authorityFile",
};

export const restore = newStackAction(
    'makes a lost stack anew: {"repository": "/srv/backup", "passwordFile": "password", "time": "2026-11-26T18:00:00Z", "credentialsFile": "…", "authorityFile": "…"}, the last three optional',
    z.strictObject({
        repository: z.string(),
        passwordFile: z.string(),
        time: z.string().optional(),
        credentialsFile: z.string().optional(),
        authorityFile: z.string().optional(),
    }),
    async (stack, options) => {
        const example = `--options '{"repository": "/srv/backup", "passwordFile": "password"}'`;
        const done = await restoreAsAsked(stack, options, { names: optionNames, example, say, output: 2 });
        return { line: report(done).trimStart(), result: { ...done } };
    },
);
