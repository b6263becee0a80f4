/** A PostgreSQL server that the operator has. */
import type { Settings } from "../settings/index.ts";
import type { Server } from "./connections.ts";

export function existingServer({ port, adminUser, adminPassword, sslMode = "require" }: Settings["database"], host: string): Server {
    return {
        admin: {
            host,
            port,
            username: adminUser,
            password: adminPassword,
            sslmode: sslMode,
            // Managed servers give no superuser; the provider then grants itself the role it hands the database to.
            superuser: false,
        },
        fromWorkloads: { host, port, sslMode },
    };
}
