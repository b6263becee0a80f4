/** Whether the ranges that the settings give the stack's own network are free on this host. */
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { overlapCidr } from "cidr-tools";
import { execa } from "execa";
import type { Settings } from "../../settings/index.ts";

/** What has a range, in words, such as "Docker network other". */
export interface Holder {
    name: string;
    /** CIDR. */
    range: string;
}

/**
 * @param ownNetwork name of the stack's own network; what it has already is its own
 * @param local whether the engine runs on this machine, so that its routes are this machine's
 * @returns one line for every fault
 */
export async function subnetFaults(network: Settings["network"], ownNetwork: string, local: boolean): Promise<string[]> {
    if (network.subnet === undefined) return [];
    const docker = await dockerNetworks();
    const own = docker.find(({ name }) => name === ownNetwork);
    const others = docker
        .filter(({ name }) => name !== ownNetwork)
        .flatMap(({ name, ranges }) => ranges.map((range) => ({ name: `Docker network ${name}`, range })));
    // The bridges of Docker's networks are interfaces too, which are named above already.
    const bridges = new Set(docker.map(({ bridge }) => bridge));
    const routes = local ? hostRanges().filter(({ device }) => device !== own?.bridge && !bridges.has(device)) : [];
    return takenFaults(network, [...others, ...routes.map(({ device, range }) => ({ name: `a route of this host to ${device}`, range }))]);
}

/** Pure. */
export function takenFaults({ subnet, ipv6 }: Settings["network"], holders: Holder[]): string[] {
    return Object.entries({ subnet, ipv6 }).flatMap(([key, wanted]) => {
        const holder = wanted && holders.find(({ range }) => overlapCidr(wanted, range));
        return holder ? [`network.${key}: ${wanted} overlaps ${holder.range}, which is ${holder.name}; choose another range`] : [];
    });
}

async function dockerNetworks(): Promise<{ name: string; bridge: string; ranges: string[] }[]> {
    const ids = (await execa("docker", ["network", "ls", "--quiet", "--no-trunc"], { timeout: 20_000 })).stdout.split("\n").filter(Boolean);
    // One that was removed since it was listed is none any more.
    const { stdout } = await execa("docker", ["network", "inspect", ...ids], { timeout: 20_000, reject: false });
    const found: {
        Name: string;
        Id: string;
        Options: Record<string, string> | null;
        IPAM: { Config: { Subnet?: string }[] | null };
    }[] = JSON.parse(stdout || "[]");
    return found.map(({ Name, Id, Options, IPAM }) => ({
        name: Name,
        bridge: Options?.["com.docker.network.bridge.name"] ?? `br-${Id.slice(0, 12)}`,
        ranges: (IPAM.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
    }));
}

/** Ranges that this machine has routes to, a VPN's among them. */
function hostRanges(): { device: string; range: string }[] {
    const addresses = Object.entries(networkInterfaces()).flatMap(([device, all]) =>
        (all ?? []).flatMap(({ cidr, internal }) => (cidr && !internal ? [{ device, range: cidr }] : [])),
    );
    return [...addresses, ...ipv4Routes()];
}

function ipv4Routes(): { device: string; range: string }[] {
    try {
        return routesIn(readFileSync("/proc/net/route", "utf8"));
    } catch {
        // Not Linux: its interfaces are known.
        return [];
    }
}

/** Of the kernel's table, without the default route. Pure. */
export function routesIn(table: string): { device: string; range: string }[] {
    return table
        .split("\n")
        .slice(1)
        .flatMap((line) => {
            const [device = "", destination, , , , , , mask] = line.split("\t");
            if (!destination || !mask || /^0+$/.test(mask)) return [];
            const ones = [...Number.parseInt(mask, 16).toString(2)].filter((bit) => bit === "1").length;
            return [{ device, range: `${Buffer.from(destination, "hex").reverse().join(".")}/${ones}` }];
        });
}
