/** What `homeserver.config` may not contain. Whether Synapse knows the rest, it says itself: see the homeserver's trial. Pure. */
import type { Fault } from "../fault.ts";
import { ownedIn } from "../ownedOptions.ts";
import { isSecret } from "../secretValue.ts";
import type { Sections } from "./check.ts";

/** Names of options of Synapse, and of its modules, whose values are secrets. */
const secretName =
    /(^|_)(secret|password|passwd|pass|passphrase|bindpw|pepper|token|dsn|credentials?|(secret|private|access|secret_access|api|auth|customer|encryption)_?key)$/i;
/** A private key, or the password in a URL, under whatever name. */
const secretText = /-----BEGIN [A-Z ]*PRIVATE KEY-----|^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:[^\s/@]+@/i;

/** The tokens that bots work with are those of any sign-in, and nobody is there to sign in again. */
const endTokens = ["session_lifetime", "nonrefreshable_access_token_lifetime"];

export function faultsInSynapseOptions({ homeserver, bots = {} }: Sections): Fault[] {
    if (!homeserver) return [];
    const owned = ownedIn(homeserver.config);
    const secrets = plainSecrets(homeserver.config, []).filter(
        (path) => !owned.some((one) => `${path.join(".")}.`.startsWith(`${one.path}.`)),
    );
    const { config, serverNotices } = homeserver;
    return [
        ...Object.keys(config)
            .filter((key) => key.includes("."))
            .map((key) => ({ path: `homeserver.config.${key}`, message: dotted(key) })),
        ...wordsForSwitches(config, []).map(([path, word]) => ({
            path: `homeserver.config.${path.join(".")}`,
            message: `is the text "${word}", and Synapse takes most texts for true; write ${word.toLowerCase()} without quotes`,
        })),
        ...endTokens.flatMap((key) => {
            const [bot] = Object.entries(bots).find(([, { appservice, deactivated }]) => !appservice && !deactivated) ?? [];
            if (bot === undefined || (config[key] ?? undefined) === undefined) return [];
            return [
                { path: `homeserver.config.${key}`, message: `would end the token of bots.${bot}, too, which must not expire; remove it` },
            ];
        }),
        // Its fields that are not settings of their own come on top of those.
        ...(config.server_notices && !serverNotices && !owned.some(({ path }) => path.startsWith("server_notices"))
            ? [{ path: "homeserver.config.server_notices", message: "adds to the setting homeserver.serverNotices; set that too" }]
            : []),
        ...owned.map(({ path, message }) => ({ path: `homeserver.config.${path}`, message })),
        ...secrets.map((path) => ({
            path: `homeserver.config.${path.join(".")}`,
            message: `is a secret in the clear; run: pulumi config set --secret --path '${pulumiPath(path)}'`,
        })),
    ];
}

function dotted(key: string): string {
    const [outer, ...inner] = key.split(".");
    return `has a dot in its name; write ${inner.join(".")} in a line of its own below ${outer}`;
}

/** With their paths. In a list they are names. */
function wordsForSwitches(value: unknown, path: string[]): [path: string[], word: string][] {
    // Python, and so Synapse's documentation, writes True and False.
    if (typeof value === "string" && /^(true|false)$/i.test(value)) return [[path, value]];
    if (typeof value !== "object" || value === null || Array.isArray(value) || isSecret(value)) return [];
    return Object.entries(value).flatMap(([key, inner]) => wordsForSwitches(inner, [...path, key]));
}

/** Paths of texts and numbers that are secrets and were not given as such. */
function plainSecrets(value: unknown, path: string[]): string[][] {
    if (isSecret(value) || value === null || value === "") return [];
    if (typeof value === "string" || typeof value === "number")
        return secretName.test(path.at(-1) ?? "") || secretText.test(`${value}`) ? [path] : [];
    return typeof value === "object" ? Object.entries(value).flatMap(([key, inner]) => plainSecrets(inner, [...path, key])) : [];
}

/** Path for `pulumi config set --path` of an option in `homeserver.config`. */
export function pulumiPath(path: string[]): string {
    return path.reduce((text, key) => {
        if (/^\d+$/.test(key)) return `${text}[${key}]`;
        return /^[\w-]+$/.test(key) ? `${text}.${key}` : `${text}["${key}"]`;
    }, "homeserver.config");
}
