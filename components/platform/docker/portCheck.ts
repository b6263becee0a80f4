/** Whether the ports that a stack wants are free, and if not, who has them. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { type HostPort, parts } from "../../parts.ts";
import { overlap } from "../../publishedAddresses.ts";
import type { DockerHost } from "./engine.ts";
import { portHolder } from "./portHolder.ts";

/** One line for each setting with a port that is taken, by anything but the stack itself. */
export async function portFaults(wanted: HostPort[], host: DockerHost, stack: string): Promise<string[]> {
    const faults = new Map<string, string>();
    for (const { setting, port, protocol, bind } of wanted) {
        if (faults.has(setting)) continue;
        const publisher = host.containers.find(({ published }) =>
            published.some((other) => other.port === port && other.protocol === protocol && overlap(other.address, bind)),
        );
        if (publisher?.stack === stack) {
            const [wants, has] = [partOf(setting), publisher.name.slice(stack.length + 1)];
            if (wants !== undefined && startsAfter(has, wants))
                faults.set(
                    setting,
                    `${setting}: port ${port}/${protocol} is in use by this stack's own ${has}, which gives it up only after the ${wants} has started; change the ${has}'s port first, run pulumi up, then change this one`,
                );
            continue;
        }
        const fault = publisher
            ? `is in use by container ${publisher.name}`
            : host.local
              ? await bindFault(port, protocol, bind)
              : undefined;
        if (fault) faults.set(setting, `${setting}: port ${port}/${protocol} ${fault}`);
    }
    return [...faults.values()];
}

/** @returns the name of the part that publishes a port, by the path of the port's setting */
function partOf(setting: string): string | undefined {
    const section = setting.split(".")[0];
    return section === "turn" ? "relay" : parts.find(({ name }) => name === section)?.name;
}

function startsAfter(part: string, other: string): boolean {
    const before = parts.find(({ name }) => name === part)?.after ?? [];
    return before.some((name) => name === other || startsAfter(name, other));
}

async function bindFault(port: number, protocol: HostPort["protocol"], bind: string): Promise<string | undefined> {
    const code = await tryToBind(port, protocol, bind);
    if (code === "EADDRINUSE") return `is in use by ${(await portHolder(port, protocol)) ?? "another process"}`;
    if (code === "EADDRNOTAVAIL") return `cannot be published: ${bind} is no address of this host`;
    // Anything else, such as a privileged port, is not in the engine's way.
    return undefined;
}

/** @returns the error's code, or undefined where the port was free */
async function tryToBind(port: number, protocol: HostPort["protocol"], bind: string): Promise<string | undefined> {
    try {
        if (protocol === "tcp") {
            const server = createServer().listen({ port, host: bind, exclusive: true, ipv6Only: bind.includes(":") });
            await once(server, "listening");
            server.close();
            await once(server, "close");
        } else {
            const socket = createSocket({ type: bind.includes(":") ? "udp6" : "udp4", ipv6Only: bind.includes(":") }).bind({
                port,
                address: bind,
                exclusive: true,
            });
            await once(socket, "listening");
            socket.close();
        }
        return undefined;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code;
    }
}
