/** Marks the values in `homeserver.config` and in a bridge's `config` that were given as secrets. Pure. */
import type { SecretPath } from "./secretPaths.ts";
import { withSecrets } from "./secretValue.ts";

/**
 * @param raw settings with every value in the clear, as Pulumi hands them over
 * @param paths of secrets; that of the whole section stands for every option in it
 */
export function withGivenSecrets(raw: Record<string, unknown>, paths: readonly SecretPath[]): Record<string, unknown> {
    const { homeserver, bridges } = raw;
    const within = (first: string) => paths.filter((path) => path[0] === first).map((path) => path.slice(1));
    return {
        ...raw,
        ...(isMapping(homeserver) && { homeserver: withGivenConfig(homeserver, within("homeserver")) }),
        ...(isMapping(bridges) && { bridges: bridgesWithGivenConfig(bridges, within("bridges")) }),
    };
}

function bridgesWithGivenConfig(bridges: Record<string, unknown>, paths: readonly SecretPath[]): Record<string, unknown> {
    const below = (platform: string) => paths.flatMap((path) => (path[0] === platform || path[0] === undefined ? [path.slice(1)] : []));
    return Object.fromEntries(
        Object.entries(bridges).map(([platform, given]) => [platform, isMapping(given) ? withGivenConfig(given, below(platform)) : given]),
    );
}

/** @param paths from the section on */
function withGivenConfig(section: Record<string, unknown>, paths: readonly SecretPath[]): Record<string, unknown> {
    const { config } = section;
    if (!isMapping(config)) return section;
    const secret = paths.flatMap(([first, ...rest]) => {
        if (first !== undefined && first !== "config") return [];
        return rest.length > 0 ? [rest] : Object.keys(config).map((key) => [key]);
    });
    return { ...section, config: withSecrets(config, secret) };
}

function isMapping(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
