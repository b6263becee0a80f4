/** What an existing database server needs, and which names a database may have. Pure. */
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

const given = "for a role and a database that exist already";

export function faultsInDatabase({ database }: Sections): Fault[] {
    if (!database) return [];
    const { host, adminPassword, adminUser, authority, sslMode, user, password } = database;
    const faults: Fault[] = [];
    const report = (setting: string, message: string | undefined) => message && faults.push({ path: `database.${setting}`, message });
    if (host === undefined) {
        const onlyThere = "is for an existing server; set database.host too";
        for (const [setting, value] of Object.entries({ authority, adminPassword, sslMode }))
            if (value !== undefined) report(setting, onlyThere);
    } else {
        if (password === undefined && adminPassword === undefined)
            report("adminPassword", "is missing; run: pulumi config set --secret --path database.adminPassword");
        if (password !== undefined && adminPassword !== undefined)
            report("adminPassword", `creates a role and a database, and database.password is ${given}; remove one of them`);
        if (authority === undefined && sslMode === "verify-ca")
            report("sslMode", '"verify-ca" needs database.authority; with the system\'s authorities only verify-full is safe');
        if (authority !== undefined && sslMode !== "verify-ca" && sslMode !== "verify-full")
            report("authority", `has no effect while database.sslMode is ${sslMode ?? "require"}; set it to verify-full`);
    }
    if (password === undefined && user !== undefined) report("user", `is ${given}; set database.password too, or leave it out`);
    report("name", faultInName(database.name, { created: password === undefined, adminUser: host === undefined ? "postgres" : adminUser }));
    return faults;
}

/** Databases that are on every server, or on those of a cloud's vendor. */
const reserved = ["template0", "template1", "postgres", "rdsadmin", "azure_maintenance", "azure_sys", "cloudsqladmin"];
/** Role names that PostgreSQL refuses in any spelling. */
const keywords = ["public", "none"];

function faultInName(name: string, { created, adminUser }: { created: boolean; adminUser: string }): string | undefined {
    const said = JSON.stringify(name);
    if (["template0", "template1"].includes(name)) return `${said} is PostgreSQL's own; take another name, such as synapse`;
    if (!created) return undefined;
    if (!/^[a-z_][a-z0-9_]*$/.test(name)) return `${said} is not a valid name; use a-z, 0-9 and _`;
    if (name.startsWith("pg_") || keywords.includes(name))
        return `${said} is a name that PostgreSQL keeps for itself; take another, such as synapse`;
    if (name === adminUser && name !== "postgres")
        return `${said} is adminUser too, and the homeserver's role must be another; take another name, such as ${name === "synapse" ? "matrix" : "synapse"}, or give the role and a database of its own as they are (database.password)`;
    return reserved.includes(name) ? `${said} is on the server already; take another name, such as synapse` : undefined;
}
