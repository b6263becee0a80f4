/** What one section of the settings says about another. Pure. */
import { faultsInContent } from "./contentCheck.ts";
import { faultInLocalpart } from "./matrixNames.ts";
import type { Fault } from "./parse.ts";
import type { ParsedSettings } from "./schema.ts";

/**
 * @param sections the sections that are right in themselves
 * @param raw what was given: names declared in a faulty section count as declared
 */
export function faultsBetweenSections(sections: Partial<ParsedSettings>, raw: Record<string, unknown>): Fault[] {
    const { administrator = "admin", bots = {}, database, turn, gateway, homeserver } = sections;
    const faults: Fault[] = [];
    const report = (path: string, message: string | undefined) => message && faults.push({ path, message });
    const userNames = namesIn(raw.users);
    const botNames = namesIn(raw.bots);

    report("administrator", faultInLocalpart(administrator));
    if (administrator in bots) report("administrator", `${JSON.stringify(administrator)} is a bot; name a user`);
    const administratorAsGiven = (raw.users as Record<string, { admin?: unknown } | undefined> | undefined)?.[administrator];
    if (administratorAsGiven?.admin === false) report(`users.${administrator}.admin`, "must be true: this is the administrator");

    faults.push(...faultsInContent(sections, { users: userNames, bots: botNames }));

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
