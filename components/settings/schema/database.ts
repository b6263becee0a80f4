/** The section `database`: the stack's own PostgreSQL server, or an existing one. Pure. */
import { z } from "zod";
import { megabytes, port } from "./valueTypes.ts";

export const database = z.strictObject({
    host: z.string().min(1).optional().describe("Host of an existing PostgreSQL server. Default: the stack runs its own."),
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
        .describe("Existing server: how connections use TLS, require by default (libpq: sslmode)."),
    name: z
        .string()
        .regex(/^[a-z_][a-z0-9_]{0,62}$/, { error: "is not a valid name; use a-z, 0-9 and _" })
        .default("synapse")
        .describe("Name of the database and of the role that owns it."),
    memory: megabytes(128, 1024).describe("Memory limit of the stack's own server, in MB."),
});
