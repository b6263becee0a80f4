/** Refuses changes that the stack's data would not survive, before anything is touched. */
import * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";
import { majorByTag } from "../../../database/imageVersion.ts";
import { type SynapseData, synapseData } from "../../../database/synapseData.ts";
import { databaseTarget } from "../../../database/target.ts";
import type { Settings } from "../../../settings/index.ts";
import { volumeRole } from "../formerNames.ts";
import { stackLabel, stackPrefix } from "../labels.ts";
import { askContainer, versionInContainer, versionInVolume } from "./data.ts";
import { type Deployed, readDeployed } from "./deployed.ts";
import { abandoned, changeFaults, type Facts, identityFault, type Wanted } from "./faults.ts";
import { imageId, postgresMajor, pull, synapseSchema } from "./images.ts";

export interface Changes {
    /** Whether the stack is not the one that its data belongs to: then no other check means anything. */
    mistaken: boolean;
    faults: string[];
    warnings: string[];
}

export async function checkChanges(settings: Settings): Promise<Changes> {
    const prefix = stackPrefix(pulumi.getProject(), pulumi.getStack());
    const wanted: Wanted = {
        project: pulumi.getProject(),
        prefix,
        serverName: settings.serverName,
        database: { ...settings.database, given: settings.database.password !== undefined },
        applicationServices: settings.applicationServices,
        bots: Object.keys(settings.bots),
        images: settings.images,
    };
    const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
    const [deployed, engine] = await Promise.all([readDeployed(name, stackLabel), engineObjects(prefix)]);
    const known = { deployed, volumes: engine.volumes, homeserverRuns: engine.containers.homeserver?.running ?? false };
    const identity = identityFault(known, wanted);
    if (identity !== undefined) return { mistaken: true, faults: [identity], warnings: [] };
    const [facts, target] = await Promise.all([ownFacts(wanted, deployed, engine), databaseTarget(settings, deployed?.createdDatabase)]);
    const all: Facts = { ...known, ...facts, ...(target.data && { data: target.data }), target: target.data };
    return {
        mistaken: false,
        faults: [...target.faults, ...changeFaults(all, wanted)],
        warnings: [...target.warnings, ...abandoned(all, wanted)],
    };
}

interface EngineObjects {
    volumes: string[];
    containers: Record<string, { name: string; image: string; running: boolean }>;
}

/** @returns nothing where the engine does not answer: another check says so */
async function engineObjects(prefix: string): Promise<EngineObjects> {
    const docker = async (...words: string[]) => (await execa("docker", words, { timeout: 20_000, reject: false })).stdout ?? "";
    const filter = ["--filter", `label=${stackLabel}=${prefix}`];
    const [volumes, ids] = await Promise.all([docker("volume", "ls", "--quiet", ...filter), docker("ps", "--all", "--quiet", ...filter)]);
    const found = ids === "" ? "" : await docker("inspect", "--format", "{{.Name}} {{.Image}} {{.State.Running}}", ...ids.split("\n"));
    const held = ["database-data", "homeserver-media"].map((role) => `${prefix}-${volumeRole(role)}`);
    return {
        volumes: volumes.split("\n").filter((volume) => held.includes(volume)),
        containers: Object.fromEntries(
            found
                .split("\n")
                .filter(Boolean)
                .map((line) => {
                    const [path = "", image = "", running] = line.split(" ");
                    return [path.slice(prefix.length + 2), { name: path.slice(1), image, running: running === "true" }];
                }),
        ),
    };
}

/** About the stack's own server and its homeserver; images are asked only if they differ from what runs. */
async function ownFacts(wanted: Wanted, deployed: Deployed | undefined, { volumes, containers }: EngineObjects): Promise<Partial<Facts>> {
    const { database, homeserver } = containers;
    const own = wanted.database.host === undefined;
    const volume = volumes.find((name) => name === `${wanted.prefix}-${volumeRole("database-data")}`);
    const [data, synapse, postgres] = await Promise.all([
        // Before a change of its name is applied the database has its former one.
        database?.running ? databaseContent(database.name, deployed?.database?.name ?? wanted.database.name, wanted.serverName) : undefined,
        volumes.length > 0 ? wantedImage(wanted.images.synapse, homeserver?.image, synapseSchema) : undefined,
        own && volume !== undefined ? postgresFacts(wanted.images.postgres, database, volume) : undefined,
    ]);
    // A database that cannot be asked was last used by the homeserver that is there now.
    const former = synapse && !data && homeserver ? await synapseSchema(homeserver.image) : undefined;
    return { data, postgres, synapse, former };
}

/** @returns undefined where it cannot be known, such as an image that is yet to be pulled; null where it does not hold what is looked for */
async function wantedImage<T>(
    reference: string,
    running: string | undefined,
    question: (image: string) => Promise<T | undefined>,
): Promise<T | null | undefined> {
    let id = await imageId(reference);
    if (id === undefined && !pulumi.runtime.isDryRun()) {
        await pull(reference);
        id = await imageId(reference);
    }
    if (id === undefined || id === running) return undefined;
    return (await question(id)) ?? null;
}

async function postgresFacts(
    reference: string,
    container: EngineObjects["containers"][string] | undefined,
    volume: string,
): Promise<Facts["postgres"]> {
    const major = await wantedImage(reference, container?.image, postgresMajor);
    const id = await imageId(reference);
    if (id !== undefined && major === undefined) return undefined;
    // The files outlive the container, so they are asked.
    const data = container ? await versionInContainer(container.name) : id && (await versionInVolume(volume, id));
    // An image that is not here can only be judged by its name.
    return { data: data || undefined, image: id === undefined ? majorByTag(reference) : (major ?? 0) };
}

async function databaseContent(container: string, database: string, serverName: string): Promise<SynapseData | undefined> {
    return synapseData(askContainer(container, database), serverName).catch(() => undefined);
}
