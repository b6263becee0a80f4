/** The stack's own Docker network. Pure. */
import { overlapCidr } from "cidr-tools";
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

/** Source: RFC 8200, section 5 */
const smallestIpv6Mtu = 1280;

export function faultsInNetwork({ network, federation }: Sections): Fault[] {
    if (!network) return [];
    const { subnet, ipv6, mtu } = network;
    const faults: Fault[] = [];
    if (ipv6 !== undefined && subnet === undefined)
        faults.push({ path: "network.ipv6", message: "needs network.subnet too, such as 10.77.0.0/24: set both ranges" });
    if (ipv6 !== undefined && mtu !== undefined && mtu < smallestIpv6Mtu)
        faults.push({ path: "network.mtu", message: `${mtu} is too small for IPv6; at least ${smallestIpv6Mtu}` });
    // Through it any user could make Synapse ask the stack's database.
    for (const [index, range] of (federation?.privatePeers ?? []).entries())
        for (const [key, own] of Object.entries({ subnet, ipv6 }))
            if (own !== undefined && overlapCidr(own, range))
                faults.push({
                    path: `federation.privatePeers.${index}`,
                    message: `${range} overlaps network.${key}, ${own}, in which the database is; give the peers' own range`,
                });
    return faults;
}
