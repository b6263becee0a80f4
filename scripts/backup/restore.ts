/** Makes a stack of a repository of backups and its password, on a machine that has nothing else. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type ExportedState, withPassword } from "../../components/backup/passwords.ts";
import { stackPrefix } from "../../components/platform/docker/labels.ts";
import { update } from "../deployment/deployment.ts";
import { project } from "../project/checkout.ts";
import { Failure, oneLine } from "../project/failure.ts";
import { settingsFile } from "../project/stacks.ts";
import { docker } from "../stack/docker.ts";
import { missingInStore } from "../stack/fileStore.ts";
import { type Found, mediaPath, recoverDatabase } from "./database.ts";
import type { Deposit } from "./deposit.ts";
import { refuseThere, removeFiles, restoreFiles } from "./files.ts";
import { Interruption } from "./interruption.ts";
import { mark, refuseUnfit, removeAll, removeUnfinished, restoreState, unmark } from "./newStack.ts";
import { checkWhole, type Repository, restoreSnapshot, snapshotsOf, withRestic, work } from "./repository.ts";
import { settingsOf } from "./settings.ts";
import { verifySigningKey } from "./signingKey.ts";
import { type Chosen, choose, restored, shown } from "./snapshots.ts";
import { removeTemporary, temporary } from "./temporaryContainers.ts";

/** What was found in the restored stack. */
export interface Restored {
    /** Rows of the homeserver's database. */
    users: number;
    rooms: number;
    events: number;
    /** Files of media, and those among them that are not there or differ from what the database says. */
    media: number;
    damagedMedia: string[];
    /** Directories of the Docker host that were restored as well. */
    directories: readonly string[];
    /** ID of the key that the server signs with, as it did before. */
    signingKey: string;
}

interface Volume {
    name: string;
    labels: { label: string; value: string }[];
}

export interface Progress {
    say(line: string): void;
    /** File descriptor for what Pulumi says. */
    output: 1 | 2;
}

/**
 * Restores into a stack that is not there yet; if that fails, nothing of it stays.
 * @param until milliseconds since 1970; absent: the latest
 * @throws Failure with what is wrong, before anything is made where it can be known by then
 */
export async function restore(repository: Repository, until: number | undefined, { say, output }: Progress): Promise<Restored> {
    const { stack } = repository;
    say(`Reading ${repository.place}`);
    const chosen = choose(await snapshotsOf(repository), until);
    await checkWhole(repository);
    const deposit: Deposit = JSON.parse(await withRestic(repository, 'restic dump "$1" stack.json', [chosen.stack]));
    if (deposit.stack !== stack)
        throw new Failure(`this is a backup of stack ${deposit.stack}; restore it under that name: STACK=${deposit.stack}`);
    await removeUnfinished(stack, say);
    await refuseUnfit(stack);
    const given = existing(stack);
    const settings = settingsOf(deposit, given);
    await refuseOtherMajor(settings.images.postgres, chosen.major);
    const directories = { stack, image: repository.image, directories: chosen.files?.directories ?? [] };
    await refuseThere(directories);
    let filesBegun = false;
    const interruption = new Interruption(() => removeTemporary(stack, "restore"));
    const begin = (step: string) => {
        interruption.check();
        say(step);
    };
    try {
        const spool = await mark(stack);
        const { postgres, media } = await makeVolumes(stack, deposit);
        begin(`Restoring the media of ${shown(chosen.taken)}`);
        await restoreMedia(repository, chosen, media);
        begin(`Restoring the database ${until === undefined ? `as of ${shown(chosen.taken)}` : `to ${shown(until)}`}`);
        for (const id of [chosen.copy.id, chosen.log]) await restoreSnapshot(repository, id, spool, "restored");
        interruption.check();
        const found = await recoverDatabase({
            spool,
            copy: `restored/${restored.copy(chosen.copy)}`,
            log: `restored/${restored.log}`,
            data: postgres,
            image: settings.images.postgres,
            name: settings.database,
            marks: temporary(stack, "restore"),
            ...(until !== undefined && { until }),
        });
        begin("Comparing the media with the database");
        const damagedOnDisk = await damaged(repository, media, found.media);
        if (chosen.files) {
            begin(`Restoring ${directories.directories.join(", ")}`);
            await restoreSnapshot(repository, chosen.files.id, spool, "files");
            filesBegun = true;
            await restoreFiles(directories, spool, "files/files/files.tar");
        }
        begin("Restoring the stack's state");
        await restoreState(stack, withPassword(deposit.state as ExportedState, repository.password), settings);
        interruption.check();
        await unmark(stack);
        begin("Bringing the stack up");
        await update(stack, output);
        interruption.check();
        const damagedMedia = await missingInStore(stack, damagedOnDisk);
        const signingKey = await verifySigningKey(`http://127.0.0.1:${settings.port}`, deposit);
        return { ...found, media: found.media.length, damagedMedia, signingKey, directories: directories.directories };
    } catch (error) {
        say("Removing what was made");
        await removeAll(stack, given !== undefined);
        if (filesBegun) await removeFiles(directories).catch((fault: unknown) => say(oneLine(fault)));
        if (given !== undefined) writeFileSync(settingsFile(stack), given);
        // What was interrupted failed for that reason.
        interruption.check();
        throw error;
    } finally {
        interruption.release();
    }
}

function existing(stack: string): string | undefined {
    const file = settingsFile(stack);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

async function refuseOtherMajor(image: string, major: number): Promise<void> {
    const version = await docker(["run", "--rm", "--network", "none", "--entrypoint", "postgres", image, "--version"], 120);
    const own = /(\d+)/.exec(version)?.[1];
    if (Number(own) !== major)
        throw new Failure(
            `images.postgres is PostgreSQL ${own}, and the backup is of PostgreSQL ${major}: restore with that, and upgrade afterwards`,
        );
}

/** @returns the names of those that are restored into */
async function makeVolumes(stack: string, { state }: Deposit): Promise<{ postgres: string; media: string }> {
    const { deployment } = state as { deployment: { resources: { type: string; inputs: Volume }[] } };
    // A repository may be anybody's: no volume of another stack is made, or filled.
    const volumes = deployment.resources
        .filter(({ type, inputs }) => type === "docker:index/volume:Volume" && inputs.name.startsWith(`${stackPrefix(project, stack)}-`))
        .map(({ inputs }) => inputs);
    const named = (role: string): string => {
        const name = `${stackPrefix(project, stack)}-${role}`;
        if (volumes.some((volume) => volume.name === name)) return name;
        throw new Failure(`the state in this repository has no volume "${role}"`);
    };
    const restored = { postgres: named("postgres"), media: named("media") };
    for (const { name, labels } of volumes)
        await docker(["volume", "create", ...labels.flatMap(({ label, value }) => ["--label", `${label}=${value}`]), name], 20);
    return restored;
}

async function restoreMedia(repository: Repository, { media }: Chosen, volume: string): Promise<void> {
    const into = ".restoring";
    // Synapse would follow a link, and hand out what it leads to as somebody's file.
    const plain = `[ -z "$(find ${work}/${into} ! -type f ! -type d -print -quit)" ] || { echo "the media have links or devices among them" >&2; exit 1; }`;
    const move = `${plain}
cd ${work}/${into}/media && find . -mindepth 1 -maxdepth 1 -exec mv {} ${work}/ ';' && cd / && rm -rf ${work}/${into}`;
    await restoreSnapshot(repository, media, volume, into, move);
}

/** IDs of the media whose file is not there, or is another than the one that was uploaded. */
async function damaged(repository: Repository, volume: string, media: Found["media"]): Promise<string[]> {
    const odd = media.find(([id, hash]) => !/^[\w-]+$/.test(id) || !/^[0-9a-f]{64}$/.test(hash ?? "0".repeat(64)));
    if (odd)
        throw new Failure(
            `the database names a file of media ${JSON.stringify(odd[0])}, which is no ID of one: do not trust this repository`,
        );
    const lines = media.map(([id, hash]) => `${hash ?? "-"} ${mediaPath(id)} ${id}`);
    const script = `cd ${work}; while read -r hash path id; do
  if [ ! -e "$path" ]; then echo "$id"; elif [ "$hash" != - ] && [ "$(sha256sum <"$path" | cut -c-64)" != "$hash" ]; then echo "$id"; fi
done`;
    return (await withRestic(repository, script, [], volume, `${lines.join("\n")}\n`)).split("\n").filter(Boolean);
}
