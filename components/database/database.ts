/** PostgreSQL: the stack's own server or an existing one, and in it the homeserver's role and database. */
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { DockerPlatform } from "../platform/docker/docker.ts";
import type { Workload } from "../platform/platform.ts";
import type { Secrets } from "../secrets.ts";
import type { Settings } from "../settings/index.ts";

export interface DatabaseArgs {
    /** The section `database` of the settings. */
    settings: Settings["database"];
    /** Whether the database is protected from deletion. */
    protectData: boolean;
    /** Image of the stack's own server. */
    image: string;
    /** Where its secrets come from. */
    secrets: Secrets;
    /** What runs it. */
    platform: DockerPlatform;
}

/** What a homeserver needs to connect. */
export interface DatabaseConnection {
    host: string;
    port: number;
    name: string;
    user: string;
    password: pulumi.Output<string>;
    /** libpq: sslmode */
    sslMode: string;
}

export class Database extends pulumi.ComponentResource {
    /** How a workload of the stack connects; known once role and database exist. */
    readonly connection: DatabaseConnection;
    /** How this machine connects, as a URL with the password in it. Secret. */
    readonly url: pulumi.Output<string>;
    /** What holds the data. */
    readonly data: pulumi.Resource;
    /** What the homeserver must wait for. */
    readonly ready: pulumi.Resource;

    constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:index:Database", name, {}, opts);
        const { settings, secrets } = args;
        const server = settings.host === undefined ? this.ownServer(args) : existingServer(settings, settings.host);

        const provider = new postgresql.Provider(name, { ...server.admin, database: "postgres", connectTimeout: 15 }, { parent: this });
        const role = new postgresql.Role(
            `${name}-role`,
            {
                name: settings.name,
                login: true,
                superuser: false,
                createDatabase: false,
                createRole: false,
                password: secrets.databasePassword,
            },
            { parent: this, provider, deletedWith: server.volume },
        );
        const database = new postgresql.Database(
            name,
            // Synapse refuses a database of another collation: an index sorted otherwise is a corrupt one after a libc upgrade.
            { name: settings.name, owner: role.name, template: "template0", encoding: "UTF8", lcCollate: "C", lcCtype: "C" },
            { parent: this, provider, protect: args.protectData, deletedWith: server.volume },
        );

        this.ready = database;
        this.data = server.volume ?? database;
        // Not the role's own output: it is unknown while the server is to be replaced, and so would be what a preview shows of the configuration.
        this.connection = { ...server.fromWorkloads, name: settings.name, user: settings.name, password: secrets.databasePassword };
        const { host, port } = server.admin;
        this.url = pulumi.interpolate`postgresql://${role.name}:${secrets.databasePassword}@${host}:${port}/${database.name}?sslmode=${server.admin.sslmode}`;
        this.registerOutputs({ url: this.url });
    }

    private ownServer({ settings, secrets, platform, image }: DatabaseArgs) {
        const volume = platform.volume("postgres", { parent: this });
        const workload: Workload = {
            image,
            command: ["postgres", "-c", "password_encryption=scram-sha-256"],
            user: { uid: 999, gid: 999 },
            environment: {
                // The image insists on a password and leaves it in the server's environment. The real one is read by initdb, from its file.
                POSTGRES_PASSWORD: "in the file that initdb is given",
                POSTGRES_INITDB_ARGS: `--pwfile=${passwordFile} --auth-host=scram-sha-256 --encoding=UTF8 --locale=C`,
            },
            secrets: { [passwordFile]: secrets.databaseAdminPassword },
            volumes: [{ volume: volume.name, path: "/var/lib/postgresql/data" }],
            ports: [{ internal: 5432, external: settings.port, protocol: "tcp", bind: "127.0.0.1" }],
            hostname: "postgres",
            // Over TCP: while it initialises, the image's server listens on its socket only.
            health: {
                command: ["pg_isready", "--host=127.0.0.1", "--username=postgres", "--quiet"],
                interval: 2,
                retries: 15,
                startPeriod: 60,
            },
            limits: { memory: settings.memory, processes: 512 },
            stopSeconds: 60,
            // Fast shutdown: roll back what is open instead of waiting for clients to leave.
            stopSignal: "SIGINT",
        };
        const running = platform.run("postgres", workload, { parent: this });
        return {
            volume,
            admin: {
                // From an output of the container: a provider's dependsOn is not honoured (pulumi#8917).
                host: running.containerId.apply(() => "127.0.0.1"),
                port: settings.port,
                username: "postgres",
                password: secrets.databaseAdminPassword,
                sslmode: "disable",
                superuser: true,
            },
            fromWorkloads: { host: "postgres", port: 5432, sslMode: "disable" },
        };
    }
}

const passwordFile = "/run/secrets/postgres-password";

function existingServer(settings: Settings["database"], host: string) {
    const sslMode = settings.sslMode ?? "require";
    return {
        volume: undefined,
        admin: {
            host,
            port: settings.port,
            username: settings.adminUser,
            password: settings.adminPassword,
            sslmode: sslMode,
            // Managed servers give no superuser; the provider then grants itself the role it hands the database to.
            superuser: false,
        },
        fromWorkloads: { host, port: settings.port, sslMode },
    };
}
