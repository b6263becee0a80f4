/** The section `database`: the stack's own PostgreSQL server, or an existing one. Pure. */
import { z } from "zod";
import { faultInDatabaseHost } from "../databaseHost.ts";
import { certificates, megabytes, named, port } from "./valueTypes.ts";

export const database = z.strictObject({
    host: named(faultInDatabaseHost)
        .optional()
        .describe("Host name or address of an existing PostgreSQL server, as containers reach it. Default: the stack runs its own."),
    port: port
        .optional()
        .describe(
            "Existing server: its port, 5432 by default. Own server: its port on the Docker host's loopback interface, 55432 by default.",
        ),
    adminUser: z.string().min(1).default("postgres").describe("Existing server: the user that creates the role and the database."),
    adminPassword: z
        .string()
        .min(1)
        .optional()
        .describe("Existing server: adminUser's password. Set it with: pulumi config set --secret --path database.adminPassword"),
    sslMode: z
        .enum(["disable", "require", "verify-ca", "verify-full"])
        .optional()
        .describe(
            "Existing server: how connections use TLS, require by default (libpq: sslmode). verify-full trusts database.authority, or else the system's authorities.",
        ),
    authority: certificates
        .optional()
        .describe(
            "Existing server: PEM of the authorities that signed its certificate, for verify-ca and verify-full (libpq: sslrootcert).",
        ),
    name: z.string().min(1).max(63).default("synapse").describe("Name of the database, and of the role that owns it."),
    user: z
        .string()
        .min(1)
        .max(63)
        .optional()
        .describe("Existing role that the homeserver connects as; needs database.password. Default: database.name."),
    password: z
        .string()
        .min(1)
        .optional()
        .describe(
            "Password of a role that exists already: role and database are then used as they are, and adminUser is not needed. Set it with: pulumi config set --secret --path database.password. Default: both are created.",
        ),
    connections: z
        .int()
        .min(1)
        .max(1000)
        .default(10)
        .describe("Most connections that the homeserver opens (Synapse: database.args.cp_max)."),
    memory: megabytes(128, 1024).describe(
        "Memory limit of the stack's own server, in MB. A quarter of it, but at least 64 MB, is its shared memory (/dev/shm).",
    ),
});
