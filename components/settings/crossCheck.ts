/** What one section of the settings says about another. Pure. */
import { faultInAliasLocalpart, faultInLength, faultInLocalpart } from "./matrixNames.ts";
import type { Fault } from "./parse.ts";
import type { ParsedSettings } from "./schema.ts";

/**
 * @param sections the sections that are right in themselves
 * @param raw what was given: names declared in a faulty section count as declared
 */
export function faultsBetweenSections(sections: Partial<ParsedSettings>, raw: Record<string, unknown>): Fault[] {
    const { serverName = "", administrator = "admin", bots = {}, rooms = {}, database, turn, gateway, homeserver } = sections;
    const faults: Fault[] = [];
    const report = (path: string, message: string | undefined) => message && faults.push({ path, message });
    const userNames = namesIn(raw.users);
    const botNames = namesIn(raw.bots);

    for (const name of userNames) report(`users.${name}`, faultInLocalpart(name) ?? faultInLength("user ID", name, serverName));
    for (const name of botNames) {
        report(`bots.${name}`, faultInLocalpart(name) ?? faultInLength("user ID", name, serverName));
        if (userNames.includes(name)) report(`bots.${name}`, "is declared under users as well; a name is one account");
    }
    report("administrator", faultInLocalpart(administrator));
    if (administrator in bots) report("administrator", `${JSON.stringify(administrator)} is a bot; name a user`);
    const administratorAsGiven = (raw.users as Record<string, { admin?: unknown } | undefined> | undefined)?.[administrator];
    if (administratorAsGiven?.admin === false) report(`users.${administrator}.admin`, "must be true: this is the administrator");

    const accounts = [...new Set([...userNames, ...botNames, administrator])].sort();
    const keyByAlias = new Map<string, string>();
    for (const [key, { alias = key, members }] of Object.entries(rooms)) {
        report(`rooms.${key}`, faultInAliasLocalpart(alias) ?? faultInLength("room alias", alias, serverName));
        const other = keyByAlias.get(alias);
        if (other) report(`rooms.${key}.alias`, `${JSON.stringify(alias)} is the alias of rooms.${other}`);
        keyByAlias.set(alias, key);
        for (const member of Object.keys(members).filter((name) => !accounts.includes(name))) {
            report(`rooms.${key}.members.${member}`, `is not declared under users or bots (declared: ${accounts.join(", ")})`);
        }
    }

    if (database?.host && !database.adminPassword) {
        report("database.adminPassword", "is missing; run: pulumi config set --secret --path database.adminPassword");
    }
    if (turn && turn.port >= turn.relayPorts.min && turn.port <= turn.relayPorts.max)
        report("turn.relayPorts", `takes in turn.port ${turn.port}`);
    if (gateway && gateway.httpsPort === gateway.federationPort)
        report("gateway.federationPort", `${gateway.federationPort} is gateway.httpsPort as well`);
    for (const [path, port] of [
        ["gateway.httpsPort", gateway?.httpsPort],
        ["gateway.federationPort", gateway?.federationPort],
    ] as const) {
        if (homeserver && port === homeserver.port) report(path, `${port} is homeserver.port as well`);
    }
    return faults;
}

function namesIn(section: unknown): string[] {
    return typeof section === "object" && section !== null && !Array.isArray(section) ? Object.keys(section) : [];
}
