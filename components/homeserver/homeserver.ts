/** The interface of any homeserver, whichever software it is. */
import type * as pulumi from "@pulumi/pulumi";
import type { Database } from "../database/database.ts";
import type { Address, Platform, Running, Volume } from "../platform/platform.ts";
import type { Settings } from "../settings/index.ts";
import type { TurnService } from "../turn/service.ts";

/** Requests and the process that answers them. */
export interface Route {
    /** Path patterns, `*` for any text. */
    paths: string[];
    upstream: Address;
}

export interface Homeserver {
    /** Requests that the gateway passes on, and the process that answers them. The first match wins; the main process comes last. */
    readonly routes: Route[];
    /** URL of the client and administration API from this machine. Fixed, so that a replaced container changes nothing that uses it. */
    readonly administrationUrl: string;
    /**
     * Token of the application service that this program acts by for every account, where the homeserver's admin API cannot; absent
     * where it can. Secret.
     */
    readonly administrationToken?: pulumi.Output<string>;
    /** Dependency of everything that needs a homeserver that answers. */
    readonly ready: pulumi.Resource;
    /** The resource that holds its data, for `deletedWith`: when it is deleted, nothing in it needs deleting first. */
    readonly data: pulumi.Resource;
    /** What people have uploaded, and its thumbnails. */
    readonly media: Volume;
    /** Its processes. */
    readonly processes: Running[];
}

/** What every homeserver is made from. */
export interface HomeserverArgs {
    /** The part of user IDs after the colon. */
    serverName: string;
    /** The section `homeserver` of the settings. */
    settings: Settings["homeserver"];
    /** The section `federation` of the settings. */
    federation: Settings["federation"];
    /** PEM of each authority that other servers' certificates are trusted by. Empty: the system's. */
    authorities: pulumi.Output<string>[];
    /** What clients are offered for calls. */
    turn: TurnService;
    /** The homeserver's database. */
    database: Database;
    /** Most connections to it (Synapse: database.args.cp_max; Dendrite: max_open_conns). */
    connections: number;
    /** Application services, whose registrations it reads at its start. */
    applicationServices: Settings["applicationServices"];
    /** Registrations with which bridges act as people's own accounts. */
    puppetServices: Settings["puppetServices"];
    /** User ID of the account that this program acts as: it lists and names the declared rooms. */
    publisher: string;
    /** The section `rooms` of the settings: whether any of them sets how long messages are kept. */
    rooms: Settings["rooms"];
    /** Dependency of what scans files for malware. */
    scanner?: pulumi.Resource;
    /** Whether it serves metrics to the stack's other workloads. */
    metrics: boolean;
    /** Platform that runs the homeserver. */
    platform: Platform;
}
