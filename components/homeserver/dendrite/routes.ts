/**
 * Which requests from outside go to Dendrite. Pure.
 * Listed one by one, so that /_synapse, /_dendrite and its metrics stay inside.
 */
import type { Address } from "../../platform/platform.ts";
import type { Route } from "../homeserver.ts";

/** Below /_matrix/federation/v1, all but publicRooms. Source: dendrite v0.13.8, federationapi/routing/routing.go and mediaapi */
const withoutDirectory = [
    ...["3pid", "backfill", "event", "event_auth", "exchange_third_party_invite", "get_missing_events", "hierarchy", "invite"],
    ...["make_join", "make_leave", "media", "openid", "peek", "query", "send", "send_join", "send_leave", "state", "state_ids", "user"],
];

/**
 * @param federation whether other servers are let in, and whether they may read the room directory: Dendrite has no option for that
 */
export function dendriteRoutes(main: Address, { enabled, publicRooms }: { enabled: boolean; publicRooms: boolean }): Route[] {
    const v1 = "/_matrix/federation/v1";
    const federation = publicRooms
        ? ["/_matrix/federation/*"]
        : [`${v1}/version`, ...withoutDirectory.map((name) => `${v1}/${name}/*`), "/_matrix/federation/v2/*"];
    return [
        {
            paths: ["/_matrix/client/*", "/_matrix/media/*", ...(enabled ? ["/_matrix/key/*", ...federation] : [])],
            upstream: main,
        },
    ];
}
