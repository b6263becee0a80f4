/** What containers use of memory now. By the engine's API: `docker stats` takes two seconds for its two samples. */
import { get } from "node:http";
import type { Component } from "./components.ts";
import { engineHost } from "./engine.ts";

/** Bytes by container ID; of an engine that is not on this machine, nothing. */
export async function memoryOf(components: readonly Component[]): Promise<Map<string, number>> {
    const endpoint = engineHost();
    const running = components.filter(({ inspected }) => inspected.State.Running);
    if (!endpoint.startsWith("unix://") || running.length === 0) return new Map();
    const used = await Promise.all(
        running.map(async ({ inspected: { Id } }) => [Id, await usedBy(endpoint.slice("unix://".length), Id)] as const),
    );
    return new Map(used.flatMap(([id, bytes]) => (bytes === undefined ? [] : [[id, bytes]])));
}

/** Source: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerStats */
function usedBy(socketPath: string, id: string): Promise<number | undefined> {
    return new Promise((resolve) => {
        const nothing = () => resolve(undefined);
        const path = `/v1.41/containers/${id}/stats?stream=false&one-shot=true`;
        get({ socketPath, path, signal: AbortSignal.timeout(1500) }, (answer) => {
            let text = "";
            answer.setEncoding("utf8").on("data", (part) => {
                text += part;
            });
            answer.on("error", nothing).on("end", () => resolve(answer.statusCode === 200 ? withoutCache(text) : undefined));
        }).on("error", nothing);
    });
}

/** As `docker stats` shows it: pages of files that could be dropped do not count. */
function withoutCache(text: string): number | undefined {
    const { usage, stats } = JSON.parse(text).memory_stats ?? {};
    return usage === undefined ? undefined : usage - (stats?.total_inactive_file ?? stats?.inactive_file ?? 0);
}
