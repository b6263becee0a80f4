/** The Docker network that the servers of a mesh meet in. */
import { networkInterfaces } from "node:os";
import { overlapCidr } from "cidr-tools";
import { execa } from "execa";
import { Failure } from "../project/failure.ts";
import type { MeetingNetwork } from "./server.ts";

/** @throws Failure if its range belongs to something else, or it is there with another one */
export async function ensureNetwork({ name, subnet }: MeetingNetwork): Promise<void> {
    const networks = await dockerNetworks();
    const there = networks.find((network) => network.name === `Docker network ${name}`);
    if (there) {
        if (there.ranges.includes(subnet)) return;
        throw new Failure(
            `Docker network ${name} has the range ${there.ranges.join(", ") || "of no bridge"}, and the servers look for each other in ${subnet}: take it away (docker network rm ${name}), then run the same command again`,
        );
    }
    const taker = takerOf(subnet, [...networks, ...interfaces()]);
    if (taker) throw new Failure(`The servers meet in ${subnet}, and ${taker} has that range: take it away, or give it another one`);
    await execa("docker", ["network", "create", "--subnet", subnet, name]);
}

export async function removeNetwork({ name }: MeetingNetwork): Promise<void> {
    const { failed, stderr } = await execa("docker", ["network", "rm", name], { reject: false });
    if (failed && !/no such network|not found/i.test(stderr)) throw new Failure(`Docker network ${name} stays: ${stderr}`);
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

async function dockerNetworks(): Promise<Ranges[]> {
    const { stdout: ids } = await execa("docker", ["network", "ls", "--quiet"]);
    // One that was removed since it was listed is not there for the second question.
    const { stdout } = await execa("docker", ["network", "inspect", ...ids.split("\n")], { reject: false });
    const found: { Name: string; IPAM: { Config: { Subnet?: string }[] | null } }[] = JSON.parse(stdout || "[]");
    return found.map(({ Name, IPAM }) => ({
        name: `Docker network ${Name}`,
        ranges: (IPAM.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
    }));
}

/** Of this machine; a VPN is one too. */
function interfaces(): Ranges[] {
    return Object.entries(networkInterfaces()).map(([name, addresses]) => ({
        name: `network interface ${name}`,
        ranges: (addresses ?? []).flatMap(({ cidr }) => cidr ?? []),
    }));
}
