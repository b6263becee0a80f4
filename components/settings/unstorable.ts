/** Text that no homeserver stores. Pure. */
import type { Fault } from "./fault.ts";

/** PostgreSQL has no NUL in texts, and half a character (a surrogate without the other) is not Unicode: Synapse answers 500 or M_BAD_JSON. */
export function unstorableTexts(value: unknown, path: readonly string[] = []): Fault[] {
    if (typeof value === "string") {
        if (value.includes("\0"))
            return [{ path: path.join("."), message: "has a NUL character in it, which cannot be stored; remove it" }];
        return /\p{Surrogate}/u.test(value)
            ? [{ path: path.join("."), message: "has half of a character in it (a lone surrogate); write the whole character" }]
            : [];
    }
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => unstorableTexts(inner, [...path, key]));
}
