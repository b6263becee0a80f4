/** Rooms and spaces: aliases, members, parents and access lists. Pure. */
import { faultInContentSize } from "../../../matrix/eventSize.ts";
import { faultInLength } from "../../../matrix/identifierLength.ts";
import { faultInAliasLocalpart } from "../../../matrix/roomAlias.ts";
import { faultInAccessList } from "../../../matrix/serverGlob.ts";
import { partsOf } from "../../../matrix/serverName.ts";
import { isUserId } from "../../../matrix/userId.ts";
import { type BridgePlatform, platformNames, platforms, runs } from "../../bridges/platforms.ts";
import { userIdOf } from "../accounts.ts";
import type { Fault } from "../fault.ts";
import { own } from "../own.ts";
import type { GivenAccounts, Sections } from "./check.ts";

export function faultsInPlaces(sections: Sections, given: GivenAccounts): Fault[] {
    return [
        ...faultsInEntries(sections, given),
        ...faultsInEncryption(sections),
        ...faultsInAccessLists(sections),
        ...faultsInCycles(sections),
    ];
}

function faultsInEntries(sections: Sections, given: GivenAccounts): Fault[] {
    const { serverName = "", administrator = "admin", rooms = {}, spaces = {} } = sections;
    const faults: Fault[] = [];
    const report = (path: string, message: string | undefined) => message && faults.push({ path, message });
    const accounts = [...new Set([...Object.keys(given.users), ...Object.keys(given.bots), administrator])].sort();
    const placeByAlias = new Map<string, string>();
    for (const [section, places] of [
        ["spaces", spaces],
        ["rooms", rooms],
    ] as const) {
        for (const [key, { alias = key, members, parent, joinRule, powerLevels }] of Object.entries(places)) {
            const path = `${section}.${key}`;
            report(path, faultInAliasLocalpart(alias) ?? faultInLength("room alias", alias, serverName));
            if (placeByAlias.has(alias))
                report(`${path}.alias`, `${JSON.stringify(alias)} is already the alias of ${placeByAlias.get(alias)}`);
            placeByAlias.set(alias, path);
            for (const member of Object.keys(members)) report(`${path}.members.${member}`, faultInMember(member, accounts, sections));
            report(`${path}.members`, faultInLevels(members, powerLevels?.usersDefault, serverName));
            report(`${path}.powerLevels.events`, faultInContentSize(powerLevels?.events ?? {}, "m.room.power_levels"));
            if (parent !== undefined && !Object.hasOwn(spaces, parent))
                report(
                    `${path}.parent`,
                    `${JSON.stringify(parent)} is not declared under spaces (declared: ${Object.keys(spaces).sort().join(", ") || "none"})`,
                );
            if (joinRule === "restricted" && parent === undefined)
                report(`${path}.joinRule`, "restricted needs a parent, whose members may join");
        }
    }
    return faults;
}

function faultInMember(
    member: string,
    accounts: string[],
    { serverName = "", users = {}, bots = {}, bridges = {} }: Sections,
): string | undefined {
    if (accounts.includes(member)) return undefined;
    const meant = accounts.find((key) => [member, `@${member}:${serverName}`].includes(userIdOf({ serverName, users, bots }, key)));
    if (meant !== undefined) return `is the account of ${JSON.stringify(meant)}; give that key here`;
    if (!member.startsWith("@")) return `is not declared under users or bots (declared: ${accounts.join(", ")})`;
    if (!isUserId(member)) return "is not a user ID, such as @bob:example.org";
    if (!member.endsWith(`:${serverName}`)) return undefined;
    const service = Object.entries(bots).find(([, { appservice }]) => appservice && member.startsWith(`@${appservice.namespace}`));
    if (service) return `is reserved for bots.${service[0]}.appservice, which brings its users into rooms itself; remove it here`;
    const bridge = platformNames.find((platform) => {
        const { localpart, namespace }: BridgePlatform = platforms[platform];
        const name = member.slice(1, -serverName.length - 1);
        return runs(bridges, platform) && (name === localpart || (namespace !== undefined && name.startsWith(namespace)));
    });
    if (bridge) return `is brought in by bridges.${bridge}; remove it here, and write rooms.NAME.bridge.${bridge} instead`;
    return "belongs to this server; declare it under users or bots, and give its key here";
}

/** All power levels of a room are in one event. */
function faultInLevels(members: Record<string, number>, usual = 0, serverName: string): string | undefined {
    const levels = Object.entries(members)
        .filter(([, level]) => level !== usual)
        .map(([member, level]) => [member.startsWith("@") ? member : `@${member}:${serverName}`, level] as const);
    const fault = faultInContentSize(Object.fromEntries(levels), "m.room.power_levels");
    return fault && `${fault}: give more members the level ${usual}, which takes no room, or raise powerLevels.usersDefault`;
}

/** Where the server encrypts every new room, none can be declared without encryption. */
function faultsInEncryption({ homeserver, rooms = {} }: Sections): Fault[] {
    if (homeserver?.encryption !== "all") return [];
    return Object.entries(rooms).flatMap(([key, { encrypted, visibility }]) => {
        if (encrypted ?? visibility === "private") return [];
        const given = encrypted === undefined ? "is false by default for a public room" : "is false";
        return [
            { path: `rooms.${key}.encrypted`, message: `${given}, and homeserver.encryption: all encrypts every new room; set it to true` },
        ];
    });
}

function faultsInAccessLists({ serverName, rooms = {} }: Sections): Fault[] {
    if (serverName === undefined) return [];
    return Object.entries(rooms).flatMap(([key, { serverAcl }]) => {
        if (!serverAcl) return [];
        const path = `rooms.${key}.serverAcl`;
        const size = faultInContentSize(serverAcl, "m.room.server_acl");
        if (size) return [{ path, message: size }];
        const fault = faultInAccessList(serverAcl, partsOf(serverName).host);
        return fault ? [{ path: `${path}.${fault.property}`, message: fault.message }] : [];
    });
}

function faultsInCycles({ spaces = {} }: Sections): Fault[] {
    return Object.keys(spaces)
        .filter((key) => isInCycle(key, spaces))
        .map((key) => ({ path: `spaces.${key}.parent`, message: "forms a cycle" }));
}

function isInCycle(start: string, spaces: Record<string, { parent?: string }>): boolean {
    const seen = new Set<string>();
    for (let at = own(spaces, start)?.parent; at !== undefined && !seen.has(at); at = own(spaces, at)?.parent) {
        if (at === start) return true;
        seen.add(at);
    }
    return false;
}
