/** What Synapse's own database says about itself. */

/** Synapse's own names: a release can use a database only if its SCHEMA_VERSION is not below the database's compat version. */
export interface Schema {
    version: number;
    compatVersion: number;
}

/** Runs one query that answers with one JSON value. */
export type Ask = <T>(sql: string) => Promise<T>;

/**
 * Synapse's tables may not be there, so each query looks first. Whose accounts they are: those that no application service owns
 * and nobody can sign in to any more are left out.
 */
export async function synapseData(ask: Ask, serverName: string): Promise<SynapseData | undefined> {
    const there = await ask<boolean>("SELECT to_json(to_regclass('schema_version') IS NOT NULL AND to_regclass('users') IS NOT NULL)");
    if (!there) return undefined;
    const suffix = quoted(`%:${serverName.replace(/[\\%_]/g, "\\$&")}`);
    return ask<SynapseData>(`SELECT json_build_object(
        'schema', json_build_object(
            'version', (SELECT version FROM schema_version),
            'compatVersion', coalesce((SELECT compat_version FROM schema_compat_version), (SELECT version FROM schema_version))),
        'stranger', (SELECT name FROM users WHERE name NOT LIKE ${suffix} LIMIT 1),
        'owned', (SELECT coalesce(json_agg(o), '[]') FROM (
            SELECT appservice_id AS service, split_part(substr(name, 2), ':', 1) AS localpart FROM users
            WHERE appservice_id IS NOT NULL AND deactivated = 0 ORDER BY name LIMIT 100000) o))`);
}

export interface SynapseData {
    schema: Schema;
    /** An account of another server name. */
    stranger: string | null;
    /** Accounts that application services own. */
    owned: { service: string; localpart: string }[];
}

function quoted(text: string): string {
    return `'${text.replaceAll("'", "''")}'`;
}
