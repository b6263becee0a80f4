/** Keeps an S3 store and the homeserver's disk in step: uploads what is left, frees local copies, deletes what is forgotten. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { lifetime } from "../../matrix/lifetime.ts";
import type { Database } from "../database/database.ts";
import { passfile } from "../database/passfile.ts";
import type { Homeserver } from "../homeserver/homeserver.ts";
import { databaseArguments, paths } from "../homeserver/synapse/synapseConfig.ts";
import type { Platform, Running } from "../platform/platform.ts";
import { s3Credentials } from "../s3Credentials.ts";
import { type Store, storeEnvironment, storeFiles, storePaths, storePlace } from "./store.ts";

export interface MediaJobArgs {
    /** The part of user IDs after the colon: the bucket is marked with it. */
    serverName: string;
    /** The section `homeserver.media.s3` of the settings. */
    store: Store;
    /** How long any moment can be restored from backups, such as 30d; absent where there are none. */
    restorable?: string;
    /** The homeserver's database, which knows its files. */
    database: Database;
    /** The homeserver whose files these are. */
    homeserver: Homeserver;
    /** Image reference: Synapse, with the storage provider for S3. */
    image: string;
    /** Platform that runs it. */
    platform: Platform;
}

/** Its modules, of which the first is run. */
const [script, files] = ["/media_job.py", "/media_files.py"];
const configuration = "/etc/media/job.json";
const state = `${paths.data}/media-job`;
/** Writes why the last run failed, if it did. Without Python, which takes a second of work to load what the job needs. */
const lastRunWell = `! grep -o '"fault": .*' ${state}/last.json`;
/** Seconds between two runs. */
const pause = 900;

export class MediaJob extends pulumi.ComponentResource {
    readonly running: Running;

    constructor(name: string, args: MediaJobArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:media:MediaJob", name, {}, opts);
        const { store, homeserver, platform } = args;
        const { connection } = args.database;
        this.running = platform.run(
            name,
            {
                image: args.image,
                entrypoint: ["python3"],
                command: [script, configuration],
                // As the homeserver, whose files these are.
                user: { uid: 991, gid: 991 },
                environment: storeEnvironment(store),
                files: {
                    ...Object.fromEntries(
                        [script, files].map((path) => [path, readFileSync(new URL(`.${path}`, import.meta.url), "utf8")]),
                    ),
                    [configuration]: jobConfiguration(args),
                    ...storeFiles(store),
                    ...(connection.authority !== undefined && { [paths.databaseAuthority]: connection.authority }),
                },
                secrets: {
                    [storePaths.credentials]: s3Credentials(store),
                    [paths.databasePassfile]: connection.password.apply((password) => passfile({ ...connection, password })),
                },
                volumes: [{ volume: homeserver.media, path: paths.data }],
                health: { command: ["sh", "-c", lastRunWell], startSeconds: 10 },
                limits: { memory: 512 },
                stopSeconds: 10,
            },
            // Its tables are the homeserver's.
            { parent: this, dependsOn: [homeserver.ready] },
        );
        this.registerOutputs({});
    }
}

function jobConfiguration({ serverName, store, restorable, database }: MediaJobArgs): string {
    const kept = [store.keepDeleted, ...(restorable === undefined ? [] : [restorable])].map(lifetime);
    return JSON.stringify({
        server_name: serverName,
        media_store: paths.mediaStore,
        state,
        database: databaseArguments(database.connection),
        s3: storePlace(store),
        every_seconds: pause,
        keep_local_seconds: lifetime(store.keepLocal) / 1000,
        // A restored database may know again what it had forgotten.
        keep_deleted_seconds: Math.max(...kept) / 1000,
    });
}
