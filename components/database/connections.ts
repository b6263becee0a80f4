/** Connections to servers and databases. */
import type * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";

/** Connection of one program to its database. */
export interface DatabaseConnection {
    host: string;
    port: number;
    name: string;
    user: string;
    /** Secret. */
    password: pulumi.Output<string>;
    /** libpq: sslmode */
    sslMode: string;
    /** PEM of the authorities that signed the server's certificate; absent: the system's. */
    authority?: string;
}

/** Address and credentials of a user on a server. */
export interface ServerConnection {
    /** As the stack's workloads reach it. */
    host: string;
    port: number;
    /** libpq: sslmode */
    sslMode: string;
    user: string;
    /** Secret. */
    password: pulumi.Output<string>;
}

/** Common to the stack's own server and an existing one. */
export interface Server {
    /** How this machine reaches it, as the one who creates roles and databases; known once it answers. */
    admin: postgresql.ProviderArgs & { host: pulumi.Input<string>; port: number; sslmode: string; superuser: boolean };
    /** How workloads reach it. */
    fromWorkloads: { host: string; port: number; sslMode: string; authority?: string };
    /** The resource that holds the data; absent for an existing server. */
    data?: pulumi.Resource;
    /** Absent for an existing server, whose backups are its operator's. */
    superuser?: ServerConnection;
}
