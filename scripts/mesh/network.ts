/** The Docker network that the servers of a mesh meet in. */
import { networkInterfaces } from "node:os";
import { overlapCidr } from "cidr-tools";
import { Failure } from "../project/failure.ts";
import { createNetwork, networks } from "../stack/networks.ts";
import type { MeetingNetwork } from "./server.ts";

/** @throws Failure if its range belongs to something else, or it is there with another one */
export async function ensureNetwork({ name, subnet }: MeetingNetwork): Promise<void> {
    const all = await networks();
    const there = all.find((network) => network.name === name);
    if (there) {
        if (there.ranges.includes(subnet)) return;
        throw new Failure(
            `Docker network ${name} has the range ${there.ranges.join(", ") || "of no bridge"}, and the servers look for each other in ${subnet}: take it away (docker network rm ${name}), then run the same command again`,
        );
    }
    const taker = takerOf(subnet, [...all.map((network) => ({ ...network, name: `Docker network ${network.name}` })), ...interfaces()]);
    if (taker) throw new Failure(`The servers meet in ${subnet}, and ${taker} has that range: take it away, or give it another one`);
    await createNetwork(name, subnet);
}

interface Ranges {
    name: string;
    /** CIDR. */
    ranges: string[];
}

/** The name of whatever has an address of the range. Pure. */
export function takerOf(subnet: string, all: Ranges[]): string | undefined {
    return all.find(({ ranges }) => ranges.some((range) => overlapCidr(subnet, range)))?.name;
}

/** Of this machine; a VPN is one too. */
function interfaces(): Ranges[] {
    return Object.entries(networkInterfaces()).map(([name, addresses]) => ({
        name: `network interface ${name}`,
        ranges: (addresses ?? []).flatMap(({ cidr }) => cidr ?? []),
    }));
}
