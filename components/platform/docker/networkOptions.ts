/** A stack's own network as the provider is told of it. Pure. */
import { expandCidr } from "cidr-tools";
import type { Settings } from "../../settings/index.ts";

export function networkOptions({ subnet, ipv6, mtu }: Settings["network"] = {}) {
    const pools = [subnet, ipv6].filter((range) => range !== undefined);
    return {
        // With the gateway: Docker reports one from its next start on, and a refresh would then take it for a change.
        ...(pools.length > 0 && { ipamConfigs: pools.map((range) => ({ subnet: range, gateway: firstHost(range) })) }),
        ...(ipv6 !== undefined && { ipv6: true }),
        ...(mtu !== undefined && { options: { "com.docker.network.driver.mtu": `${mtu}` } }),
    };
}

function firstHost(range: string): string {
    const addresses = expandCidr(range);
    // The first is the network's own.
    addresses.next();
    return addresses.next().value;
}
