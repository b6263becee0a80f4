/** What one section of the settings says about another. Pure. */

import { faultInLocalpart } from "../../../matrix/names.ts";
import { hostPorts, overlap } from "../../parts.ts";
import type { Fault } from "../parse.ts";
import type { ParsedSettings } from "../schema/schema.ts";
import { faultsInContent } from "./content.ts";
import { faultsInFederation } from "./federation.ts";

/**
 * @param sections the sections that are right in themselves
 * @param raw what was given: names declared in a faulty section count as declared
 */
export function faultsBetweenSections(sections: Partial<ParsedSettings>, raw: Record<string, unknown>): Fault[] {
    const { administrator = "admin", bots = {}, database } = sections;
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
    faults.push(...portsTakenTwice(sections));
    const { serverName, gateway, federation } = sections;
    if (serverName && gateway && federation) faults.push(...faultsInFederation({ serverName, gateway, federation }));
    return faults;
}

/** Ports that two parts would publish on one address of the host: one fault for each pair of settings. */
function portsTakenTwice(sections: Partial<ParsedSettings>): Fault[] {
    const wanted = hostPorts(sections);
    const faults = new Map<string, Fault>();
    for (const [index, { setting, port, protocol, bind }] of wanted.entries()) {
        const first = wanted
            .slice(0, index)
            .find((other) => other.setting !== setting && other.port === port && other.protocol === protocol && overlap(other.bind, bind));
        if (first && !faults.has(`${setting} ${first.setting}`))
            faults.set(`${setting} ${first.setting}`, { path: setting, message: `${port} is ${first.setting} as well` });
    }
    return [...faults.values()];
}

function namesIn(section: unknown): string[] {
    return typeof section === "object" && section !== null && !Array.isArray(section) ? Object.keys(section) : [];
}
