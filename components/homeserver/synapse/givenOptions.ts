/** Merges what the operator gives in `homeserver.config` over what the program renders, and keeps secrets apart. Pure. */
import { SecretValue } from "../../settings/secretValue.ts";

type Options = Record<string, unknown>;

export interface MergedOptions {
    /** For the configuration that anyone in the container may read: everything but the secrets. */
    readable: Options;
    /**
     * For a secret file, which Synapse reads after the other one: the options that have a secret in them, each as a whole, because
     * an option in a later file replaces that in an earlier one. Empty where there is no secret.
     */
    secret: Options;
}

export function mergedOptions(own: Options, given: Options): MergedOptions {
    const whole = merged(own, given) as Options;
    const readable = withoutSecrets(whole) as Options;
    const secret = Object.entries(given).flatMap(([key, value]) => (holdsSecret(value) ? [[key, revealed(whole[key])]] : []));
    return { readable, secret: Object.fromEntries(secret) };
}

/** Mappings are merged, an empty one among them; anything else that is given replaces what is there. */
export function merged(own: unknown, given: unknown): unknown {
    if (isMapping(own) && given === null) return own;
    if (!isMapping(own) || !isMapping(given)) return given;
    const entries = Object.entries(given).map(([key, value]) => [key, Object.hasOwn(own, key) ? merged(own[key], value) : value]);
    return { ...own, ...Object.fromEntries(entries) };
}

function holdsSecret(value: unknown): boolean {
    if (value instanceof SecretValue) return true;
    return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

/** Secrets are left out, with the items of lists in which nothing else is. */
function withoutSecrets(value: unknown): unknown {
    if (Array.isArray(value)) return value.filter((item) => !(item instanceof SecretValue)).map(withoutSecrets);
    if (!isMapping(value)) return value;
    const visible = Object.entries(value).filter(([, inner]) => !(inner instanceof SecretValue));
    return Object.fromEntries(visible.map(([key, inner]) => [key, withoutSecrets(inner)]));
}

/** With every secret in the clear: for a secret file only. */
export function revealed(value: unknown): unknown {
    if (value instanceof SecretValue) return value.reveal();
    if (Array.isArray(value)) return value.map(revealed);
    return isMapping(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)])) : value;
}

function isMapping(value: unknown): value is Options {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof SecretValue);
}

/** The texts of secrets, as they are and as Python shows them. */
export function secretTexts(value: unknown): string[] {
    if (value instanceof SecretValue) return Object.values({ secret: revealed(value) }).flatMap(textsIn);
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(secretTexts) : [];
}

function textsIn(secret: unknown): string[] {
    if (typeof secret === "object" && secret !== null) return Object.values(secret).flatMap(textsIn);
    const text = String(secret);
    const escaped = JSON.stringify(text).slice(1, -1);
    return [
        text,
        text.split(/\s+/).join(" ").trim(),
        escaped,
        escaped.replaceAll('\\"', '"'),
        escaped.replaceAll('\\"', '"').replaceAll("'", "\\'"),
    ].filter((one) => one !== "");
}
