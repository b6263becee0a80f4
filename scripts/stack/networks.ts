/** Docker networks that are not a stack's own, such as the one in which the servers of a mesh meet. */
import { docker } from "./docker.ts";

export interface Network {
    name: string;
    /** CIDR; none for networks that are no bridge. */
    ranges: string[];
}

export async function networks(): Promise<Network[]> {
    const ids = (await docker(["network", "ls", "--quiet"], 20)).split("\n").filter(Boolean);
    const found = await Promise.all(ids.map((id) => inspected(id)));
    return found.flat();
}

/** A network that was removed since it was listed is none any more. */
async function inspected(id: string): Promise<Network[]> {
    const text = await docker(["network", "inspect", id], 20).catch(() => "[]");
    const found: { Name: string; IPAM: { Config: { Subnet?: string }[] | null } }[] = JSON.parse(text);
    return found.map(({ Name, IPAM }) => ({ name: Name, ranges: (IPAM.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []) }));
}

export async function createNetwork(name: string, subnet: string): Promise<void> {
    await docker(["network", "create", "--subnet", subnet, name], 20);
}

/** @throws Failure if containers still use it */
export async function removeNetwork(name: string): Promise<void> {
    const there = await networks();
    if (there.some((network) => network.name === name)) await docker(["network", "rm", name], 20);
}
