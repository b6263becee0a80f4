/** Marks the values in `homeserver.config` that were given as secrets. Pure. */
import type { SecretPath } from "./secretPaths.ts";
import { withSecrets } from "./secretValue.ts";

/**
 * @param raw settings with every value in the clear, as Pulumi hands them over
 * @param paths of secrets; that of the whole section stands for every option in it
 */
export function withGivenSecrets(raw: Record<string, unknown>, paths: readonly SecretPath[]): Record<string, unknown> {
    const { homeserver } = raw;
    if (!isMapping(homeserver) || !isMapping(homeserver.config)) return raw;
    const { config } = homeserver;
    const secret = paths.flatMap((path) => {
        if (path[0] !== "homeserver") return [];
        if (path.length > 2) return path[1] === "config" ? [path.slice(2)] : [];
        return path[1] === undefined || path[1] === "config" ? Object.keys(config).map((key) => [key]) : [];
    });
    return { ...raw, homeserver: { ...homeserver, config: withSecrets(config, secret) } };
}

function isMapping(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
