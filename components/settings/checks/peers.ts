/** Which other servers this one talks to. Pure. */
import { overlapCidr } from "cidr-tools";
import { specialRanges } from "../../../matrix/addressRanges.ts";
import { withoutHabitualPort } from "../../../matrix/serverName.ts";
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

/** In these, a foreign server name would lead to this machine itself, or to a cloud's metadata service. */
const ownRanges = specialRanges.filter(({ use }) => use === "loopback" || use === "link-local").map(({ range }) => range);

export function faultsInPeers({ federation }: Sections): Fault[] {
    if (!federation) return [];
    const { enabled, allow, keyServers, privatePeers, publicRooms, delegation } = federation;
    const faults: Fault[] = [];
    const given = {
        allow: allow[0],
        delegation,
        publicRooms: publicRooms || undefined,
        keyServers: keyServers[0],
        privatePeers: privatePeers[0],
    };
    for (const [key, value] of Object.entries(given))
        if (!enabled && value !== undefined)
            faults.push({
                path: `federation.${key}`,
                message: "has no effect while federation.enabled is false; remove it, or enable federation",
            });
    faults.push(...faultsInPorts("allow", allow), ...faultsInPorts("keyServers", keyServers));
    for (const [index, server] of keyServers.entries()) {
        // Synapse would not ask it, and would say so in its log only.
        if (allow.length > 0 && !allow.includes(server))
            faults.push({
                path: `federation.keyServers.${index}`,
                message: `${server} is not in federation.allow, so it would not be asked; add it there`,
            });
    }
    for (const [index, range] of privatePeers.entries()) {
        const own = ownRanges.find((one) => overlapCidr(one, range));
        if (own)
            faults.push({
                path: `federation.privatePeers.${index}`,
                message: `${range} overlaps ${own}, which leads to this machine itself; give the peers' own range`,
            });
        else if (!specialRanges.some((special) => !special.embedsIpv4 && overlapCidr(special.range, range)))
            faults.push({
                path: `federation.privatePeers.${index}`,
                message: `${range} has no effect: its addresses are public, and those are not blocked; remove it`,
            });
    }
    return faults;
}

/** A server whose name does have such a port is given in both forms. */
function faultsInPorts(key: "allow" | "keyServers", servers: string[]): Fault[] {
    return servers.flatMap((server, index) => {
        const bare = withoutHabitualPort(server);
        if (bare === undefined || servers.includes(bare)) return [];
        const message = `"${server}" has a port, which is no part of most server names: the server of @user:${bare} is ${bare}; if the user IDs do end in :${server}, list ${bare} as well`;
        return [{ path: `federation.${key}.${index}`, message }];
    });
}
