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

/** Synapse refuses to start on any other encoding or collation: an index sorted otherwise is a corrupt one after a libc upgrade. */
export function unfit(found: { encoding: string; collation: string; ctype: string; creates: boolean }, { name, login }: Target): string[] {
    const wrong = [
        found.encoding !== "UTF8" && `encoding ${found.encoding} instead of UTF8`,
        found.collation !== "C" && `collation ${found.collation} instead of C`,
        found.ctype !== "C" && `character type ${found.ctype} instead of C`,
    ].filter(Boolean);
    const anew = `CREATE DATABASE "${name}" OWNER "${login}" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`;
    return [
        ...(wrong.length > 0
            ? [
                  `database.name: ${name} has ${wrong.join(", ")}, which Synapse refuses; pg_dump what it holds, drop it, make it anew (${anew}) and restore it`,
              ]
            : []),
        ...(found.creates
            ? []
            : [
                  `database.user: ${login} may not create tables in ${name}; run as a superuser: ALTER DATABASE "${name}" OWNER TO "${login}"`,
              ]),
    ];
}

/** @returns local: whether another machine may get another answer */
export function refusal(error: Error & { code?: string }, target: Target): { fault: string; local: boolean } {
    const { host, port, name, sslMode = "require", given, login } = target;
    const code = error.code ?? "";
    const at = `${host}:${port}`;
    const fixed = (fault: string) => ({ fault, local: false });
    if (code === "28P01") return fixed(`database.${given ? "password" : "adminPassword"}: ${at} does not accept it for the user ${login}`);
    if (code === "28000")
        return { fault: `database.${given ? "user" : "adminUser"}: ${at} does not let ${login} in: ${error.message}`, local: true };
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
