/** Where a component is reached, by what its container publishes. */
import type { Inspected } from "./components.ts";

/** Scheme of a container's own port. */
const schemes: Record<string, (internal: string) => string> = {
    postgres: () => "postgresql://",
    synapse: () => "http://",
    caddy: () => "https://",
    coturn: () => "turn:",
};

/** Ports that stand beside each other (a relay's) are one range. Stopped containers have them too. */
export function endpointsOf(role: string, { HostConfig }: Pick<Inspected, "HostConfig">): string[] {
    const published = Object.entries(HostConfig.PortBindings ?? {}).flatMap(([internal, bindings]) =>
        (bindings ?? []).map(({ HostIp, HostPort }) => {
            const [port = "", protocol = "tcp"] = internal.split("/");
            return { scheme: schemes[role]?.(port) ?? `${protocol}://`, host: HostIp || "0.0.0.0", port: Number(HostPort), protocol };
        }),
    );
    published.sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1));
    const ranges: { text: string; first: number; last: number; protocol: string }[] = [];
    for (const { scheme, host, port, protocol } of published) {
        const previous = ranges.at(-1);
        const text = `${scheme}${host}:`;
        if (previous && previous.text === text && previous.protocol === protocol && previous.last === port - 1) previous.last = port;
        else ranges.push({ text, first: port, last: port, protocol });
    }
    return ranges.map(({ text, first, last, protocol }) => {
        const ports = first === last ? `${first}` : `${first}-${last}`;
        return role === "coturn" ? `${text}${ports}/${protocol}` : `${text}${ports}`;
    });
}
