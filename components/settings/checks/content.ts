/** What users, bots, rooms and spaces say about each other. Pure. */
import { isIP } from "node:net";
import { faultInAliasLocalpart, faultInLength, faultInLocalpart, isUserId, matchesServerGlob } from "../../../matrix/names.ts";
import { partsOf } from "../delegation.ts";
import type { Fault } from "../parse.ts";
import type { ParsedSettings } from "../schema/schema.ts";

type Sections = Partial<ParsedSettings>;

/** @param names declared under users and bots: names in a faulty section count as declared */
export function faultsInContent(sections: Sections, names: { users: string[]; bots: string[] }): Fault[] {
    return [...faultsInAccounts(sections, names), ...faultsInPlaces(sections, names), ...faultsInRenaming(sections)];
}

function faultsInAccounts(sections: Sections, names: { users: string[]; bots: string[] }): Fault[] {
    const { serverName = "", administrator = "admin", users = {}, bots = {}, homeserver } = sections;
    const faults: Fault[] = [];
    const report = (path: string, message: string | undefined) => message && faults.push({ path, message });
    const keyByName = new Map<string, string>();
    for (const [section, keys] of [
        ["users", names.users],
        ["bots", names.bots],
    ] as const) {
        for (const key of keys) {
            const path = `${section}.${key}`;
            const { localpart } = sections[section]?.[key] ?? {};
            const name = localpart ?? key;
            report(
                localpart === undefined ? path : `${path}.localpart`,
                faultInLocalpart(name) ?? faultInLength("user ID", name, serverName),
            );
            if (section === "bots" && names.users.includes(key)) report(path, "is declared under users as well; a name is one account");
            else if (keyByName.has(name))
                report(`${path}.localpart`, `${JSON.stringify(name)} is the account of ${keyByName.get(name)} as well`);
            keyByName.set(name, path);
            for (const [bot, { appservice, localpart: own = bot }] of Object.entries(bots)) {
                if (appservice && name !== own && name.startsWith(appservice.namespace))
                    report(path, `begins with ${appservice.namespace}, which bots.${bot}.appservice keeps for itself; choose another name`);
            }
        }
    }
    const minimum = homeserver?.passwords.minimumLength;
    for (const [key, { password }] of Object.entries(users)) {
        if (password !== undefined && minimum !== undefined && password.length < minimum)
            report(
                `users.${key}.password`,
                `is too weak: it has ${password.length} characters, homeserver.passwords.minimumLength is ${minimum}`,
            );
    }
    if (users[administrator]?.deactivated) report(`users.${administrator}.deactivated`, "must be false: this is the administrator");
    return faults;
}

function faultsInPlaces(sections: Sections, names: { users: string[]; bots: string[] }): Fault[] {
    const { serverName = "", administrator = "admin", rooms = {}, spaces = {} } = sections;
    const faults: Fault[] = [];
    const report = (path: string, message: string | undefined) => message && faults.push({ path, message });
    const accounts = [...new Set([...names.users, ...names.bots, administrator])].sort();
    const placeByAlias = new Map<string, string>();
    for (const [section, places] of [
        ["spaces", spaces],
        ["rooms", rooms],
    ] as const) {
        for (const [key, { alias = key, members, parent, joinRule }] of Object.entries(places)) {
            const path = `${section}.${key}`;
            report(path, faultInAliasLocalpart(alias) ?? faultInLength("room alias", alias, serverName));
            if (placeByAlias.has(alias)) report(`${path}.alias`, `${JSON.stringify(alias)} is the alias of ${placeByAlias.get(alias)}`);
            placeByAlias.set(alias, path);
            for (const member of Object.keys(members)) report(`${path}.members.${member}`, faultInMember(member, accounts, serverName));
            if (parent !== undefined && !(parent in spaces))
                report(
                    `${path}.parent`,
                    `${JSON.stringify(parent)} is not declared under spaces (declared: ${Object.keys(spaces).sort().join(", ") || "none"})`,
                );
            if (joinRule === "restricted" && parent === undefined)
                report(`${path}.joinRule`, "restricted needs a parent, whose members may join");
        }
    }
    if (serverName !== "") {
        for (const [key, { serverAcl }] of Object.entries(rooms)) {
            const fault = serverAcl && faultInServerAcl(serverAcl, partsOf(serverName).host);
            if (fault) faults.push({ path: `rooms.${key}.serverAcl.${fault.property}`, message: fault.message });
        }
    }
    for (const key of Object.keys(spaces)) if (isInCircle(key, spaces)) report(`spaces.${key}.parent`, "leads back to this space itself");
    return faults;
}

function faultInMember(member: string, accounts: string[], serverName: string): string | undefined {
    if (accounts.includes(member)) return undefined;
    if (!member.startsWith("@")) return `is not declared under users or bots (declared: ${accounts.join(", ")})`;
    if (!isUserId(member)) return "is not a user ID, such as @bob:example.org";
    return member.endsWith(`:${serverName}`) ? "is of this server; declare it under users or bots, and name its key" : undefined;
}

/** Who shuts the own server out of a room cannot open it again. */
function faultInServerAcl(
    { deny, allow }: { deny: string[]; allow: string[] },
    host: string,
): { property: string; message: string } | undefined {
    if (isIP(host))
        return { property: "allow", message: `would keep out this server itself: ${host} is an address, and addresses are not let in` };
    const denied = deny.findIndex((glob) => matchesServerGlob(glob, host));
    if (denied >= 0) return { property: `deny.${denied}`, message: `${JSON.stringify(deny[denied])} takes in this server itself, ${host}` };
    if (allow.some((glob) => matchesServerGlob(glob, host))) return undefined;
    return { property: "allow", message: `leaves out this server itself; add ${host}` };
}

function isInCircle(start: string, spaces: Record<string, { parent?: string }>): boolean {
    const seen = new Set<string>();
    for (let at = spaces[start]?.parent; at !== undefined && !seen.has(at); at = spaces[at]?.parent) {
        if (at === start) return true;
        seen.add(at);
    }
    return false;
}

/** A renamed key: the former one must be free, and an account keeps its user ID. */
function faultsInRenaming(sections: Sections): Fault[] {
    const faults: Fault[] = [];
    for (const section of ["users", "bots", "rooms", "spaces"] as const) {
        const entries: Record<string, { formerly?: string; localpart?: string }> = sections[section] ?? {};
        for (const [key, { formerly, localpart }] of Object.entries(entries)) {
            if (formerly === undefined) continue;
            const path = `${section}.${key}`;
            if (formerly in entries)
                faults.push({ path: `${path}.formerly`, message: `${JSON.stringify(formerly)} is still declared under ${section}` });
            if ((section === "users" || section === "bots") && localpart === undefined)
                faults.push({ path: `${path}.localpart`, message: `is missing: a user ID cannot be renamed; add localpart: ${formerly}` });
        }
    }
    return faults;
}
