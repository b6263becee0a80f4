/** One database on a server, and the role that owns it. */
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection, Server } from "./connections.ts";

export interface DatabaseArgs {
    /** Of the role that owns it. Secret. */
    password: pulumi.Output<string>;
    /** Name of database and role. Default: what it is for. */
    name?: string;
    /**
     * Whether database and role stay on the server when the program declares them no more; on the stack's own server they still go with its
     * volume. Absent: they are deleted, which Pulumi refuses where data is protected. PostgreSQL then refuses to create them once more; a program that declares them again takes
     * them up by two commands before its next update (`import` neither reads nor changes what is in them; that update sets the password anew):
     *
     *     pulumi import postgresql:index/role:Role NAME-role CALLED --parent … --provider … --protect=false
     *     pulumi import postgresql:index/database:Database NAME CALLED --parent … --provider … --protect=false
     */
    keep?: boolean;
}

/** Names that role and database of Synapse had before they were named after server and purpose. */
const formerly: Record<string, { role: string; database: string }> = {
    "database-synapse": { role: "database-role", database: "database" },
};

export interface Database {
    /** How a workload of the stack connects. */
    readonly connection: DatabaseConnection;
    /** How this machine connects, as a URL with the password in it; known once role and database exist. Secret. */
    readonly url: pulumi.Output<string>;
    /** The resource that holds the data; absent where the database is not the stack's own. */
    readonly data?: pulumi.Resource;
    /** Dependency of every program that uses this database. */
    readonly ready: pulumi.Resource;
}

/** A role and a database that exist already, used as they are: a destroyed stack leaves them behind. */
export function givenDatabase(
    { admin, fromWorkloads }: Server,
    { name, user = name, password }: { name: string; user?: string; password: pulumi.Output<string> },
    ready: pulumi.Resource,
): Database {
    const url = pulumi.all([admin.host, password]).apply(([host, text]) => databaseUrl({ ...admin, host, user, password: text, name }));
    return { connection: { ...fromWorkloads, name, user, password }, url, ready };
}

/** A URL with the password in it. Pure. */
export function databaseUrl(to: { host: unknown; port: number; sslmode: string; user: string; password: string; name: string }): string {
    const host = `${to.host}`.includes(":") ? `[${to.host}]` : `${to.host}`;
    const [user, password, name] = [to.user, to.password, to.name].map(encodeURIComponent);
    return `postgresql://${user}:${password}@${host}:${to.port}/${name}?sslmode=${to.sslmode}`;
}

/** Only a superuser or the owner may say who is let in: for another administrator PostgreSQL warns, and changes nothing. */
function asOwner(
    name: string,
    { admin }: Server,
    database: postgresql.Database,
    role: postgresql.Role,
    password: pulumi.Output<string>,
    parent: pulumi.Resource,
): postgresql.Provider {
    const owner = { database: database.name, username: role.name, password: role.name.apply(() => password) };
    return new postgresql.Provider(`${name}-owner`, { ...admin, connectTimeout: 15, ...owner }, { parent });
}

/**
 * A role, and a database that lets in that role and superusers: PostgreSQL's default is that every role of the server may connect to every
 * database.
 */
export class CreatedDatabase implements Database {
    readonly connection: DatabaseConnection;
    readonly url: pulumi.Output<string>;
    readonly data: pulumi.Resource;
    readonly ready: pulumi.Resource;

    constructor(
        name: string,
        purpose: string,
        { password, name: called = purpose, keep }: DatabaseArgs,
        on: { server: Server; provider: postgresql.Provider; protectData: boolean },
        parent: pulumi.Resource,
    ) {
        const { server, provider, protectData } = on;
        const common = { parent, provider, deletedWith: server.data, retainOnDelete: keep ?? false };
        const former = formerly[name];
        const role = new postgresql.Role(
            `${name}-role`,
            { name: called, login: true, superuser: false, createDatabase: false, createRole: false, password },
            { ...common, aliases: former ? [{ name: former.role }] : [] },
        );
        const database = new postgresql.Database(
            name,
            // Synapse refuses a database of another collation: an index sorted otherwise is a corrupt one after a libc upgrade.
            { name: called, owner: role.name, template: "template0", encoding: "UTF8", lcCollate: "C", lcCtype: "C" },
            { ...common, protect: protectData && keep === undefined, aliases: former ? [{ name: former.database }] : [] },
        );
        this.ready = new postgresql.Grant(
            `${name}-access`,
            { role: "public", database: database.name, objectType: "database", privileges: [] },
            {
                parent,
                provider: server.admin.superuser ? provider : asOwner(name, server, database, role, password, parent),
                // To delete it would revoke the same once more, in a database that may have another name by then, or be gone.
                retainOnDelete: true,
            },
        );
        this.data = server.data ?? database;
        // Not the role's own output: it is unknown while the server is to be replaced, and so would be what a preview shows of the configuration.
        this.connection = { ...server.fromWorkloads, name: called, user: called, password };
        const { host, port, sslmode } = server.admin;
        this.url = pulumi
            .all([host, role.name, password, database.name])
            .apply(([at, user, secret, of]) => databaseUrl({ host: at, port, sslmode, user, password: secret, name: of }));
    }
}
