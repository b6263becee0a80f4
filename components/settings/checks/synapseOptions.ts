/** What `homeserver.config` may not contain. Whether Synapse knows the rest, it says itself: see the homeserver's trial. Pure. */
import type { Fault } from "../fault.ts";
import { ownedIn } from "../ownedOptions.ts";
import { isSecret } from "../secretValue.ts";
import type { Sections } from "./check.ts";

/** Names of options of Synapse, and of its modules, whose values are secrets. */
const secretName = /(^|_)(secret|secret_key|shared_secret|client_secret|private_key|password|passwd|pass|smtp_pass|pepper|token|dsn)$/i;

export function faultsInSynapseOptions({ homeserver }: Sections): Fault[] {
    if (!homeserver) return [];
    const owned = ownedIn(homeserver.config);
    const secrets = plainSecrets(homeserver.config, []).filter((path) => !owned.some((one) => one.path === path.join(".")));
    return [
        ...owned.map(({ path, message }) => ({ path: `homeserver.config.${path}`, message })),
        ...secrets.map((path) => ({
            path: `homeserver.config.${path.join(".")}`,
            message: `is a secret in the clear; run: pulumi config set --secret --path '${pulumiPath(path)}'`,
        })),
    ];
}

/** Paths of texts that are secrets by their names and were not given as such. */
function plainSecrets(value: unknown, path: string[]): string[][] {
    if (isSecret(value) || value === null || value === "") return [];
    if (typeof value === "string") return secretName.test(path.at(-1) ?? "") ? [path] : [];
    return typeof value === "object" ? Object.entries(value).flatMap(([key, inner]) => plainSecrets(inner, [...path, key])) : [];
}

function pulumiPath(path: string[]): string {
    return path.reduce((text, key) => {
        if (/^\d+$/.test(key)) return `${text}[${key}]`;
        return /^[\w-]+$/.test(key) ? `${text}.${key}` : `${text}["${key}"]`;
    }, "homeserver.config");
}
