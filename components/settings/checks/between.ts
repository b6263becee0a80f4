/** What one section of the settings says about another. Pure. */

import { faultInLocalpart } from "../../../matrix/names.ts";
import type { Fault } from "../parse.ts";
import type { ParsedSettings } from "../schema/schema.ts";
import { faultsInContent } from "./content.ts";
import { faultsInFederation } from "./federation.ts";

/**
 * @param sections the sections that are right in themselves
 * @param raw what was given: names declared in a faulty section count as declared
 */
export function faultsBetweenSections(sections: Partial<ParsedSettings>, raw: Record<string, unknown>): Fault[] {
    const { administrator = "admin", bots = {}, database, turn } = sections;
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
    // Relayed media is UDP alone, so that the ports of TCP do not matter to it.
    if (turn && turn.port >= turn.relayPorts.min && turn.port <= turn.relayPorts.max)
        report("turn.relayPorts", `takes in turn.port ${turn.port}`);
    faults.push(...portsTakenTwice(sections));
    const { serverName, gateway, federation } = sections;
    if (serverName && gateway && federation) faults.push(...faultsInFederation({ serverName, gateway, federation }));
    return faults;
}

/** Ports of TCP that two parts would publish on one address of the host. */
function portsTakenTwice({ homeserver, database, federation, gateway, turn }: Partial<ParsedSettings>): Fault[] {
    const loopback = "127.0.0.1";
    const wanted = [
        { path: "homeserver.port", port: homeserver?.port, bind: loopback },
        { path: "database.port", port: database?.host ? undefined : database?.port, bind: loopback },
        { path: "gateway.httpsPort", port: gateway?.httpsPort, bind: gateway?.bind },
        { path: "gateway.federationPort", port: federation?.enabled === false ? undefined : gateway?.federationPort, bind: gateway?.bind },
        { path: "turn.port", port: turn?.port, bind: turn?.bind },
        { path: "turn.tlsPort", port: turn?.tlsPort, bind: turn?.bind },
    ];
    return wanted.flatMap(({ path, port, bind }, index) => {
        const first = wanted.slice(0, index).find((other) => port !== undefined && other.port === port && overlap(other.bind, bind));
        return first ? [{ path, message: `${port} is ${first.path} as well` }] : [];
    });
}

/** Whether two addresses to publish on have one in common. */
function overlap(one: string | undefined, other: string | undefined): boolean {
    return one === other || [one, other].some((bind) => bind === "0.0.0.0" || bind === "::");
}

function namesIn(section: unknown): string[] {
    return typeof section === "object" && section !== null && !Array.isArray(section) ? Object.keys(section) : [];
}
