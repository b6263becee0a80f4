/** What the last update left in the stack's state. */
import { execa } from "execa";
import { parse } from "yaml";
import { paths } from "../../../homeserver/dendrite/paths.ts";

export interface DatabaseAddress {
    host: string;
    port: number;
    name: string;
    user: string;
}

export interface Deployed {
    /** Prefix of the names of its Docker objects, as the stack was called then; absent while it has no volume. */
    prefix?: string;
    /** Names of its volumes. */
    volumes: string[];
    /** Those that had been created when the last update ended. */
    createdVolumes: string[];
    /** IDs of its containers. */
    containers: string[];
    /** Names of volumes and databases that Pulumi refuses to delete. */
    protectedData: string[];
    /** Logical names of its generated secrets. */
    secrets: string[];
    serverName?: string;
    /** Program of the homeserver; absent while there is none. */
    kind?: "synapse" | "dendrite";
    /** As the homeserver connects to it. */
    database?: DatabaseAddress;
    /** Whether its provider created role and database. */
    createdDatabase: boolean;
    /** User IDs of bots by their keys. */
    bots: Record<string, string>;
    /** Generations of their tokens, by the same keys. */
    tokenGenerations: Record<string, number>;
}

interface Resource {
    type: string;
    urn: string;
    id?: string;
    protect?: boolean;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
}

/** @returns undefined where it cannot be read: then nothing that follows from it is checked */
export async function readDeployed(stack: string, label: string): Promise<Deployed | undefined> {
    try {
        // Secrets stay encrypted in it.
        const { stdout } = await execa("pulumi", ["stack", "export", "--stack", stack], { timeout: 30_000 });
        return deployedIn(JSON.parse(stdout), label);
    } catch {
        return undefined;
    }
}

/** What was being created when an update was killed counts as there. Pure. */
export function deployedIn(exported: unknown, label: string): Deployed {
    const { deployment } = exported as { deployment?: { resources?: Resource[]; pending_operations?: { resource: Resource }[] } };
    const created = deployment?.resources ?? [];
    const resources = [...created, ...(deployment?.pending_operations ?? []).map(({ resource }) => resource)];
    const ofType = (type: string) => resources.filter((resource) => resource.type === type);
    const volumes = ofType("docker:index/volume:Volume");
    const databases = ofType("postgresql:index/database:Database");
    const secrets = ofType("random:index/randomPassword:RandomPassword").map(({ urn }) => nameIn(urn));
    const bots = ofType("matrix:index:Bot").map(({ urn, inputs }) => ({ key: nameIn(urn).replace(/^bot-/, ""), inputs }));
    const [synapse] = ofType("matrix-synapse:homeserver:Synapse");
    const [dendrite] = ofType("matrix-synapse:homeserver:Dendrite");
    const labels = volumes.flatMap(({ inputs }) => (inputs?.labels ?? []) as { label: string; value: string }[]);
    const serverName = ofType("pulumi:pulumi:Stack")[0]?.outputs?.serverName;
    return {
        prefix: labels.find((it) => it.label === label)?.value,
        volumes: volumes.map(nameOf),
        createdVolumes: volumes.filter((volume) => created.includes(volume)).map(nameOf),
        containers: ofType("docker:index/container:Container").flatMap(({ id }) => id ?? []),
        protectedData: [...volumes, ...databases].filter(({ protect }) => protect).map(nameOf),
        secrets,
        ...(typeof serverName === "string" && { serverName }),
        ...(dendrite ? { kind: "dendrite" as const } : synapse && { kind: "synapse" as const }),
        database: dendrite ? databaseOfDendrite(dendrite) : databaseIn(synapse),
        createdDatabase: databases.length > 0,
        bots: Object.fromEntries(bots.map(({ key, inputs }) => [key, `${inputs?.userId}`])),
        tokenGenerations: Object.fromEntries(bots.map(({ key, inputs }) => [key, Number(inputs?.tokenGeneration ?? 1)])),
    };
}

function nameOf({ inputs }: Resource): string {
    return `${inputs?.name}`;
}

function nameIn(urn: string): string {
    return urn.split("::").at(-1) ?? urn;
}

function databaseIn(homeserver: Resource | undefined): DatabaseAddress | undefined {
    const text = (homeserver?.inputs?.files as Record<string, unknown> | undefined)?.["/etc/synapse/homeserver.yaml"];
    if (typeof text !== "string") return undefined;
    const { host, port, dbname, user } = parse(text).database?.args ?? {};
    return host === undefined ? undefined : { host, port, name: dbname, user };
}

function databaseOfDendrite(homeserver: Resource): DatabaseAddress | undefined {
    const text = (homeserver.inputs?.files as Record<string, unknown> | undefined)?.[paths.config];
    if (typeof text !== "string") return undefined;
    const words: string = parse(text).global?.database?.connection_string ?? "";
    const word = (key: string) => new RegExp(`(?:^| )${key}='((?:[^'\\\\]|\\\\.)*)'`).exec(words)?.[1]?.replace(/\\(.)/g, "$1");
    const [host, name, user] = ["host", "dbname", "user"].map(word);
    return host === undefined || name === undefined || user === undefined ? undefined : { host, port: Number(word("port")), name, user };
}
