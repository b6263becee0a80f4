/** Settings as they may be shown. Pure. */
import { isSecret } from "./meant.ts";
import { SecretValue } from "./secretValue.ts";

/** The same with a placeholder for every secret text. */
export function withoutSecrets<T>(settings: T): T {
    return hidden(settings, []) as T;
}

function hidden(value: unknown, path: readonly string[]): unknown {
    if (value instanceof SecretValue) return "[secret]";
    if (typeof value === "string") return isSecret(path) ? "[secret]" : value;
    if (Array.isArray(value)) return value.map((inner, index) => hidden(inner, [...path, `${index}`]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hidden(inner, [...path, key])]));
}
