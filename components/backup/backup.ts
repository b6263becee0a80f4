/** Backups to the minute: the database's log and copies of it, the media, and what a new machine needs, in an encrypted repository. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { lifetime } from "../../matrix/lifetime.ts";
import type { ServerConnection } from "../database/connections.ts";
import { passfile } from "../database/passfile.ts";
import type { Homeserver } from "../homeserver/homeserver.ts";
import type { Platform, Running, Volume } from "../platform/platform.ts";
import { s3Credentials } from "../s3Credentials.ts";
import type { Settings } from "../settings/index.ts";
import { isS3 } from "./repository.ts";
import { scheduleOf } from "./schedule.ts";

type BackupSettings = NonNullable<Settings["backup"]>;

export interface BackupArgs {
    /** The part of user IDs after the colon: snapshots carry it as their host. */
    serverName: string;
    /** The section `backup` of the settings. */
    settings: BackupSettings;
    /** Secret. Without it nothing in the repository can be read. */
    password: pulumi.Output<string>;
    /** Passwords that the repository may still have, latest first: it gets the one above instead. Secret. */
    formerPasswords: pulumi.Output<string>[];
    /** The superuser's connection to the stack's own database server. */
    database: ServerConnection;
    /** The homeserver whose media are stored. */
    homeserver: Homeserver;
    /** Image references. */
    images: { postgres: string; restic: string };
    /** Platform that runs both workloads. */
    platform: Platform;
}

/** As the homeserver's: the media are its files, and the spool is shared. */
const user = { uid: 991, gid: 991 };
const spool = "/var/tmp";
const paths = {
    media: "/media",
    repository: "/repository",
    password: "/run/secrets/repository-password",
    /** Without its number. */
    formerPassword: "/run/secrets/former-repository-password",
    passfile: "/run/secrets/pgpass",
    credentials: "/run/secrets/s3-credentials",
    authority: "/etc/backup/authority.pem",
    receiver: "/wal.sh",
    script: "/backup.sh",
    files: "/files",
    include: "/include",
    packer: "/pack.sh",
};

const file = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

export class Backup extends pulumi.ComponentResource {
    readonly running: Running[];
    /** What tells how old the backups are: the volume with the moments up to which they were stored, and where they are, if in a directory. */
    readonly watched: { spool: Volume; maxLoss: number; directory?: string };

    constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
        // An input, so that a preview shows another place.
        super("matrix-synapse:backup:Backup", name, { repository: args.settings.repository }, opts);
        const { platform, settings, homeserver } = args;
        // It holds no data of its own: what is lost of it is copied again.
        const volume = platform.volume(`${name}-spool`, { parent: this, protect: false });
        const mount = { volume, path: spool };
        const receiver = platform.run("wal", { ...receiverOf(args), volumes: [mount] }, { parent: this, dependsOn: [homeserver.ready] });
        const packed = settings.include.length > 0 ? platform.volume(`${name}-files`, { parent: this, protect: false }) : undefined;
        const packer = packed && platform.run("files", { ...packerOf(args), volumes: [{ volume: packed, path: spool }] }, { parent: this });
        const directory = isS3(args.settings.repository) ? undefined : args.settings.repository;
        const former = Object.fromEntries(
            args.formerPasswords.map((password, index) => [`${paths.formerPassword}-${index + 1}`, password]),
        );
        this.watched = { spool: volume, maxLoss: settings.maxLoss, directory };
        const uploader = platform.run(
            name,
            {
                image: args.images.restic,
                entrypoint: ["sh"],
                command: [paths.script, paths.media, ...[pauseOf, daysOf, copyDaysOf].map((of) => `${of(settings)}`)],
                user,
                environment: {
                    SERVER: args.serverName,
                    RESTIC_REPOSITORY: directory === undefined ? args.settings.repository : paths.repository,
                    RESTIC_PASSWORD_FILE: paths.password,
                    // As what the snapshots of them are marked.
                    ...(packed && { FILES: ["files", ...settings.include.map((one) => `directory=${one}`)].join(",") }),
                    ...(settings.s3 && { AWS_SHARED_CREDENTIALS_FILE: paths.credentials }),
                    ...(settings.s3?.authority !== undefined && { AUTHORITY: paths.authority }),
                },
                files: {
                    [paths.script]: file("backup.sh"),
                    ...(settings.s3?.authority !== undefined && { [paths.authority]: settings.s3.authority }),
                },
                secrets: {
                    [paths.password]: args.password,
                    ...former,
                    ...(settings.s3 && { [paths.credentials]: s3Credentials(settings.s3) }),
                },
                volumes: [
                    mount,
                    { volume: homeserver.media, path: paths.media, readOnly: true },
                    ...(packed ? [{ volume: packed, path: paths.files }] : []),
                ],
                directories: directory === undefined ? [] : [{ directory, path: paths.repository }],
                health: { command: ["sh", paths.script, "healthy"], startSeconds: 5 },
                // Three programs may store at the same time.
                limits: { memory: 1024 },
                stopSeconds: 10,
            },
            { parent: this, dependsOn: [receiver.ready, ...(packer ? [packer.ready] : [])] },
        );
        this.running = [receiver, ...(packer ? [packer] : []), uploader];
        this.registerOutputs({});
    }
}

/** Streams the log and makes base backups. */
function receiverOf({ database, settings, images }: BackupArgs) {
    const { period, offset } = scheduleOf(settings.schedule);
    const { host, port, user: name, password } = database;
    return {
        image: images.postgres,
        entrypoint: ["sh"],
        command: [paths.receiver, spool, `${period}`, `${offset}`],
        user,
        environment: { PGHOST: host, PGPORT: `${port}`, PGUSER: name, PGPASSFILE: paths.passfile },
        files: { [paths.receiver]: file("wal.sh") },
        secrets: { [paths.passfile]: password.apply((secret) => passfile({ password: secret })) },
        health: { command: ["sh", paths.receiver, spool, "healthy"], startSeconds: 60 },
        limits: { memory: 128 },
        stopSeconds: 10,
    };
}

/** Reads directories of any user, and hands them to the workload that stores them. */
function packerOf({ settings, images }: BackupArgs) {
    return {
        image: images.restic,
        entrypoint: ["sh"],
        command: [paths.packer, ...settings.include],
        user: { uid: 0, gid: 0 },
        capabilities: ["DAC_READ_SEARCH"],
        files: { [paths.packer]: file("pack.sh") },
        directories: settings.include.map((directory) => ({ directory, path: `${paths.include}${directory}`, readOnly: true })),
        health: { command: ["sh", paths.packer, "healthy"], startSeconds: 5 },
        limits: { memory: 64 },
        stopSeconds: 5,
    };
}

/** Seconds between two attempts. One may take as long again, and the log some seconds to arrive. */
function pauseOf({ maxLoss }: BackupSettings): number {
    return Math.max(3, Math.floor(maxLoss / 3));
}

function daysOf({ keep }: BackupSettings): number {
    return Math.round(lifetime(keep) / 86_400_000);
}

/** The oldest moment that can be restored needs the copy before it. */
function copyDaysOf(settings: BackupSettings): number {
    return daysOf(settings) + Math.ceil(scheduleOf(settings.schedule).period / 86_400) + 1;
}
