/** Which docker client can build: it needs BuildKit, for cache mounts and secrets that leave no trace in the image. */
import { realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { Failure } from "../project/failure.ts";

/** Before 23.0 the client had BuildKit in it; since then it asks for the buildx plugin. */
export function hasBuildKit(clientVersion: string, hasBuildx: boolean): boolean {
    const major = Number.parseInt(clientVersion, 10);
    return hasBuildx || (major > 0 && major < 23);
}

/** Every docker on PATH, in order: a newer one without buildx may stand before one that can build. */
export async function buildClient(): Promise<string> {
    const seen = new Set<string>();
    for (const directory of (process.env.PATH ?? "").split(delimiter)) {
        const path = resolved(join(directory, "docker"));
        if (!path || seen.has(path)) {
            continue;
        }
        seen.add(path);
        const version = await execa(path, ["version", "--format", "{{.Client.Version}}"], { reject: false });
        const buildx = await execa(path, ["buildx", "version"], { reject: false });
        if (hasBuildKit(version.stdout ?? "", !buildx.failed)) {
            return path;
        }
    }
    throw new Failure(
        "Docker's buildx is missing, and images must be built here: install it (Debian: docker-buildx, Docker's own packages: docker-buildx-plugin)",
    );
}

function resolved(path: string): string | undefined {
    try {
        return realpathSync(path);
    } catch {
        return undefined;
    }
}
