/** The stack's own PostgreSQL server. */
import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import type { Platform, Workload } from "../platform/platform.ts";
import type { Settings } from "../settings/index.ts";
import type { Server } from "./connections.ts";
import { majorByTag } from "./imageVersion.ts";

export interface OwnServerArgs {
    /** The section `database` of the settings. */
    settings: Settings["database"];
    /** Image reference. */
    image: string;
    /** Secret. */
    superuserPassword: pulumi.Output<string>;
    /** Whether backups are made, for which the superuser receives the server's log. */
    backups: boolean;
    /** Platform that runs the server. */
    platform: Platform;
}

const port = 5432;
const script = "/postgres.sh";
/**
 * What was acknowledged survives a crash of the server and of the machine. PostgreSQL's own defaults, said here because a command line
 * outweighs what somebody has set by ALTER SYSTEM.
 */
const durable = ["synchronous_commit=on", "fsync=on", "full_page_writes=on"];
/** Who may connect. The line for replication is what initdb leaves out. */
const hba = {
    path: "/etc/postgresql/pg_hba.conf",
    text: "local all all trust\nhost all all all scram-sha-256\nhost replication postgres all scram-sha-256\n",
};
/** Of log that a backup which has come to a halt has yet to receive: then the disk counts more. */
const keptLog = "8GB";
const passwordFile = "/run/secrets/postgres-password";

/** Megabytes of shared memory: what parallel queries exchange their rows in. Too little ends a large one with "No space left on device". */
const sharedMemory = (memory: number): number => Math.max(64, Math.floor(memory / 4));

/** PostgreSQL's own limit, and how many of them are for backups, shells and the superuser. */
const connectionLimit = { standard: 100, others: 10 };

/**
 * Where the volume is mounted: where the image declares one, so that Docker adds none without a name. From PostgreSQL 18 on that is the
 * folder above. The files are at the volume's root in either case, so a wrong guess by the tag hides no data.
 */
export function dataDirectory(image: string): string {
    const major = majorByTag(image);
    return major !== undefined && major < 18 ? "/var/lib/postgresql/data" : "/var/lib/postgresql";
}

export function ownServer(
    name: string,
    { settings, superuserPassword, platform, image, backups }: OwnServerArgs,
    parent: pulumi.Resource,
): Server {
    const volume = platform.volume(`${name}-data`, { parent });
    const needed = settings.connections + connectionLimit.others;
    const options = [
        "password_encryption=scram-sha-256",
        ...durable,
        ...(needed > connectionLimit.standard ? [`max_connections=${needed}`] : []),
        ...(backups ? [`hba_file=${hba.path}`, `max_slot_wal_keep_size=${keptLog}`] : []),
    ];
    const directory = dataDirectory(image);
    const workload: Workload = {
        image,
        entrypoint: ["sh"],
        command: [script, passwordFile, ...options.flatMap((option) => ["-c", option])],
        user: { uid: 999, gid: 999 },
        environment: { PGDATA: directory },
        files: { [script]: readFileSync(new URL("postgres.sh", import.meta.url), "utf8"), ...(backups && { [hba.path]: hba.text }) },
        secrets: { [passwordFile]: superuserPassword },
        volumes: [{ volume, path: directory }],
        ports: [{ internal: port, external: settings.port, protocol: "tcp", bind: "127.0.0.1" }],
        health: { command: ["pg_isready", "--host=127.0.0.1", "--username=postgres", "--quiet"], startSeconds: 60 },
        limits: { memory: settings.memory, sharedMemory: sharedMemory(settings.memory) },
        stopSeconds: 60,
        // Fast shutdown: roll back what is open instead of waiting for clients to leave.
        stopSignal: "SIGINT",
    };
    const running = platform.run(name, workload, { parent });
    const local = running.localAddress(port);
    const fromWorkloads = { ...running.address(port), sslMode: "disable" };
    return {
        data: volume.resource,
        admin: {
            // Known only once the server answers: a provider's dependsOn is not honoured (pulumi#8917).
            host: running.revision.apply(() => local.host),
            port: local.port,
            username: "postgres",
            password: superuserPassword,
            sslmode: "disable",
            superuser: true,
        },
        fromWorkloads,
        superuser: { ...fromWorkloads, user: "postgres", password: superuserPassword },
    };
}
