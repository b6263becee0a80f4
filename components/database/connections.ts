/** How servers and databases are reached, and by whom. */
import type * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";

/** What a program needs to connect. */
export interface DatabaseConnection {
    host: string;
    port: number;
    name: string;
    user: string;
    /** Secret. */
    password: pulumi.Output<string>;
    /** libpq: sslmode */
    sslMode: string;
}

/** How to reach a server, and as whom. */
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

/** What both kinds of server have. */
export interface Server {
    /** How this machine reaches it, as the one who creates roles and databases; known once it answers. */
    admin: postgresql.ProviderArgs & { host: pulumi.Input<string>; port: number; sslmode: string };
    /** How workloads reach it. */
    fromWorkloads: { host: string; port: number; sslMode: string };
    /** What holds the data; absent for an existing server. */
    data?: pulumi.Resource;
    /** Absent for an existing server, whose backups are its operator's. */
    superuser?: ServerConnection;
}
