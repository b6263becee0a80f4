/** The stack's own PostgreSQL server. */
import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import type { Platform, Workload } from "../platform/platform.ts";
import type { Settings } from "../settings/index.ts";
import type { Server } from "./connections.ts";

export interface OwnServerArgs {
    /** The section `database` of the settings. */
    settings: Settings["database"];
    /** Image reference. */
    image: string;
    /** Secret. */
    superuserPassword: pulumi.Output<string>;
    /** Platform that runs the server. */
    platform: Platform;
}

const port = 5432;
const script = "/postgres.sh";
const dataDirectory = "/var/lib/postgresql/data";
const passwordFile = "/run/secrets/postgres-password";

/** Megabytes of shared memory: what parallel queries exchange their rows in. Docker's 64 end a large one with "No space left on device". */
const sharedMemory = 256;

export function ownServer(name: string, { settings, superuserPassword, platform, image }: OwnServerArgs, parent: pulumi.Resource): Server {
    const volume = platform.volume(`${name}-data`, { parent });
    const workload: Workload = {
        image,
        entrypoint: ["sh"],
        command: [script, passwordFile, "-c", "password_encryption=scram-sha-256"],
        user: { uid: 999, gid: 999 },
        environment: { PGDATA: dataDirectory },
        files: { [script]: readFileSync(new URL("postgres.sh", import.meta.url), "utf8") },
        secrets: { [passwordFile]: superuserPassword },
        volumes: [{ volume, path: dataDirectory }],
        ports: [{ internal: port, external: settings.port, protocol: "tcp", bind: "127.0.0.1" }],
        health: { command: ["pg_isready", "--host=127.0.0.1", "--username=postgres", "--quiet"], startSeconds: 60 },
        limits: { memory: settings.memory, sharedMemory },
        stopSeconds: 60,
        // Fast shutdown: roll back what is open instead of waiting for clients to leave.
        stopSignal: "SIGINT",
    };
    const running = platform.run(name, workload, { parent });
    const local = running.localAddress(port);
    const fromWorkloads = { ...running.address(port), sslMode: "disable" };
    return {
        data: volume.resource,
        admin: {
            // Known only once the server answers: a provider's dependsOn is not honoured (pulumi#8917).
            host: running.revision.apply(() => local.host),
            port: local.port,
            username: "postgres",
            password: superuserPassword,
            sslmode: "disable",
            superuser: true,
        },
        fromWorkloads,
        superuser: { ...fromWorkloads, user: "postgres", password: superuserPassword },
    };
}
