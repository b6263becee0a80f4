/** Refuses changes that the stack's data would not survive, before anything is touched. */
import * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";
import { majorByTag } from "../../../database/imageVersion.ts";
import { type SynapseData, synapseData } from "../../../database/synapseData.ts";
import { databaseTarget } from "../../../database/target.ts";
import { parts } from "../../../parts.ts";
import type { Settings } from "../../../settings/index.ts";
import { rotationCosts, rotationFaults } from "../../../settings/rotation.ts";
import { defaultHost, endpointOf } from "../endpoint.ts";
import { volumeRole } from "../formerNames.ts";
import { stackLabel, stackPrefix } from "../labels.ts";
import { askContainer, versionInContainer, versionInVolume } from "./data.ts";
import { type Deployed, readDeployed } from "./deployed.ts";
import { abandoned, changeFaults, type Facts, type Wanted } from "./faults.ts";
import { dataVolumes, identityFault, type Standing, standingFault } from "./identity.ts";
import { hasCaddy, hasCoturn, imageId, postgresMajor, pull, synapseSchema } from "./images.ts";

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
        kind: settings.homeserver.kind,
        database: { ...settings.database, given: settings.database.password !== undefined },
        applicationServices: settings.applicationServices,
        bots: Object.keys(settings.bots),
        images: { ...settings.images, coturn: settings.turn.own ? settings.images.coturn : undefined },
    };
    const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
    const [deployed, engine] = await Promise.all([readDeployed(name, stackLabel), engineObjects(prefix)]);
    const known = { deployed, volumes: engine.volumes, homeserverRuns: engine.containers.homeserver?.running ?? false };
    const identity = identityFault(known, wanted);
    if (identity !== undefined) return { mistaken: true, faults: [identity], warnings: [] };
    const stands = engine.standing && standingFault({ deployed, standing: engine.standing }, wanted);
    // A preview may run on another machine than the one to deploy to.
    const onlyHere = stands?.elsewhere === true && pulumi.runtime.isDryRun();
    if (stands && !onlyHere) return { mistaken: true, faults: [stands.fault], warnings: [] };
    const [facts, target] = await Promise.all([
        ownFacts(wanted, deployed, engine),
        databaseTarget(settings, deployed?.createdDatabase, deployed?.database?.name),
    ]);
    const generations = { secrets: deployed?.secrets ?? [], bots: deployed?.tokenGenerations ?? {} };
    const all: Facts = { ...known, ...facts, ...(target.data && { data: target.data }), target: target.data };
    return {
        mistaken: false,
        faults: [...target.faults, ...changeFaults(all, wanted), ...rotationFaults(settings, generations)],
        warnings: [
            ...(onlyHere ? [`${stands.fault} (on this machine)`] : []),
            ...target.warnings,
            ...abandoned(all, wanted),
            ...rotationCosts(settings, generations),
        ],
    };
}

interface EngineObjects {
    volumes: string[];
    /** By the parts that they run. */
    containers: Record<string, { name: string; image: string; running: boolean }>;
    /** Absent where the engine does not answer: another check says so. */
    standing?: Standing;
}

/** By their names, which are what clashes: one that was restored by hand may lack the label. */
async function engineObjects(prefix: string): Promise<EngineObjects> {
    const docker = (...words: string[]) => execa("docker", words, { timeout: 20_000, reject: false });
    const names = parts.map(({ name }) => `${prefix}-${name}`);
    const format = "{{.Name}} {{.Id}} {{.Image}} {{.State.Running}}";
    const [listed, inspected] = await Promise.all([
        docker("volume", "ls", "--quiet"),
        docker("container", "inspect", "--format", format, ...names),
    ]);
    if (listed.exitCode !== 0) return { volumes: [], containers: {} };
    const volumes = listed.stdout.split("\n").filter((volume) => dataVolumes(prefix).includes(volume));
    const found = inspected.stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => {
            const [path = "", id = "", image = "", running] = line.split(" ");
            return { name: path.slice(1), id, image, running: running === "true" };
        });
    return {
        volumes,
        containers: Object.fromEntries(found.map((container) => [container.name.slice(prefix.length + 1), container])),
        standing: { engine: engineHost(), volumes, containers: found },
    };
}

/** The docker command says where it looked; a context that does not exist is told by another check. */
function engineHost(): string {
    try {
        return endpointOf(process.env).host;
    } catch {
        return defaultHost;
    }
}

/** About the stack's own server and its homeserver; images are asked only if they differ from what runs. */
async function ownFacts(wanted: Wanted, deployed: Deployed | undefined, { volumes, containers }: EngineObjects): Promise<Partial<Facts>> {
    const { database, homeserver, gateway, relay } = containers;
    const { caddy: caddyImage, coturn: coturnImage } = wanted.images;
    const own = wanted.database.host === undefined;
    const volume = volumes.find((name) => name === `${wanted.prefix}-${volumeRole("database-data")}`);
    const [data, synapse, postgres, caddy, coturn] = await Promise.all([
        // Before a change of its name is applied the database has its former one.
        database?.running ? databaseContent(database.name, deployed?.database?.name ?? wanted.database.name, wanted.serverName) : undefined,
        volumes.length > 0 && wanted.kind === "synapse" ? wantedImage(wanted.images.synapse, homeserver?.image, synapseSchema) : undefined,
        own && volume !== undefined ? postgresFacts(wanted.images.postgres, database, volume) : undefined,
        wantedImage(caddyImage, gateway?.image, hasCaddy),
        coturnImage === undefined ? undefined : wantedImage(coturnImage, relay?.image, hasCoturn),
    ]);
    // A database that cannot be asked was last used by the homeserver that is there now.
    const former = synapse && !data && homeserver ? await synapseSchema(homeserver.image) : undefined;
    return { data, postgres, synapse, former, caddy, coturn };
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
