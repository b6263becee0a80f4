/**
 * Looks at the database on an existing server before anything is created: whether the homeserver will get in, and whether Synapse
 * accepts what it finds. It is asked from here by the same means as from the container: address, user, password, TLS.
 */

import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import postgres from "postgres";
import { whyUnreachable } from "../platform/reachable.ts";
import type { Settings } from "../settings/index.ts";
import { type SynapseData, synapseData } from "./synapseData.ts";
import {
    connectionDoubt,
    type Durability,
    durabilityDoubt,
    type Found,
    refusal,
    type Target,
    unfit,
    versionFault,
    writableFault,
} from "./targetFaults.ts";

export interface DatabaseTarget {
    faults: string[];
    warnings: string[];
    /** What Synapse has there; null where there is nothing yet, undefined where it cannot be known. */
    data?: SynapseData | null;
}

const timeoutSeconds = 5;

/**
 * @param created whether this stack has created role and database before; undefined where that is not known
 * @param former the name that they had then
 */
export async function databaseTarget(
    { database, serverName }: Settings,
    created: boolean | undefined,
    former?: string,
): Promise<DatabaseTarget> {
    const { host, port, name, adminUser } = database;
    if (host === undefined) return { faults: [], warnings: [] };
    // A preview may run where the server cannot be reached, or is not let in.
    const unreachable = (fault: string) =>
        pulumi.runtime.isDryRun() ? { faults: [], warnings: [`${fault} (on this machine)`] } : { faults: [fault], warnings: [] };
    const why = await whyUnreachable(host, port, timeoutSeconds * 1000);
    if (why !== undefined) return unreachable(`database.host: ${host}:${port} ${why}`);
    const doubts = await loopbackDoubt(host);
    const secret = database.password ?? database.adminPassword;
    const given = database.password !== undefined;
    const target: Target = { ...database, host, given, login: given ? (database.user ?? name) : adminUser };
    const password = secret && (await opened(secret));
    try {
        const found = given
            ? await connected(target, name, password, (sql) => givenDatabase(sql, target, serverName, database.connections))
            : await connected(target, "postgres", password, (sql) => toBeCreated(sql, target, { created, former, password, serverName }));
        return { ...found, warnings: [...doubts, ...found.warnings] };
    } catch (error) {
        const { fault, local } = refusal(error as Error & { code?: string }, target);
        return local ? unreachable(fault) : { faults: [fault], warnings: [] };
    }
}

/** Such as this machine's own name, which /etc/hosts of Debian gives the address 127.0.1.1. */
async function loopbackDoubt(host: string): Promise<string[]> {
    if (isIP(host)) return [];
    const addresses = await lookup(host, { all: true }).catch(() => []);
    const own = addresses.find(({ address }) => address.startsWith("127.") || address === "::1")?.address;
    return own === undefined
        ? []
        : [
              `database.host: ${host} is ${own} on this machine, which the homeserver's container does not reach; give an address that it reaches, if its own name servers do not know one for ${host}`,
          ];
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

async function givenDatabase(sql: Sql, target: Target, serverName: string, connections: number): Promise<DatabaseTarget> {
    const [found] = await sql`SELECT current_setting('server_version_num')::int AS version, pg_encoding_to_char(encoding) AS encoding,
        datcollate AS collation, datctype AS ctype, current_schema() AS schema,
        coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS creates,
        pg_is_in_recovery() AS replica, current_setting('transaction_read_only') = 'on' AS "readOnly",
        (SELECT relname FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace WHERE n.nspname = current_schema()
            AND relkind IN ('r', 'p', 'S') AND NOT pg_has_role(relowner, 'USAGE') ORDER BY relname LIMIT 1) AS "ofAnother",
        current_setting('synchronous_commit') AS "synchronousCommit", current_setting('fsync') AS fsync,
        current_setting('full_page_writes') AS "fullPageWrites",
        least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int, nullif(datconnlimit, -1),
            (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user)) AS "connections"
        FROM pg_database WHERE datname = current_database()`;
    const row = found as unknown as Found & Durability & { version: number; connections: number };
    const faults = [versionFault(row.version, target), writableFault(row, target), ...unfit(row, target)].filter(
        (fault) => fault !== undefined,
    );
    const warnings = [connectionDoubt(connections, row.connections, target), durabilityDoubt(row, target)].filter(
        (doubt) => doubt !== undefined,
    );
    return { faults, warnings, data: faults.length > 0 ? undefined : await content(sql, serverName) };
}

async function toBeCreated(
    sql: Sql,
    target: Target,
    {
        created,
        former,
        password,
        serverName,
    }: { created: boolean | undefined; former: string | undefined; password: string | undefined; serverName: string },
): Promise<DatabaseTarget> {
    const { name, login } = target;
    const [found] = await sql`SELECT current_setting('server_version_num')::int AS version,
        EXISTS (SELECT FROM pg_roles WHERE rolname = ${name}) AS role, EXISTS (SELECT FROM pg_database WHERE datname = ${name}) AS database,
        current_setting('synchronous_commit') AS "synchronousCommit", current_setting('fsync') AS fsync,
        current_setting('full_page_writes') AS "fullPageWrites",
        pg_is_in_recovery() AS replica, rolsuper OR rolcreaterole AS "createsRoles", rolsuper OR rolcreatedb AS "createsDatabases"
        FROM pg_roles WHERE rolname = current_user`;
    const row = found as unknown as Durability & {
        version: number;
        role: boolean;
        database: boolean;
        replica: boolean;
        createsRoles: boolean;
        createsDatabases: boolean;
    };
    const missing = [!row.createsRoles && "CREATEROLE", !row.createsDatabases && "CREATEDB"].filter(Boolean);
    const there = [row.role && "role", row.database && "database"].filter(Boolean).join(" and ");
    const faults = [
        versionFault(row.version, target),
        writableFault(row, target),
        created === false && missing.length > 0
            ? `database.adminUser: ${login} may not create ${missing.length === 2 ? "roles and databases" : missing[0] === "CREATEROLE" ? "roles" : "databases"}; run as a superuser: ALTER ROLE "${login}" ${missing.join(" ")}; or give a role and a database that exist (database.password)`
            : undefined,
        created === false && there !== ""
            ? `database.name: there is a ${there} ${name} on ${target.host} already; take another name, or use what is there: database.password instead of database.adminPassword`
            : undefined,
        created && former !== undefined && former !== name && there !== ""
            ? `database.name: was ${former}, and there is a ${there} ${name} on ${target.host} already; set it back, or take another name`
            : undefined,
    ].filter((fault) => fault !== undefined);
    const warnings = [durabilityDoubt(row, target)].filter((doubt) => doubt !== undefined);
    if (!row.database) return { faults, warnings, data: null };
    // The administrator of a managed server may not be let in there.
    const data = await connected(target, name, password, (inside) => content(inside, serverName)).catch(() => undefined);
    return { faults, warnings, data };
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
