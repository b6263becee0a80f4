/** A PostgreSQL server that the operator has. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../settings/index.ts";
import type { Server } from "./connections.ts";

export function existingServer(settings: Settings["database"], host: string): Server {
    const { port, adminUser, adminPassword, sslMode = "require", authority } = settings;
    return {
        admin: {
            host,
            port,
            username: adminUser,
            password: adminPassword,
            sslmode: sslMode,
            ...(authority !== undefined && { sslrootcert: authorityFile(authority) }),
            // Managed servers give no superuser; the provider then grants itself the role it hands the database to.
            superuser: false,
        },
        fromWorkloads: { host, port, sslMode, authority },
    };
}

/**
 * The provider takes a path and no text. One below the project's folder, where programs and plugins are started, is the same in every
 * checkout; the content is in its name, so that another authority is a change.
 */
function authorityFile(pem: string): string {
    const digest = createHash("sha256").update(pem).digest("hex").slice(0, 16);
    const path = join(".state", `database-authority-${digest}.pem`);
    mkdirSync(".state", { recursive: true, mode: 0o700 });
    writeFileSync(path, pem);
    return path;
}
