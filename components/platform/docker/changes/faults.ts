/**
 * Changes that the stack's data would not survive: one line each, with the old value, the new one and the way to get there. Pure.
 * docs/changes.md is the whole table.
 */
import type { Schema, SynapseData } from "../../../database/synapseData.ts";
import type { ApplicationServiceSettings } from "../../../settings/accounts.ts";
import type { DatabaseAddress, Deployed } from "./deployed.ts";
import { identityFault } from "./identity.ts";

export interface Wanted {
    project: string;
    /** Prefix of the names of the stack's Docker objects: the project's name and the stack's. */
    prefix: string;
    serverName: string;
    /** Program of the homeserver. */
    kind: "synapse" | "dendrite";
    /** Host of an existing server, undefined for the stack's own; `given`: role and database are not the program's. */
    database: { host?: string; port: number; name: string; given: boolean };
    applicationServices: Pick<ApplicationServiceSettings, "id" | "localpart" | "namespace">[];
    /** Keys of all bots. */
    bots: string[];
    /** coturn: absent where the stack runs no relay. */
    images: { postgres: string; synapse: string; caddy: string; coturn?: string };
}

/** What was found out. What is absent is not known here, and nothing is said about it. */
export interface Facts {
    deployed?: Deployed;
    /** Volumes that hold data, where the stack stands on this engine. */
    volumes: string[];
    homeserverRuns: boolean;
    /** PostgreSQL's major versions: of the files on the volume, and of the image that is to run (0: there is none in it). */
    postgres?: { data?: number; image?: number };
    /** Of the image that is to run; null where there is no Synapse in it. */
    synapse?: Schema | null;
    /** Whether there is a Caddy, and a coturn, in the images that are to run. */
    caddy?: true | null;
    coturn?: true | null;
    /** Of the homeserver that is there, where its database cannot be asked. */
    former?: Schema;
    /** Content of the database that the stack uses now. */
    data?: SynapseData;
    /** Content of the database on an existing server that the settings name; null where it holds none of Synapse's. */
    target?: SynapseData | null;
}

/** Nothing else can be said of a stack under another name, or without its state. */
export function changeFaults(facts: Facts, wanted: Wanted): string[] {
    const identity = identityFault(facts, wanted);
    if (identity !== undefined) return [identity];
    return [
        serverNameFault(facts, wanted),
        kindFault(facts, wanted),
        databaseFault(facts, wanted),
        postgresFault(facts, wanted),
        synapseFault(facts, wanted),
        facts.caddy === null ? `images.caddy: there is no Caddy 2 in ${wanted.images.caddy}` : undefined,
        facts.coturn === null
            ? `images.coturn: there is no turnserver in ${wanted.images.coturn}, or none of bash and hostname, which start it; take an image of Debian, not of Alpine`
            : undefined,
        ...namespaceFaults(facts, wanted),
    ].filter((fault) => fault !== undefined);
}

function serverNameFault({ deployed, data, target }: Facts, { serverName }: Wanted): string | undefined {
    const cannot = "every account, room and event bears the name that a server began with";
    if (deployed?.serverName !== undefined && deployed.serverName !== serverName)
        return [
            `serverName: was ${deployed.serverName} and is ${serverName} now, but ${cannot}; set it back`,
            `(pulumi config set serverName ${deployed.serverName}), and deploy ${serverName} as a stack of its own`,
        ].join(" ");
    const stranger = (target ?? data)?.stranger;
    return stranger ? `serverName: is ${serverName}, but the database holds accounts such as ${stranger}: ${cannot}` : undefined;
}

/** Neither program reads the other's database. */
function kindFault({ deployed, target }: Facts, { kind, serverName, database }: Wanted): string | undefined {
    if (deployed?.kind !== undefined && deployed.kind !== kind)
        return [
            `homeserver.kind: was ${deployed.kind} and is ${kind} now, but neither program can read the other's data; set it back`,
            `(pulumi config set --path homeserver.kind ${deployed.kind}); for ${kind}, destroy the stack first and with it every account, room and message of ${serverName}`,
        ].join(" ");
    return kind === "dendrite" && target
        ? `database.name: ${database.name} holds data of Synapse, which Dendrite cannot read; name another database, or set homeserver.kind: synapse`
        : undefined;
}

function databaseFault({ deployed, homeserverRuns, target, volumes }: Facts, { prefix, database }: Wanted): string | undefined {
    const volume = `${prefix}-postgres`;
    if (deployed === undefined) return undefined;
    const here = volumes.includes(volume);
    const before = deployed.database;
    if (before === undefined)
        return database.host === undefined && database.given && !here
            ? `database.password: is for a role and a database that exist, and the stack's own server is yet to be made; remove it, or set database.host`
            : undefined;
    // The stack's own server is found under its part's name.
    const own = deployed.volumes.includes(volume);
    const manual = "docs/changes.md";
    if (database.host === undefined) {
        if (own && deployed.createdDatabase && database.given) return givenFault(before);
        // An update that was killed early has created neither.
        const finished = deployed.serverName !== undefined;
        if (own && finished && !deployed.createdDatabase && !database.given)
            return `database.password: role and database ${before.name} were given, and would be created a second time without it; set it back`;
        if (own && database.given && before.name !== database.name)
            return `database.name: was ${before.name}, which holds the data, and is ${database.name} now; set it back`;
        if (own) return nameFault(before, database.name, prefix, homeserverRuns);
        if (!database.given || !here)
            return `database.host: was ${before.host}, which holds the data; the stack's own server would begin empty; set it back, or move the data first (${manual}, "Back to the stack's own server")`;
        return deployed.createdDatabase ? protectedFault(deployed, [before.name]) : undefined;
    }
    const moved = own || before.host !== database.host || before.port !== database.port;
    if (!moved && deployed.createdDatabase && database.given) return givenFault(before);
    if (!moved && !database.given) return nameFault(before, database.name, prefix, homeserverRuns);
    const left = [...(own ? [volume] : []), ...(deployed.createdDatabase && database.given ? [before.name] : [])];
    if ((!moved && before.name === database.name) || target === undefined || target) return protectedFault(deployed, left);
    const [was, is] = [own ? `the stack's own server (${volume})` : `${before.host}:${before.port}`, `${database.host}:${database.port}`];
    return [
        `database.${moved ? "host" : "name"}: the data is in ${before.name} on ${was}, and ${database.name} on ${is} holds none;`,
        `dump and restore it first, as ${manual} says`,
    ].join(" ");
}

function givenFault({ name }: DatabaseAddress): string {
    return `database.password: role and database ${name} were created by this stack, which would delete them if they were given; remove database.password and database.user`;
}

/** Pulumi heeds what was deployed, so a change of protectData counts from the next update on. */
function protectedFault({ protectedData }: Deployed, left: string[]): string | undefined {
    const kept = left.filter((name) => protectedData.includes(name));
    if (kept.length === 0) return undefined;
    return [
        `protectData: this change deletes ${kept.join(" and ")}, where the data was until now, and protectData forbids it;`,
        "set database back as it was, and protectData: false, run pulumi up, then copy the data and change database again (docs/changes.md)",
    ].join(" ");
}

/** The provider renames both in place, which PostgreSQL does only while nobody is connected. */
function nameFault(before: DatabaseAddress, name: string, prefix: string, homeserverRuns: boolean): string | undefined {
    if (before.name === name || !homeserverRuns) return undefined;
    return [
        `database.name: was ${before.name} and is ${name} now; PostgreSQL renames no database that is in use: stop the homeserver first`,
        `(docker stop ${prefix}-homeserver), or set it back`,
    ].join(" ");
}

function postgresFault({ postgres, volumes }: Facts, { images, prefix, project }: Wanted): string | undefined {
    if (postgres?.image === 0) return `images.postgres: there is no PostgreSQL in ${images.postgres}`;
    if (!postgres?.data || !postgres.image || postgres.data === postgres.image) return undefined;
    const volume = volumes.find((name) => name.endsWith("-postgres")) ?? "the volume";
    const stack = prefix.slice(project.length + 1);
    const way = postgres.image > postgres.data ? `, then: make upgrade-database STACK=${stack} IMAGE=${images.postgres}` : "";
    return [
        `images.postgres: ${volume} holds files of PostgreSQL ${postgres.data}, and ${images.postgres} is PostgreSQL ${postgres.image},`,
        `which cannot read them; set it back to an image of ${postgres.data}${way} (docs/changes.md, "Another major version of PostgreSQL")`,
    ].join(" ");
}

function synapseFault({ synapse, data, target, former }: Facts, { images }: Wanted): string | undefined {
    if (synapse === null) return `images.synapse: there is no Synapse in ${images.synapse}`;
    const schema = (target ?? data)?.schema ?? former;
    if (synapse === undefined || schema === undefined || synapse.version >= schema.compatVersion) return undefined;
    return [
        `images.synapse: the database has schema ${schema.version}, which a Synapse of schema ${schema.compatVersion} or newer can use, and`,
        `${images.synapse} has schema ${synapse.version}; take an image that is not older, or restore a backup from before (docs/changes.md, "An older Synapse")`,
    ].join(" ");
}

/** A bot that is removed altogether is named by the preview itself: see {@link abandoned}. */
function namespaceFaults({ data }: Facts, { applicationServices, bots, serverName }: Wanted): string[] {
    const declared = new Map(applicationServices.map((service) => [service.id, service]));
    return [...byService(data)].flatMap(([id, localparts]) => {
        const service = declared.get(id);
        if (!bots.includes(id)) return [];
        const outside = localparts.filter(
            (name) => name !== (service?.localpart ?? id) && !(service && name.startsWith(service.namespace)),
        );
        if (outside.length === 0) return [];
        const path = `bots.${id}.appservice${service ? ".namespace" : ""}`;
        const are = outside.length === 1 ? "is" : "are";
        const now = service ? `${are} outside of ${JSON.stringify(service.namespace)}` : "would have no application service";
        return [
            `${path}: ${accounts(outside, serverName)} ${now}, and nobody could use them any more; set it back, or deactivate them first`,
        ];
    });
}

/** One line for each application service that is removed while it still owns accounts. */
export function abandoned({ data, deployed }: Facts, { bots, serverName }: Wanted): string[] {
    return [...byService(data)].flatMap(([id, localparts]) => {
        const others = localparts.filter((name) => `@${name}:${serverName}` !== deployed?.bots[id]);
        return bots.includes(id) || others.length === 0
            ? []
            : [
                  `bots.${id}: ${accounts(others, serverName)} of this application service will have no owner; deactivate them if nobody needs them`,
              ];
    });
}

function byService(data: SynapseData | undefined): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const { service, localpart } of data?.owned ?? []) found.set(service, [...(found.get(service) ?? []), localpart]);
    return found;
}

function accounts(localparts: string[], serverName: string): string {
    return `${localparts.length === 1 ? "the account" : `${localparts.length} accounts, such as`} @${localparts[0]}:${serverName}`;
}
