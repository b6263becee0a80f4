/** Whether the networks that peers are met in are there, and lead to nothing of this stack's own. */
import { overlapCidr } from "cidr-tools";
import { execa } from "execa";
import type { Settings } from "../../settings/index.ts";

/**
 * @param ownNetwork name of the stack's own Docker network: it is there from the second `pulumi up` on
 * @returns one line for every fault
 */
export async function peerFaults({ network, privatePeers }: Settings["federation"], ownNetwork: string): Promise<string[]> {
    if (network === undefined && privatePeers.length === 0) return [];
    const [own, meeting] = await Promise.all([rangesOf(ownNetwork), network === undefined ? [] : rangesOf(network)]);
    return [
        ...rangeFaults(privatePeers, own ?? []),
        ...nameFaults(network, ownNetwork),
        ...(meeting
            ? []
            : [
                  `federation.network: there is no Docker network ${network}; make it: docker network create --subnet 10.94.0.0/24 ${network}`,
              ]),
    ];
}

/** Docker would publish the homeserver's plain port in the network whose name comes first. Pure. */
export function nameFaults(network: string | undefined, ownNetwork: string): string[] {
    if (network === undefined || ownNetwork < network) return [];
    return [
        `federation.network: ${network} comes before this stack's own network ${ownNetwork} in the order of names, so Docker would publish the homeserver's plain port in it; use a network whose name begins with a letter`,
    ];
}

/** Through its own network's range any user could make Synapse ask the stack's database. Pure. */
export function rangeFaults(privatePeers: string[], ownRanges: string[]): string[] {
    return privatePeers.flatMap((range, index) => {
        const own = ownRanges.find((candidate) => overlapCidr(candidate, range));
        const peers = "name the peers' own range";
        return own === undefined
            ? []
            : [`federation.privatePeers.${index}: ${range} takes in this stack's own network ${own}, and so its database; ${peers}`];
    });
}

/** @returns undefined if there is no such network */
async function rangesOf(network: string): Promise<string[] | undefined> {
    const listed = await execa("docker", ["network", "ls", "--format", "{{.Name}}"], { timeout: 20_000 });
    if (!listed.stdout.split("\n").includes(network)) return undefined;
    const format = "{{range .IPAM.Config}}{{.Subnet}} {{end}}";
    const inspected = await execa("docker", ["network", "inspect", "--format", format, network], { timeout: 20_000 });
    return inspected.stdout.split(" ").filter((range) => range.trim() !== "");
}
