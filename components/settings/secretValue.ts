/** A value that was given as a secret, where a section takes values that it does not know. Pure. */
import { keptEncrypted } from "./configText.ts";
import type { SecretPath } from "./secretPaths.ts";

/** It shows itself to nobody who prints or serialises it by accident. */
export class SecretValue {
    readonly #value: unknown;

    constructor(value: unknown) {
        this.#value = value;
    }

    /** For a secret file, and for nothing else. */
    reveal(): unknown {
        return this.#value;
    }

    toJSON(): string {
        return "[secret]";
    }

    toString(): string {
        return "[secret]";
    }
}

export function isSecret(value: unknown): boolean {
    return value instanceof SecretValue || value === keptEncrypted;
}

/** @returns a copy of the value in which those at the paths are marked; a path that leads nowhere marks what it stops at */
export function withSecrets(value: unknown, paths: readonly SecretPath[]): unknown {
    if (paths.length === 0) return value;
    if (paths.some((path) => path.length === 0) || typeof value !== "object" || value === null) return new SecretValue(value);
    const below = (key: string) => paths.filter(([first]) => first === key).map(([, ...rest]) => rest);
    if (Array.isArray(value)) return value.map((item, index) => withSecrets(item, below(`${index}`)));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withSecrets(inner, below(key))]));
}
