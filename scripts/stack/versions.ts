/** Which version of its program a component is. */
import { serverVersion } from "../content/administration/version.ts";
import type { Component, Inspected } from "./components.ts";
import { docker } from "./docker.ts";
import { engineHost } from "./engine.ts";

/** Tags by image ID: containers are made by ID, which says nothing to a person. */
export async function imageTags(components: readonly Component[]): Promise<Map<string, string>> {
    const ids = [...new Set(components.map(({ inspected }) => inspected.Image))];
    if (ids.length === 0) return new Map();
    // An image may have been removed under a container: then the others are still told.
    const text = await docker(["image", "inspect", ...ids], 4).catch(() => "[]");
    const images: { Id: string; RepoTags: string[] | null }[] = JSON.parse(text);
    return new Map(images.flatMap(({ Id, RepoTags }) => (RepoTags?.[0] ? [[Id, RepoTags[0]]] : [])));
}

/** As its image says: by its own variable (PostgreSQL, Caddy), the label of the OCI, or its tag. */
export function versionOf({ Config }: Pick<Inspected, "Config">, tag: string | undefined): string | null {
    const variable = Config.Env?.map((line) => line.match(/^(?:PG|CADDY)_VERSION=v?([\d.]+)/)?.[1]).find(Boolean);
    return variable ?? Config.Labels?.["org.opencontainers.image.version"] ?? tag?.split(":").at(-1) ?? null;
}

/**
 * The homeserver's own word, which shows that it answers; null if it gives none, undefined if it is not asked: it does not
 * run, or not on this machine.
 */
export async function homeserverVersion(components: readonly Component[]): Promise<string | null | undefined> {
    const homeserver = components.find(({ role }) => role === "homeserver")?.inspected;
    const port = homeserver?.HostConfig.PortBindings?.["8008/tcp"]?.[0]?.HostPort;
    const elsewhere = !engineHost().startsWith("unix://");
    if (!homeserver?.State.Running || homeserver.State.Paused || port === undefined || elsewhere) return undefined;
    try {
        return (await serverVersion(`http://127.0.0.1:${port}`, 1500)) ?? null;
    } catch {
        return null;
    }
}
