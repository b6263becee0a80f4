/** Whether a bridge is connected to the networks of its platform, as it says itself. */
import { z } from "zod";
import type { Platform } from "../../../components/bridges/platforms.ts";
import { docker } from "../../stack/docker.ts";

/** Name of a network, account or login → `connected`, or why it is not. */
export type Networks = Record<string, string>;

/** Each reads what its bridge's program tells. */
const tellers: { [P in Platform]?: (container: string) => Promise<Networks> } = {
    irc: async (container) =>
        z.record(z.string(), z.string()).parse(JSON.parse(await docker(["exec", container, "cat", "/var/tmp/networks.json"], 4))),
    relay: async (container) =>
        z
            .record(z.string(), z.string())
            .parse(JSON.parse(await docker(["exec", container, "sh", "/opt/bridge/start.sh", "networks", "/run/secrets/accounts"], 4))),
};

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
