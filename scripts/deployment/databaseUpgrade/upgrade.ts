/** `make upgrade-database`: the stack's own PostgreSQL server to another major version, or back where that was cut short. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { stackPrefix } from "../../../components/platform/docker/labels.ts";
import { project } from "../../project/checkout.ts";
import { duration } from "../../project/duration.ts";
import { editSettings } from "../../project/editStackFile.ts";
import { Failure, Interrupted, oneLine } from "../../project/failure.ts";
import { settingsOf } from "../../project/settings.ts";
import { readSettings } from "../../project/stackFile.ts";
import { settingsFile } from "../../project/stacks.ts";
import { type Component, componentsOf } from "../../stack/components.ts";
import { healthy, installed, runs, startInOrder, stopInOrder } from "../../stack/containers.ts";
import { docker } from "../../stack/docker.ts";
import { volumesOf } from "../../stack/objects.ts";
import { bringUp, prepareState, update } from "../deployment.ts";
import { copyInto, endCopy, exchange, keep, leftovers, majorInVolume, type Place, sizes } from "./volume.ts";

const say = (line: string): void => console.log(line);
const example = "make upgrade-database STACK=prod IMAGE=docker.io/library/postgres:17-bookworm";
/** Milliseconds for containers to become healthy. */
const patience = 120_000;
/** What does not write to the database. */
const bystanders = ["database", "gateway", "relay"];
const backups = "**matrix-synapse:backup:Backup$docker:**";

interface Upgrade extends Place {
    stack: string;
    /** Image that runs, by its ID, and the one to come. */
    from: string;
    to: string;
    majors: { from: number; to: number };
    /** Volume that keeps the former files. */
    kept: string;
    stopped: Component[];
}

/** @param image absent: goes back where an upgrade was cut short */
export async function upgradeDatabase(stack: string, image: string | undefined): Promise<void> {
    const started = Date.now();
    await prepareState(stack);
    const components = await installed(stack);
    const database = components.find(({ role }) => role === "database");
    if (settingsOf(stack).database?.host !== undefined || !database)
        throw new Failure(`stack ${stack} has no database server of its own: upgrade the one at database.host by its own means`);
    const prefix = stackPrefix(project, stack);
    const place = { prefix, volume: `${prefix}-postgres` };
    const tidied = await tidyFromBefore(stack, database, components, place);
    if (!image && tidied) return;
    if (!image) throw new Failure(`IMAGE is missing: the image of the version to come, such as ${example}`);
    const upgrade = await looked(stack, image, await installed(stack), place);
    const stop = new AbortController();
    const interrupt = () => stop.abort();
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
    const text = existsSync(settingsFile(stack)) ? readFileSync(settingsFile(stack), "utf8") : undefined;
    let swapped = false;
    try {
        await makeCopy(upgrade, stop.signal);
        await exchange("swap", upgrade.to, place);
        swapped = true;
        await deploy(upgrade);
    } catch (error) {
        const why = stop.signal.aborted ? "the upgrade was interrupted" : `the upgrade failed: ${oneLine(error)}`;
        if (swapped && (await serves(stack))) {
            await exchange("finish", upgrade.to, place);
            throw new Failure(`${why}
The homeserver runs on PostgreSQL ${upgrade.majors.to} already, and people may have written to it since: this does not go back.
Bring up the rest: make up STACK=${stack}. The former files are in volume ${upgrade.kept}.`);
        }
        say(`\n${stop.signal.aborted ? "Interrupted" : oneLine(error)}\nGoing back to PostgreSQL ${upgrade.majors.from}`);
        await goBack(upgrade, swapped, text);
        const now = `Stack ${stack} runs PostgreSQL ${upgrade.majors.from} as before, and nothing of the attempt stays.`;
        throw stop.signal.aborted ? new Interrupted(`${why}. ${now}`) : new Failure(`${why}\n${now}`);
    } finally {
        process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    }
    await finish(stack, upgrade.to, place);
    say(`
Stack ${stack} runs PostgreSQL ${upgrade.majors.to} (${duration(Date.now() - started)}).
  The former files are in volume ${upgrade.kept}; once you need them no more: docker volume rm ${upgrade.kept}
  A restore to an earlier moment, from a backup, needs an image of PostgreSQL ${upgrade.majors.from} in images.postgres.`);
}

/**
 * A command that was killed has put nothing back.
 * @returns whether there was something
 */
async function tidyFromBefore(stack: string, database: Component, components: readonly Component[], place: Place): Promise<boolean> {
    await endCopy(place);
    const image = database.inspected.Image;
    const left = await leftovers(image, place);
    if (left.length === 0) return false;
    if (left.join() === "upgrade-former" && (await majorOf(image)) === (await majorInVolume(image, place))) {
        say("An earlier upgrade was cut short after the new server had started; finishing it");
        await finish(stack, image, place);
        say("Finished");
        return true;
    }
    say("An earlier upgrade was cut short; going back to what was there before");
    // Files that are in use may not be moved.
    const inUse = left.some((name) => name === "upgrade-former" || name === "upgrade-leaving");
    if (inUse) await stopInOrder([database], { seconds: 90 });
    await exchange("undo", image, place);
    await startInOrder(stack, await installed(stack), Date.now() + patience);
    await healthy(stack, Date.now() + patience, ({ role }) => components.some((one) => one.role === role));
    say("Back");
    return true;
}

/** @throws Failure with what stands in the way, before anything is touched */
async function looked(stack: string, to: string, components: readonly Component[], place: Place): Promise<Upgrade> {
    const database = components.find(({ role }) => role === "database");
    if (!database || !runs(database)) throw new Failure(`the database of stack ${stack} does not run: make up STACK=${stack}`);
    const known = await docker(["image", "inspect", "--format", "{{.Id}}", to], 20).catch(() => "");
    if (known === "") {
        say(`Pulling ${to}`);
        await docker(["pull", "--quiet", to], 3600).catch((error) => {
            throw new Failure(`IMAGE: ${to} is neither here nor to be had: ${oneLine(error)}`);
        });
    }
    const from = database.inspected.Image;
    const majors = { from: (await majorOf(from)) ?? 0, to: await majorOf(to) };
    if (majors.to === undefined) throw new Failure(`IMAGE: there is no PostgreSQL in ${to}`);
    if (majors.to <= majors.from)
        throw new Failure(
            majors.to === majors.from
                ? `IMAGE: ${to} is PostgreSQL ${majors.to}, which runs already; for another build of it set images.postgres, then make up`
                : `IMAGE: ${to} is PostgreSQL ${majors.to}, and the data is of ${majors.from}: there is no way to an older one`,
        );
    const kept = `${place.prefix}-postgres-${majors.from}`;
    if ((await volumesOf(stack)).includes(kept))
        throw new Failure(`volume ${kept} of an earlier upgrade is still there; if you need it no more: docker volume rm ${kept}`);
    const { used, free } = await sizes(place);
    // The new cluster, its log while it is filled, and the former files once more.
    const needed = 2 * used + 2 * 1024 ** 2;
    const gigabytes = (kilobytes: number) => (kilobytes / 1024 ** 2).toFixed(1);
    if (free < needed)
        throw new Failure(
            `too little disk: ${gigabytes(needed)} GB are needed beside the ${gigabytes(used)} GB of data, ${gigabytes(free)} GB are free`,
        );
    const stopped = components.filter((one) => !bystanders.includes(one.role) && runs(one));
    return { ...place, stack, from, to, majors: { from: majors.from, to: majors.to }, kept, stopped };
}

async function majorOf(image: string): Promise<number | undefined> {
    const place = ["--rm", "--network", "none", "--entrypoint", "postgres"];
    const version = await docker(["run", ...place, image, "--version"], 60).catch(() => "");
    const found = /\(PostgreSQL\) (\d+)/.exec(version)?.[1];
    return found === undefined ? undefined : Number(found);
}

async function makeCopy(upgrade: Upgrade, signal: AbortSignal): Promise<void> {
    const { stack, to, majors, kept, stopped } = upgrade;
    say(`Stopping ${stopped.map(({ role }) => role).join(", ")}: nobody may write from here on`);
    await stopInOrder(stopped, { seconds: 90 });
    await copyInto(to, upgrade, (line) => say(`  ${line}`), signal);
    signal.throwIfAborted();
    say(`Stopping PostgreSQL ${majors.from}, and keeping its files in volume ${kept}`);
    await stopInOrder(
        (await componentsOf(stack)).filter(({ role }) => role === "database"),
        { seconds: 90 },
    );
    await keep(kept, to, upgrade);
    signal.throwIfAborted();
}

async function deploy({ stack, to, majors }: Upgrade): Promise<void> {
    say(`Starting PostgreSQL ${majors.to}`);
    const { images } = readSettings(settingsFile(stack)) as { images?: { postgres?: string } };
    const at = ["images", "postgres"] as const;
    editSettings(settingsFile(stack), [...(images?.postgres === undefined ? [] : [{ at, remove: true as const }]), { at, put: to }]);
    // They would copy the former files along.
    await update(stack, 1, [backups]);
}

/** Whether people may have written to the homeserver since it was started again. It may answer for some seconds before it is known to. */
async function serves(stack: string): Promise<boolean> {
    const deadline = Date.now() + patience;
    for (;;) {
        const homeserver = (await componentsOf(stack)).find(({ role }) => role === "homeserver");
        if (!homeserver || !runs(homeserver) || homeserver.inspected.RestartCount > 0) return false;
        const status = homeserver.inspected.State.Health?.Status;
        if (status !== "starting" || Date.now() > deadline) return status === "healthy";
        await sleep(500);
    }
}

async function goBack(upgrade: Upgrade, swapped: boolean, text: string | undefined): Promise<void> {
    const { stack, from, kept } = upgrade;
    await endCopy(upgrade);
    if (swapped)
        await stopInOrder(
            (await componentsOf(stack)).filter(({ role }) => role === "database"),
            { seconds: 90 },
        );
    await exchange("undo", from, upgrade);
    if (text !== undefined) writeFileSync(settingsFile(stack), text);
    await docker(["volume", "rm", "--force", kept], 60);
    if (swapped) await bringUp(stack);
    else {
        await startInOrder(stack, await installed(stack), Date.now() + patience);
        await healthy(stack, Date.now() + patience);
    }
}

/** The former files are in their own volume. Backups come last, so that they copy nothing else than the new ones. */
async function finish(stack: string, image: string, place: Place): Promise<void> {
    await exchange("finish", image, place);
    if (!(await componentsOf(stack)).some(({ role }) => role === "wal")) return;
    say("Beginning backups anew");
    await update(stack);
}
