/** A PostgreSQL server, the stack's own or an existing one, with databases in it. */
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection, Server, ServerConnection } from "./connections.ts";
import { CreatedDatabase, type Database, type DatabaseArgs, givenDatabase } from "./database.ts";
import { existingServer } from "./existingServer.ts";
import { monitorRole } from "./monitorRole.ts";
import { type OwnServerArgs, ownServer } from "./ownServer.ts";

/** Arguments of the stack's own server; for an existing server only the settings are used. */
export interface DatabaseServerArgs extends OwnServerArgs {
    /** Whether databases are protected from deletion. */
    protectData: boolean;
}

/** The database that every server has, and every role may connect to. */
const maintenance = "postgres";

/**
 * @example
 * const server = new DatabaseServer("database", { settings, protectData: true, image, superuserPassword, platform });
 * const { connection, ready } = server.database("synapse", { password });
 */
export class DatabaseServer extends pulumi.ComponentResource {
    /** The resource that holds the data; absent for an existing server. */
    readonly data?: pulumi.Resource;
    /** The superuser's connection: for backups, which need all databases, and for nothing else. Absent for an existing server. */
    readonly superuser?: ServerConnection;
    private readonly server: Server;
    /** Absent where role and database are given: then there is nothing to create. */
    private readonly provider?: postgresql.Provider;

    constructor(
        private readonly name: string,
        private readonly args: DatabaseServerArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("matrix-synapse:database:DatabaseServer", name, {}, { aliases: [{ type: "matrix-synapse:index:Database" }], ...opts });
        const { settings } = args;
        this.server = settings.host === undefined ? ownServer(name, args, this) : existingServer(settings, settings.host);
        this.data = this.server.data;
        this.superuser = this.server.superuser;
        if (settings.password === undefined) {
            const admin = { ...this.server.admin, database: maintenance, connectTimeout: 15 };
            this.provider = new postgresql.Provider(name, admin, { parent: this });
        }
        this.registerOutputs({});
    }

    /**
     * A database and the role that owns it, created unless the settings give them.
     * @param purpose what uses it, such as synapse; the name of both, unless the arguments give another
     */
    database(purpose: string, args: DatabaseArgs): Database {
        const { server, provider } = this;
        const { user, password } = this.args.settings;
        if (password !== undefined) return givenDatabase(server, { name: args.name ?? purpose, user, password }, this);
        return new CreatedDatabase(
            `${this.name}-${purpose}`,
            purpose,
            args,
            { server, provider: provider as postgresql.Provider, protectData: this.args.protectData },
            this,
        );
    }

    /**
     * A connection that reads the server's statistics, which are the same in every database. It has a role of its own, which no database with
     * data lets in, created unless the settings give role and database: then it is theirs.
     * @param password of that role. Secret.
     */
    monitor(password: pulumi.Output<string>): DatabaseConnection {
        const { server, provider } = this;
        const { name, user = name, password: given } = this.args.settings;
        if (given !== undefined) return { ...server.fromWorkloads, name, user, password: given };
        // Several stacks may share an existing server.
        const role = `${name}_monitor`;
        const args = { server, provider: provider as postgresql.Provider, database: maintenance, user: role, password };
        return monitorRole(`${this.name}-monitor`, args, this);
    }
}
