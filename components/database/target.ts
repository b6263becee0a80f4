/**
 * Looks at the database on an existing server before anything is created: whether the homeserver will get in, and whether Synapse
 * accepts what it finds. It is asked from here by the same means as from the container: address, user, password, TLS.
 */
import * as pulumi from "@pulumi/pulumi";
import postgres from "postgres";
import { answers } from "../platform/reachable.ts";
import type { Settings } from "../settings/index.ts";
import { type SynapseData, synapseData } from "./synapseData.ts";
import { refusal, type Target, unfit, versionFault } from "./targetFaults.ts";

export interface DatabaseTarget {
    faults: string[];
    warnings: string[];
    /** What Synapse has there; null where there is nothing yet, undefined where it cannot be known. */
    data?: SynapseData | null;
}

const timeoutSeconds = 5;

/** @param created whether this stack has created role and database before; undefined where that is not known */
export async function databaseTarget({ database, serverName }: Settings, created: boolean | undefined): Promise<DatabaseTarget> {
    const { host, port, name, adminUser } = database;
    if (host === undefined) return { faults: [], warnings: [] };
    // A preview may run where the server cannot be reached, or is not let in.
    const unreachable = (fault: string) =>
        pulumi.runtime.isDryRun() ? { faults: [], warnings: [`${fault} (on this machine)`] } : { faults: [fault], warnings: [] };
    if (!(await answers(host, port, timeoutSeconds * 1000)))
        return unreachable(`database.host: ${host}:${port} did not answer within ${timeoutSeconds} s`);
    const secret = database.password ?? database.adminPassword;
    const given = database.password !== undefined;
    const target: Target = { ...database, host, given, login: given ? (database.user ?? name) : adminUser };
    const password = secret && (await opened(secret));
    try {
        return given
            ? await connected(target, name, password, (sql) => givenDatabase(sql, target, serverName))
            : await connected(target, "postgres", password, (sql) => toBeCreated(sql, target, created, password, serverName));
    } catch (error) {
        const { fault, local } = refusal(error as Error & { code?: string }, target);
        return local ? unreachable(fault) : { faults: [fault], warnings: [] };
    }
}

type Sql = ReturnType<typeof postgres>;

async function connected<T>(target: Target, database: string, password: string | undefined, act: (sql: Sql) => Promise<T>): Promise<T> {
    const { host, port, login, sslMode = "require", authority } = target;
    const sql = postgres({
        host,
        port,
        database,
        username: login,
        password,
        ssl:
            sslMode === "disable"
                ? false
                : {
                      rejectUnauthorized: sslMode !== "require",
                      // Of the address itself too, which the client leaves out.
                      host,
                      ...(authority !== undefined && { ca: authority }),
                      ...(sslMode === "verify-ca" && { checkServerIdentity: () => undefined }),
                  },
        max: 1,
        connect_timeout: timeoutSeconds,
        fetch_types: false,
        // A pooler hands out another session for each statement.
        prepare: false,
        onnotice: () => {},
        connection: { application_name: "matrix-synapse preview" },
    });
    try {
        return await act(sql);
    } finally {
        await sql.end({ timeout: 1 });
    }
}

async function givenDatabase(sql: Sql, target: Target, serverName: string): Promise<DatabaseTarget> {
    const [found] = await sql`SELECT current_setting('server_version_num')::int AS version, pg_encoding_to_char(encoding) AS encoding,
        datcollate AS collation, datctype AS ctype, has_schema_privilege('public', 'CREATE') AS creates
        FROM pg_database WHERE datname = current_database()`;
    const row = found as unknown as Parameters<typeof unfit>[0] & { version: number };
    const faults = [versionFault(row.version, target), ...unfit(row, target)].filter((fault) => fault !== undefined);
    return { faults, warnings: [], data: faults.length > 0 ? undefined : await content(sql, serverName) };
}

async function toBeCreated(
    sql: Sql,
    target: Target,
    created: boolean | undefined,
    password: string | undefined,
    serverName: string,
): Promise<DatabaseTarget> {
    const { name, login } = target;
    const [found] = await sql`SELECT current_setting('server_version_num')::int AS version,
        EXISTS (SELECT FROM pg_roles WHERE rolname = ${name}) AS role, EXISTS (SELECT FROM pg_database WHERE datname = ${name}) AS database,
        rolsuper OR rolcreaterole AS "createsRoles", rolsuper OR rolcreatedb AS "createsDatabases"
        FROM pg_roles WHERE rolname = current_user`;
    const row = found as unknown as {
        version: number;
        role: boolean;
        database: boolean;
        createsRoles: boolean;
        createsDatabases: boolean;
    };
    const missing = [!row.createsRoles && "CREATEROLE", !row.createsDatabases && "CREATEDB"].filter(Boolean);
    const there = [row.role && "role", row.database && "database"].filter(Boolean).join(" and ");
    const faults = [
        versionFault(row.version, target),
        created === false && missing.length > 0
            ? `database.adminUser: ${login} may not create ${missing.length === 2 ? "roles and databases" : missing[0] === "CREATEROLE" ? "roles" : "databases"}; run as a superuser: ALTER ROLE "${login}" ${missing.join(" ")}; or give a role and a database that exist (database.password)`
            : undefined,
        created === false && there !== ""
            ? `database.name: there is a ${there} ${name} on ${target.host} already; take another name, or use what is there: database.password instead of database.adminPassword`
            : undefined,
    ].filter((fault) => fault !== undefined);
    if (!row.database) return { faults, warnings: [], data: null };
    // The administrator of a managed server may not be let in there.
    const data = await connected(target, name, password, (inside) => content(inside, serverName)).catch(() => undefined);
    return { faults, warnings: [], data };
}

async function content(sql: Sql, serverName: string): Promise<SynapseData | null> {
    const ask = async <T>(query: string): Promise<T> => {
        const [row] = await sql.unsafe(query).values();
        return row?.[0];
    };
    return (await synapseData(ask, serverName)) ?? null;
}

function opened(secret: pulumi.Output<string>): Promise<string> {
    return new Promise((resolve) => {
        secret.apply(resolve);
    });
}
