/** What is wrong with a database on an existing server, and how to mend it. Pure. */

export interface Target {
    host: string;
    port: number;
    name: string;
    sslMode?: string;
    authority?: string;
    /** Whether role and database are there already. */
    given: boolean;
    /** Who signs in: the role itself, or the administrator. */
    login: string;
}

/** Oldest version that Synapse accepts. Source: synapse/storage/engines/postgres.py, check_database */
const oldestMajor = 14;

/** @param version such as 150020 */
export function versionFault(version: number, { host }: Target): string | undefined {
    const major = Math.floor(version / 10_000);
    return major < oldestMajor
        ? `database.host: ${host} is PostgreSQL ${major}, and Synapse needs ${oldestMajor} or newer; upgrade the server first`
        : undefined;
}

/** What a database is like, as the role of the homeserver sees it. */
export interface Found {
    encoding: string;
    collation: string;
    ctype: string;
    /** The one that tables are created in; null where there is none. */
    schema?: string | null;
    /** Whether the role may create tables in it. */
    creates: boolean;
    /** Whether the server only follows another one. */
    replica?: boolean;
    readOnly?: boolean;
    /** A table or sequence that another role owns. */
    ofAnother?: string | null;
}

export function writableFault({ replica, readOnly }: Pick<Found, "replica" | "readOnly">, { host, name }: Target): string | undefined {
    if (replica) return `database.host: ${host} is a replica, which takes no writes; give the primary server`;
    return readOnly
        ? `database.name: ${name} is read-only; run as a superuser: ALTER DATABASE "${name}" RESET default_transaction_read_only (or ALTER ROLE)`
        : undefined;
}

/** A warning, as a pooler in between may share its connections among more. */
export function connectionDoubt(wanted: number, allowed: number, { host, login }: Target): string | undefined {
    return wanted > allowed
        ? `database.connections: is ${wanted}, but ${host} gives ${login} at most ${allowed}; lower it, or raise max_connections or the role's CONNECTION LIMIT there`
        : undefined;
}

/** How sure the server is of what it has acknowledged, in its own words: on and off among others. */
export interface Durability {
    synchronousCommit: string;
    fsync: string;
    fullPageWrites: string;
}

/** A warning: a message that clients were told is stored may be gone after a crash of the server, or the database be damaged. */
export function durabilityDoubt({ synchronousCommit, fsync, fullPageWrites }: Durability, { host, login }: Target): string | undefined {
    const off = [
        synchronousCommit === "off" && "synchronous_commit",
        fsync === "off" && "fsync",
        fullPageWrites === "off" && "full_page_writes",
    ].filter(Boolean);
    return off.length > 0
        ? `database.host: ${host} has ${off.join(" and ")} off for ${login}, so a crash there may lose messages that were acknowledged; turn ${off.length === 1 ? "it" : "them"} on (ALTER SYSTEM, ALTER DATABASE or ALTER ROLE)`
        : undefined;
}

/** Synapse refuses to start on any other encoding or collation: an index sorted otherwise is a corrupt one after a libc upgrade. */
export function unfit({ encoding, collation, ctype, schema = "public", creates, ofAnother }: Found, { name, login }: Target): string[] {
    const wrong = [
        encoding !== "UTF8" && `encoding ${encoding} instead of UTF8`,
        collation !== "C" && `collation ${collation} instead of C`,
        ctype !== "C" && `character type ${ctype} instead of C`,
    ].filter(Boolean);
    const anew = `CREATE DATABASE "${name}" OWNER "${login}" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`;
    const rights =
        schema === null
            ? `has no schema to create tables in; run as a superuser in ${name}: CREATE SCHEMA "${login}" AUTHORIZATION "${login}"`
            : `may not create tables in ${name}; run as a superuser in ${name}: GRANT CREATE ON SCHEMA "${schema}" TO "${login}"`;
    return [
        ...(wrong.length > 0
            ? [
                  `database.name: ${name} has ${wrong.join(", ")}, which Synapse refuses; pg_dump what it holds, drop it, make it anew (${anew}) and restore it`,
              ]
            : []),
        ...(creates ? [] : [`database.user: ${login} ${rights}`]),
        ...(ofAnother ? [`database.user: ${foreign(ofAnother, login)}`] : []),
    ];
}

/** Synapse alters its tables when it is upgraded, which only their owner may. */
function foreign(table: string, login: string): string {
    return `${login} does not own ${table} and perhaps more, which a restore as another role left; restore as ${login} (pg_dump --no-owner), or run as a superuser, for each: ALTER TABLE ${table} OWNER TO "${login}"`;
}

/** @returns local: whether another machine may get another answer */
export function refusal(error: Error & { code?: string }, target: Target): { fault: string; local: boolean } {
    const { host, port, name, sslMode = "require", given, login } = target;
    const code = error.code ?? "";
    const at = `${host}:${port}`;
    const fixed = (fault: string) => ({ fault, local: false });
    if (code === "28P01") return fixed(`database.${given ? "password" : "adminPassword"}: ${at} does not accept it for the user ${login}`);
    const role = given ? "user" : "adminUser";
    if (code === "28000" && error.message.includes("not permitted to log in"))
        return fixed(`database.${role}: ${login} may not log in to ${at}; run as a superuser: ALTER ROLE "${login}" LOGIN`);
    if (code === "28000" && sslMode === "disable" && error.message.includes("no encryption"))
        return {
            fault: `database.sslMode: is disable, and ${at} lets ${login} in over TLS alone, or not at all (${error.message}); set require`,
            local: true,
        };
    if (code === "42501" && error.message.includes("for database"))
        return fixed(`database.${role}: ${login} may not connect; run as a superuser: GRANT CONNECT ON DATABASE "${name}" TO "${login}"`);
    if (code === "55000")
        return fixed(
            `database.name: ${name} on ${at} takes no connections; run as a superuser: ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`,
        );
    if (code === "53300")
        return { fault: `database.connections: ${at} has no connection left for ${login} (${error.message})`, local: true };
    if (code === "28000") return { fault: `database.${role}: ${at} does not let ${login} in: ${error.message}`, local: true };
    if (code === "3D000")
        return fixed(
            `database.name: there is no database ${given ? name : "postgres"} on ${at}${given ? `; make it: CREATE DATABASE "${name}" OWNER "${login}" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'` : ""}`,
        );
    // The server's answer to the wish for TLS was a plain no.
    if (error.message.includes("before secure TLS connection"))
        return fixed(`database.sslMode: is ${sslMode}, but ${at} offers no TLS; turn it on there (ssl = on), or set disable`);
    if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code)) return fixed(certificateFault(code, error.message, target));
    return { fault: `database.host: ${at}: ${error.message}`, local: true };
}

function certificateFault(code: string, message: string, { host, port, sslMode, authority }: Target): string {
    const at = `${host}:${port}`;
    if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
        return `database.host: the certificate of ${at} is for another name (${message}); set the name that it is for`;
    if (code === "CERT_HAS_EXPIRED") return `database.sslMode: the certificate of ${at} has expired; renew it there`;
    return authority === undefined
        ? `database.authority: is missing: the certificate of ${at} is not signed by an authority that systems trust, and database.sslMode is ${sslMode}`
        : `database.authority: has not signed the certificate of ${at} (${message})`;
}
