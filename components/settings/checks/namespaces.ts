/** Application services: what they claim against every declared name, and against each other. Pure. */
import { faultInLength } from "../../../matrix/identifierLength.ts";
import { type BridgePlatform, bridgeName, platformNames, platforms } from "../../bridges/platforms.ts";
import { registrationPath } from "../../homeserver/applicationService.ts";
import type { Fault } from "../fault.ts";
import { own } from "../own.ts";
import type { GivenAccounts, Sections } from "./check.ts";

/** What a bot's `appservice` or a bridge claims. */
interface Claim {
    /** Path of the bot or bridge. */
    path: string;
    /** Path of what claims it. */
    by: string;
    /** Path of the namespace, where the settings say it. */
    setting: string;
    /** ID of the registration. */
    id: string;
    localpart: string;
    /** Every user name and alias that begins so. */
    namespace: string;
}

export function faultsInNamespaces(sections: Sections, given: GivenAccounts): Fault[] {
    // What a bridge claims cannot be chosen, so that a fault is a bot's.
    const claims = [...claimsOfBridges(sections), ...claimsOfBots(sections)];
    return [
        ...claims.flatMap((claim, index) => faultsBetween(claim, claims.slice(0, index))),
        ...claims.flatMap((claim) => faultsInRegistration(claim, sections.serverName ?? "")),
        ...claims.flatMap((claim) => [...faultsInAccounts(claim, sections, given), ...faultsInAliases(claim, sections)]),
    ];
}

function claimsOfBots({ bots = {} }: Sections): Claim[] {
    return Object.entries(bots).flatMap(([id, { localpart = id, appservice }]): Claim[] => {
        const path = `bots.${id}`;
        if (!appservice) return [];
        return [
            { path, by: `${path}.appservice`, setting: `${path}.appservice.namespace`, id, localpart, namespace: appservice.namespace },
        ];
    });
}

function claimsOfBridges({ bridges = {} }: Sections): Claim[] {
    return platformNames.flatMap((platform): Claim[] => {
        const { localpart, namespace }: BridgePlatform = platforms[platform];
        const path = `bridges.${platform}`;
        if (bridges[platform] === undefined || namespace === undefined) return [];
        return [{ path, by: path, setting: path, id: bridgeName(platform), localpart, namespace }];
    });
}

/** Each account and each alias belongs to one application service. */
function faultsBetween(claim: Claim, others: Claim[]): Fault[] {
    return others.flatMap((other) => {
        const overlap = claim.namespace.startsWith(other.namespace) || other.namespace.startsWith(claim.namespace);
        const file = registrationPath(claim.id) === registrationPath(other.id);
        return [
            ...(overlap
                ? [
                      {
                          path: claim.setting,
                          message: `${quoted(claim.namespace)} overlaps ${other.setting}, ${quoted(other.namespace)}; choose prefixes of which none begins with the other`,
                      },
                  ]
                : []),
            ...(file
                ? [
                      {
                          path: claim.path,
                          message: `would have the same registration file as ${other.path}, ${registrationPath(claim.id)}; rename one of the keys, and keep its account with localpart`,
                      },
                  ]
                : []),
        ];
    });
}

/** Synapse does not start with these. Source: synapse/config/appservice.py and synapse/appservice/__init__.py, 1.163.2 */
function faultsInRegistration({ path, setting, id: key, localpart, namespace }: Claim, serverName: string): Fault[] {
    const faults: Fault[] = [];
    const long = faultInLength("user ID", namespace, serverName);
    if (long) faults.push({ path: setting, message: long });
    if (key.includes("|"))
        faults.push({ path, message: 'has "|" in its key, which Synapse does not take for an application service; rename the key' });
    const foreign = /[=+]/.exec(localpart);
    if (foreign)
        faults.push({
            path: localpart === key ? path : `${path}.localpart`,
            message: `has ${quoted(foreign[0])} in it, which Synapse does not take for an application service; use a-z, 0-9 and . _ - /`,
        });
    return faults;
}

/** An application service acts for every user of its namespace, so no other account may be in it. */
function faultsInAccounts(
    { path: service, by, localpart, namespace }: Claim,
    { users = {}, bots = {}, administrator = "admin" }: Sections,
    given: GivenAccounts,
): Fault[] {
    const declared = [
        ...Object.keys(given.users).map((key) => ({ path: `users.${key}`, key, name: own(users, key)?.localpart ?? key })),
        ...Object.keys(given.bots).map((key) => ({ path: `bots.${key}`, key, name: own(bots, key)?.localpart ?? key })),
    ].map(({ path, key, name }) => ({ of: path, path: name === key ? path : `${path}.localpart`, name }));
    // It is created even if users does not declare it.
    const implied = { of: "administrator", path: "administrator", name: administrator };
    return [...declared, ...(Object.hasOwn(given.users, administrator) ? [] : [implied])]
        .filter(({ of }) => of !== service)
        .flatMap(({ path, name }) => {
            const shown = path.endsWith(`.${name}`) ? "" : `${quoted(name)} `;
            if (name.startsWith(namespace))
                return [{ path, message: `${shown}begins with ${namespace}, which is reserved for ${by}; choose another name` }];
            // A bot's own name is among those declared.
            return by === service && name === localpart
                ? [{ path, message: `${shown}is the account of ${by} itself; choose another name` }]
                : [];
        });
}

/** Synapse lets nobody else create an alias of the namespace, and the administrator creates the rooms. */
function faultsInAliases({ by, namespace }: Claim, { rooms = {}, spaces = {} }: Sections): Fault[] {
    const places = [
        ...Object.entries(spaces).map(([key, place]) => ({ path: `spaces.${key}`, key, ...place })),
        ...Object.entries(rooms).map(([key, place]) => ({ path: `rooms.${key}`, key, ...place })),
    ];
    return places
        .map(({ path, key, alias = key }) => ({ path: alias === key ? path : `${path}.alias`, alias }))
        .filter(({ alias }) => alias.startsWith(namespace))
        .map(({ path, alias }) => ({
            path,
            message: `has the alias ${quoted(alias)}, which begins with ${namespace} and so is reserved for ${by}; choose another alias`,
        }));
}

function quoted(text: string): string {
    return JSON.stringify(text);
}
