/** Who may use a bridge of the mautrix family, as its configuration says it. Pure. */

/** Source: maunium.net/go/mautrix v0.30.0, bridgev2/bridgeconfig/permissions.go */
type Level = "relay" | "user" | "admin";

/** Everyone on a server, or one person. */
const everyoneOn = /^@\*:([^*]+)$/;
const onePerson = /^@[^*:]+:[^*]+$/;

/** @returns what is wrong with a user ID in which * stands for any text, and what would be right */
export function faultInPermitted(userId: string): string | undefined {
    if (everyoneOn.test(userId) || onePerson.test(userId)) return undefined;
    return "is neither one user ID nor all of one server, which is all that this bridge can tell apart; write @alice:example.org or @*:example.org";
}

/** A server's name stands for everyone on it; who is not named is not let in. */
export function permissions(users: readonly string[], admins: readonly string[], relayed: boolean): Record<string, Level> {
    const entries: [string, Level][] = [
        ...(relayed ? [["*", "relay"] as [string, Level]] : []),
        ...users.map((userId): [string, Level] => [everyoneOn.exec(userId)?.[1] ?? userId, "user"]),
        ...admins.map((userId): [string, Level] => [everyoneOn.exec(userId)?.[1] ?? userId, "admin"]),
    ];
    // An administrator who is a user too is an administrator.
    return Object.fromEntries([...new Map(entries)].sort(([a], [b]) => (a < b ? -1 : 1)));
}
