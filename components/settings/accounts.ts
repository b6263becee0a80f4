/** What the declared accounts are to the homeserver. Pure. */
import { type BridgePlatform, bridgeName, type Platform, platformNames, platforms, runs } from "../bridges/platforms.ts";
import { own } from "./own.ts";
import type { ParsedSettings } from "./schema/index.ts";

/** @param key of users or bots */
export function userIdOf({ serverName, users, bots }: Pick<ParsedSettings, "serverName" | "users" | "bots">, key: string): string {
    return `@${(own(users, key) ?? own(bots, key))?.localpart ?? key}:${serverName}`;
}

/** A bot or a bridge that is an application service, as the homeserver is told of it. */
export interface ApplicationServiceSettings {
    /** Key of the bot, or the ID of the bridge's registration. */
    id: string;
    /** Path of the setting whose number is the generation of its tokens. */
    generation: { of: "bots" | "bridges"; key: string };
    /** Part of its user ID between @ and the colon. */
    localpart: string;
    /** Names of users and aliases that begin so are its own. */
    namespace: string;
    /** Where events are sent; absent: nowhere. */
    url?: string;
    /** Whether it takes part in encrypted rooms. */
    encrypts?: boolean;
}

/** A registration with which a bridge acts as its users' own accounts. */
export interface PuppetService {
    id: string;
    generation: ApplicationServiceSettings["generation"];
    /** Part of the user ID of its own account, which does nothing. */
    localpart: string;
    platform: Platform;
    /** In the order of the settings. */
    userIds: string[];
}

/** Never of a user who is not named: the registration's token reads and writes all that these accounts can. */
export function puppetServicesIn(settings: Pick<ParsedSettings, "serverName" | "users" | "bots" | "bridges">): PuppetService[] {
    return platformNames.flatMap((platform): PuppetService[] => {
        const own = settings.bridges[platform];
        if (own === undefined || !runs(settings.bridges, platform) || !("doublePuppeting" in own) || !own.doublePuppeting) return [];
        return [
            {
                id: `${bridgeName(platform)}-puppets`,
                generation: { of: "bridges", key: platform },
                localpart: `${platforms[platform].localpart}-puppets`,
                platform,
                userIds: accountIds(settings, own.users),
            },
        ];
    });
}

export function applicationServicesIn({ bots, bridges }: Pick<ParsedSettings, "bots" | "bridges">): ApplicationServiceSettings[] {
    const ofBots = Object.entries(bots).flatMap(([id, { localpart = id, appservice }]): ApplicationServiceSettings[] =>
        appservice ? [{ id, generation: { of: "bots", key: id }, localpart, ...appservice }] : [],
    );
    const ofBridges = platformNames.flatMap((platform): ApplicationServiceSettings[] => {
        const { localpart, namespace, port, encrypts }: BridgePlatform = platforms[platform];
        const own = bridges[platform];
        if (own === undefined || !runs(bridges, platform) || namespace === undefined || port === undefined) return [];
        // Its name in the stack's network.
        const url = `http://${bridgeName(platform)}:${port}`;
        const encrypted = encrypts && !("encryption" in own && own.encryption === "off");
        return [
            {
                id: bridgeName(platform),
                generation: { of: "bridges", key: platform },
                localpart,
                namespace,
                url,
                ...(encrypted && { encrypts: true }),
            },
        ];
    });
    return [...ofBots, ...ofBridges];
}

/** User ID of a bridge's own account. */
export function bridgeUserId(platform: Platform, serverName: string): string {
    return `@${platforms[platform].localpart}:${serverName}`;
}

/** @param accounts keys, user IDs with or without patterns, or * for everyone on this server */
export function accountIds(settings: Pick<ParsedSettings, "serverName" | "users" | "bots">, accounts: string[]): string[] {
    return accounts.map((account) => {
        if (account === "*") return `@*:${settings.serverName}`;
        return account.startsWith("@") ? account : userIdOf(settings, account);
    });
}

/** User IDs of bots that are exempt from the rate limits; an application service is in any case. */
export function unlimitedIn({ serverName, bots }: Pick<ParsedSettings, "serverName" | "bots">): string[] {
    return Object.entries(bots).flatMap(([key, { localpart = key, unlimited, appservice }]) =>
        unlimited && !appservice ? [`@${localpart}:${serverName}`] : [],
    );
}
