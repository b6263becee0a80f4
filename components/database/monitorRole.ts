/** A role that reads a server's statistics, and no data. */
import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection, Server } from "./connections.ts";

export interface MonitorRoleArgs {
    server: Server;
    /** Acts as one who may create roles on the server. */
    provider: postgresql.Provider;
    /** Its name. */
    user: string;
    /** Name of the database that it connects to. */
    database: string;
    /** Secret. */
    password: pulumi.Output<string>;
}

/** @returns its connection; the password is known once the role exists */
export function monitorRole(
    logicalName: string,
    { server, provider, user, database, password }: MonitorRoleArgs,
    parent: pulumi.Resource,
): DatabaseConnection {
    const role = new postgresql.Role(
        logicalName,
        { name: user, login: true, superuser: false, createDatabase: false, createRole: false, roles: ["pg_monitor"], password },
        { parent, provider, deletedWith: server.data },
    );
    return { ...server.fromWorkloads, name: database, user, password: role.name.apply(() => password) };
}
