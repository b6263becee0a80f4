/** Ports that only this machine or the stack itself may reach, tried from another container network, and at the machine's other addresses. */
import { networkInterfaces } from "node:os";
import { imageReference } from "../../../scripts/project/checkout.ts";
import { docker } from "../docker.ts";
import { containerOf, networkOf, type Outcome, type Target } from "./attack.ts";

/** Connects to each ADDRESS PORT of its arguments, and prints those that take the connection. */
const connect = `
import socket, sys
from concurrent.futures import ThreadPoolExecutor
def take(place):
    host, port = place.rsplit(",", 1)
    try:
        socket.create_connection((host, int(port)), timeout=1.5).close()
        return place
    except OSError:
        return None
with ThreadPoolExecutor(32) as pool:
    print(*filter(None, pool.map(take, sys.argv[1:])))
`;

/** Ports in a container. Those of Redis and of metrics are for stacks that have them. */
const inside: Record<string, number[]> = {
    database: [5432],
    homeserver: [8008, 9000, 9093, 19090],
    gateway: [80, 443, 8448, 2080, 2019],
    relay: [3478, 5349, 5766, 9641],
    redis: [6379],
};

async function from(network: string, places: string[]): Promise<string[]> {
    const python = ["--rm", "--network", network, "--cap-drop", "ALL", "--entrypoint", "python3", imageReference("synapse"), "-c", connect];
    return (await docker("run", ...python, ...places)).split(/\s+/).filter(Boolean);
}

export async function reachFromElsewhere(target: Target): Promise<Outcome> {
    const { stack, base } = target;
    const other = `${networkOf(target)}-other`;
    await docker("network", "create", "--label", `matrix-synapse.stack=${networkOf(target)}`, other);
    try {
        const addresses = await addressesOf(target);
        const bridge = (name: string) => docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", name);
        const host = [
            ...Object.values(networkInterfaces()).flatMap((list) =>
                (list ?? []).filter(({ internal, family }) => !internal && family === "IPv4").map(({ address }) => address),
            ),
            await bridge(other),
            await bridge(networkOf(target)),
        ];
        const containers = addresses.flatMap(([role, address]) => (inside[role] ?? []).map((port) => `${address},${port}`));
        const published = [8, 32, 43, 48, 78, 79].map((offset) => base + offset);
        const atHost = [...new Set(host)].flatMap((address) => published.map((port) => `${address},${port}`));
        const names = addresses.flatMap(([role]) => (inside[role] ?? []).map((port) => `${role},${port}`));
        const places = [...containers, ...atHost, ...names];
        const reached = await from(other, places);
        const fromHere = await reachFromThisMachine(atHost.filter((place) => !place.startsWith("127.")));
        // Where they are meant to be reached from, they are: else the rest would say nothing.
        const meant = await from(networkOf(target), ["database,5432", "homeserver,8008", "gateway,443"]);
        if (meant.length !== 3) throw new Error(`the stack's own network reaches ${meant} only`);
        return {
            tried: "ports of the inside, from elsewhere",
            times: places.length + atHost.length,
            succeeded: [...reached, ...fromHere],
            seen: `${containers.length} at containers, ${atHost.length * 2} at ${new Set(host).size} addresses of the machine, ${names.length} by name, of ${stack}`,
        };
    } finally {
        await docker("network", "rm", other);
    }
}

async function addressesOf(target: Target): Promise<[string, string][]> {
    const list = await docker(
        "network",
        "inspect",
        "--format",
        '{{range .Containers}}{{.Name}} {{.IPv4Address}}{{"\\n"}}{{end}}',
        networkOf(target),
    );
    const prefix = containerOf(target, "");
    return list
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split(" ") as [string, string])
        .map(([name, address]) => [name.slice(prefix.length), address.replace(/\/.*/, "")]);
}

/** At its other addresses: as from a network that the machine is in. */
function reachFromThisMachine(places: string[]): Promise<string[]> {
    return from("host", places);
}
