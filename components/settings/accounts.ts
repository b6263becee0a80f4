/** What the declared accounts are to the homeserver. Pure. */
import { own } from "./own.ts";
import type { ParsedSettings } from "./schema/index.ts";

/** @param key of users or bots */
export function userIdOf({ serverName, users, bots }: Pick<ParsedSettings, "serverName" | "users" | "bots">, key: string): string {
    return `@${(own(users, key) ?? own(bots, key))?.localpart ?? key}:${serverName}`;
}

/** A bot that is an application service, as the homeserver is told of it. */
export interface ApplicationServiceSettings {
    /** Key of the bot. */
    id: string;
    /** Part of its user ID between @ and the colon. */
    localpart: string;
    /** Names of users and aliases that begin so are its own. */
    namespace: string;
    /** Where events are sent; absent: nowhere. */
    url?: string;
}

export function applicationServicesIn({ bots }: Pick<ParsedSettings, "bots">): ApplicationServiceSettings[] {
    return Object.entries(bots).flatMap(([id, { localpart = id, appservice }]) => (appservice ? [{ id, localpart, ...appservice }] : []));
}

/** User IDs of bots that are exempt from the rate limits; an application service is in any case. */
export function unlimitedIn({ serverName, bots }: Pick<ParsedSettings, "serverName" | "bots">): string[] {
    return Object.entries(bots).flatMap(([key, { localpart = key, unlimited, appservice }]) =>
        unlimited && !appservice ? [`@${localpart}:${serverName}`] : [],
    );
}
