/** Whether a bridge is connected to the networks of its platform, as it says itself. */
import { z } from "zod";
import type { Platform } from "../../../components/bridges/platforms.ts";
import { docker } from "../../stack/docker.ts";

/** Name of a network, account or login → `connected`, or why it is not. */
export type Networks = Record<string, string>;

const readMetrics = "import urllib.request; print(urllib.request.urlopen('http://localhost:9898/metrics', timeout=3).read().decode())";

/** Each reads what its bridge's program tells. */
const tellers: { [P in Platform]?: (container: string) => Promise<Networks> } = {
    irc: async (container) => networksInMetrics(await docker(["exec", container, "python", "-c", readMetrics], 4)),
    relay: async (container) =>
        z
            .record(z.string(), z.string())
            .parse(JSON.parse(await docker(["exec", container, "sh", "/opt/bridge/start.sh", "networks", "/run/secrets/accounts"], 4))),
};

/** Of the bridge to IRC: components/bridges/irc/durable.py. Pure. */
export function networksInMetrics(text: string): Networks {
    const found = text.matchAll(/^bridge_network_connected\{network="([^"]*)"\} (\S+)$/gm);
    return Object.fromEntries([...found].map(([, network = "", value]) => [network, Number(value) === 1 ? "connected" : "not connected"]));
}

/** @returns undefined where the bridge tells nothing */
export async function networksOf(platform: Platform, container: string): Promise<Networks | undefined> {
    try {
        return await tellers[platform]?.(container);
    } catch {
        return undefined;
    }
}

/** Networks that it is not connected to, each with the reason. */
export function lost(networks: Networks = {}): [string, string][] {
    return Object.entries(networks).filter(([, state]) => state !== "connected");
}
