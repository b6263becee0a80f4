/** Where a component is reached, by what its container publishes. */
import { parts } from "../../components/parts.ts";
import type { Inspected } from "./components.ts";

/** Neighbouring ports, such as a relay's, are one range. Stopped containers have endpoints too. */
export function endpointsOf(role: string, { HostConfig }: Pick<Inspected, "HostConfig">): string[] {
    const part = parts.find(({ name }) => name === role);
    const published = Object.entries(HostConfig.PortBindings ?? {}).flatMap(([internal, bindings]) =>
        (bindings ?? []).map(({ HostIp, HostPort }) => {
            const [, protocol = "tcp"] = internal.split("/");
            return { scheme: part?.scheme ?? `${protocol}://`, host: HostIp || "0.0.0.0", port: Number(HostPort), protocol };
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
        return text.startsWith("turn") ? `${text}${ports}/${protocol}` : `${text}${ports}`;
    });
}
