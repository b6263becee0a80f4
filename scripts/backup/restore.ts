/** Makes a stack of a repository of backups and its password, on a machine that has nothing else. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type ExportedState, withPassword } from "../../components/backup/passwords.ts";
import { stackLabel, stackPrefix } from "../../components/platform/docker/labels.ts";
import { bringUp, prepareState } from "../deployment/deployment.ts";
import { project } from "../project/checkout.ts";
import { Failure, oneLine } from "../project/failure.ts";
import { runPulumi } from "../project/pulumiCommand.ts";
import { settingsFile } from "../project/stacks.ts";
import { docker } from "../stack/docker.ts";
import { containersOf, removeAllButVolumes, volumesOf } from "../stack/objects.ts";
import { type Found, mediaPath, recoverDatabase } from "./database.ts";
import type { Deposit } from "./deposit.ts";
import { checkWhole, type Repository, restoreSnapshot, snapshotsOf, withRestic, work } from "./repository.ts";
import { settingsOf } from "./settings.ts";
import { type Chosen, choose, restored, shown } from "./snapshots.ts";

export interface Restored {
    /** Rows of the homeserver's database. */
    users: number;
    rooms: number;
    events: number;
    /** Files of media, and those among them that are not there or differ from what the database says. */
    media: number;
    damagedMedia: string[];
    outputs: Record<string, unknown>;
}

interface Volume {
    name: string;
    labels: { label: string; value: string }[];
}

/**
 * Restores into a stack that is not there yet; if that fails, nothing of it stays.
 * @param until milliseconds since 1970; absent: the latest
 * @throws Failure with what is wrong, before anything is made where it can be known by then
 */
export async function restore(
    stack: string,
    repository: Repository,
    until: number | undefined,
    say: (line: string) => void,
): Promise<Restored> {
    say(`Reading ${repository.place}`);
    const chosen = choose(await snapshotsOf(repository), until);
    await checkWhole(repository);
    const deposit: Deposit = JSON.parse(await withRestic(repository, 'restic dump "$1" stack.json', [chosen.stack]));
    await refuseUnfit(stack, deposit);
    const settings = settingsOf(deposit, existing(stack));
    await refuseOtherMajor(settings.images.postgres, chosen.major);
    const volumes = volumesIn(deposit.state).filter(({ name }) => name.startsWith(`${stackPrefix(project, stack)}-`));
    const named = (role: string) => volumes.find(({ name }) => name === `${stackPrefix(project, stack)}-${role}`)?.name ?? missing(role);
    const [postgres, media] = [named("postgres"), named("media")];
    const wasThere = existsSync(settingsFile(stack));
    try {
        for (const { name, labels } of volumes)
            await docker(["volume", "create", ...labels.flatMap(({ label, value }) => ["--label", `${label}=${value}`]), name], 20);
        say(`Restoring the media of ${shown(chosen.taken)}`);
        await restoreMedia(repository, chosen, media);
        say(`Restoring the database ${until === undefined ? `as of ${shown(chosen.taken)}` : `to ${shown(until)}`}`);
        const found = await restoreDatabase(repository, chosen, {
            stack,
            postgres,
            image: settings.images.postgres,
            name: settings.database,
        });
        const damagedMedia = await damaged(repository, media, found.media);
        say("Restoring the stack's state");
        await restoreState(stack, withPassword(deposit.state as ExportedState, repository.password), settings);
        say("Bringing the stack up");
        const outputs = await bringUp(stack);
        return { ...found, media: found.media.length, damagedMedia, outputs };
    } catch (error) {
        say("Removing what was made");
        await removeAll(stack, wasThere);
        throw error;
    }
}

function existing(stack: string): string | undefined {
    const file = settingsFile(stack);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function missing(role: string): never {
    throw new Failure(`the state in this repository has no volume "${role}"`);
}

/** @throws Failure if anything of the stack is there, or the state in the backup is of another stack */
async function refuseUnfit(stack: string, deposit: Deposit): Promise<void> {
    if (deposit.stack !== stack)
        throw new Failure(`this is a backup of stack ${deposit.stack}; restore it under that name: STACK=${deposit.stack}`);
    const [containers, volumes] = await Promise.all([containersOf(stack, "Names", 20), volumesOf(stack)]);
    const there = [...containers, ...volumes];
    if (there.length > 0)
        throw new Failure(
            `stack ${stack} is there already (${there.slice(0, 3).join(", ")}${there.length > 3 ? ", …" : ""}); a backup is restored into a new one only`,
        );
    await prepareState(stack);
    const stacks: { name: string; resourceCount?: number }[] = JSON.parse(await runPulumi(["stack", "ls", "--json"]));
    if (stacks.some(({ name, resourceCount = 0 }) => name === stack && resourceCount > 0))
        throw new Failure(`the state of stack ${stack} is not empty; a backup is restored into a new one only`);
}

async function refuseOtherMajor(image: string, major: number): Promise<void> {
    const version = await docker(["run", "--rm", "--network", "none", "--entrypoint", "postgres", image, "--version"], 120);
    const own = /(\d+)/.exec(version)?.[1];
    if (Number(own) !== major)
        throw new Failure(
            `images.postgres is PostgreSQL ${own}, and the backup is of PostgreSQL ${major}: restore with that, and upgrade afterwards`,
        );
}

function volumesIn(state: unknown): Volume[] {
    const { deployment } = state as { deployment: { resources: { type: string; inputs: Volume }[] } };
    return deployment.resources.filter(({ type }) => type === "docker:index/volume:Volume").map(({ inputs }) => inputs);
}

async function restoreMedia(repository: Repository, { media }: Chosen, volume: string): Promise<void> {
    const into = ".restoring";
    // Synapse would follow a link, and hand out what it leads to as somebody's file.
    const plain = `[ -z "$(find ${work}/${into} ! -type f ! -type d -print -quit)" ] || { echo "the media have links or devices among them" >&2; exit 1; }`;
    const move = `${plain}
cd ${work}/${into}/media && find . -mindepth 1 -maxdepth 1 -exec mv {} ${work}/ ';' && cd / && rm -rf ${work}/${into}`;
    await restoreSnapshot(repository, media, volume, into, move);
}

async function restoreDatabase(
    repository: Repository,
    { copy, log, until }: Chosen,
    { stack, postgres, image, name }: { stack: string; postgres: string; image: string; name: string },
): Promise<Found> {
    const spool = `${stackPrefix(project, stack)}-restoring`;
    await docker(["volume", "create", "--label", `${stackLabel}=${stackPrefix(project, stack)}`, spool], 20);
    for (const id of [copy.id, log]) await restoreSnapshot(repository, id, spool, "restored");
    const found = await recoverDatabase({
        spool,
        copy: `restored/${restored.copy(copy)}`,
        log: `restored/${restored.log}`,
        data: postgres,
        image,
        name,
        ...(until !== undefined && { until }),
    });
    await docker(["volume", "rm", spool], 60);
    return found;
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
done <<'END'
${lines.join("\n")}
END`;
    return (await withRestic(repository, script, [], volume)).split("\n").filter(Boolean);
}

async function restoreState(stack: string, state: ExportedState, { text, secrets }: ReturnType<typeof settingsOf>): Promise<void> {
    if (text !== undefined) writeFileSync(settingsFile(stack), text);
    await runPulumi(["stack", "init", "--no-select", stack]);
    for (const { path, value } of secrets)
        await runPulumi(["config", "set", "--secret", "--path", path, "--stack", stack], { input: value });
    await runPulumi(["stack", "import", "--stack", stack], { input: JSON.stringify(state) });
    // What is not in a backup: it is made anew.
    await runPulumi(["refresh", "--yes", "--skip-preview", "--stack", stack, "--target", "**docker:index/**"]);
}

/** @param fileWasThere whether the stack's file is the operator's own */
async function removeAll(stack: string, fileWasThere: boolean): Promise<void> {
    const steps: (() => Promise<unknown>)[] = [
        () => removeAllButVolumes(stack),
        async () => {
            const volumes = await volumesOf(stack);
            if (volumes.length > 0) await docker(["volume", "rm", ...volumes], 60);
        },
        () => runPulumi(["stack", "rm", "--yes", "--force", ...(fileWasThere ? ["--preserve-config"] : []), "--stack", stack]),
    ];
    for (const step of steps) {
        await step().catch((error: unknown) => {
            if (!/no stack named/.test(oneLine(error))) console.error(`  ${oneLine(error)}`);
        });
    }
    if (!fileWasThere) rmSync(settingsFile(stack), { force: true });
}
