/** What the declared accounts are to the homeserver. Pure. */
import type { ParsedSettings } from "./schema/index.ts";

/** @param key of users or bots */
export function userIdOf({ serverName, users, bots }: Pick<ParsedSettings, "serverName" | "users" | "bots">, key: string): string {
    return `@${(users[key] ?? bots[key])?.localpart ?? key}:${serverName}`;
}

/** The bots that are application services, as the homeserver is told of them. */
export function applicationServicesIn({
    bots,
}: Pick<ParsedSettings, "bots">): { id: string; localpart: string; namespace: string; url?: string }[] {
    return Object.entries(bots).flatMap(([id, { localpart = id, appservice }]) => (appservice ? [{ id, localpart, ...appservice }] : []));
}
