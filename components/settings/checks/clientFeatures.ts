/** The account that sends server notices, and the rooms that new accounts join. Pure. */
import { faultInLength } from "../../../matrix/identifierLength.ts";
import { faultInServerName } from "../../../matrix/serverName.ts";
import { faultInLocalpart } from "../../../matrix/userId.ts";
import type { Fault } from "../fault.ts";
import { own } from "../own.ts";
import type { Check, Sections } from "./check.ts";

export const faultsInClientFeatures: Check = (sections, given) => [...faultsInNotices(sections, given), ...faultsInAutoJoin(sections)];

const faultsInNotices: Check = (sections, given) => {
    const { homeserver, serverName = "", administrator = "admin" } = sections;
    if (!homeserver?.serverNotices) return [];
    const { localpart } = homeserver.serverNotices;
    const keys = { users: new Set([...Object.keys(given.users), administrator]), bots: new Set(Object.keys(given.bots)) };
    const [taken] = (["users", "bots"] as const).flatMap((section) =>
        [...keys[section]].filter((key) => (own(sections[section], key)?.localpart ?? key) === localpart).map((key) => `${section}.${key}`),
    );
    const reserved = Object.entries(sections.bots ?? {}).find(
        ([, { appservice }]) => appservice && localpart.startsWith(appservice.namespace),
    );
    const message =
        faultInLocalpart(localpart) ??
        faultInLength("user ID", localpart, serverName) ??
        (taken ? `${JSON.stringify(localpart)} is the account of ${taken}; notices need an account of their own` : undefined) ??
        (reserved
            ? `begins with ${reserved[1].appservice?.namespace}, which is reserved for bots.${reserved[0]}.appservice; choose another name`
            : undefined);
    return message ? [{ path: "homeserver.serverNotices.localpart", message }] : [];
};

function faultsInAutoJoin({ homeserver, serverName, rooms, spaces, federation }: Sections): Fault[] {
    if (!homeserver) return [];
    return homeserver.autoJoinRooms.flatMap((room, index) => {
        const message = room.startsWith("#") ? faultInForeignAlias(room) : faultInKey(room);
        return message ? [{ path: `homeserver.autoJoinRooms.${index}`, message: `${JSON.stringify(room)} ${message}` }] : [];
    });

    function faultInKey(key: string): string | undefined {
        // A section with a fault has its own line.
        if (rooms === undefined || spaces === undefined || Object.hasOwn({ ...rooms, ...spaces }, key)) return undefined;
        const declared = [...Object.keys(rooms), ...Object.keys(spaces)].sort().join(", ") || "none";
        return `is not declared under rooms or spaces (declared: ${declared})`;
    }

    function faultInForeignAlias(alias: string): string | undefined {
        const colon = alias.indexOf(":");
        const server = alias.slice(colon + 1);
        if (colon < 2 || faultInServerName(server) !== undefined) return "is not a room alias, such as #welcome:partner.org";
        if (server === serverName) return "is on this server; give its key under rooms or spaces";
        if (federation?.enabled === false) return "is on another server, and federation.enabled is false";
        const allowed = federation === undefined || federation.allow.length === 0 || federation.allow.includes(server);
        return allowed ? undefined : `is on ${server}, which is not in federation.allow; add it there`;
    }
}
