/** Values as they stand in the engine's events. */

/** Marks a value that is an object with a meaning of its own. Source: pulumi/sdk/go/common/resource/sig */
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
/** Stands for a value that only the real thing has. Source: pulumi/sdk/go/common/resource/plugin/rpc.go */
const unknownValues = new Set(["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"]);

export class Hidden {
    constructor(readonly text: string) {}
}

/** What the engine masks. It gives no secret to events, so two of them cannot be compared. */
export const secret = new Hidden("(secret)");
export const knownLater = new Hidden("(known after the update)");

export type Properties = Record<string, unknown>;

export function isProperties(value: unknown): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Hidden);
}

/** Secrets and unknown values told apart, and what is only Pulumi's own left out. */
export function cleaned(value: unknown): unknown {
    if (typeof value === "string") {
        if (value === "[secret]") return secret;
        return unknownValues.has(value) ? knownLater : value;
    }
    if (Array.isArray(value)) return value.map(cleaned);
    if (!isProperties(value)) return value;
    if (value[signature] === secretSignature) return secret;
    return Object.fromEntries(
        Object.entries(value)
            .filter(([key, entry]) => !key.startsWith("__") && entry !== null && entry !== undefined)
            .map(([key, entry]) => [key, cleaned(entry)]),
    );
}

/** The value at a path of the engine's, such as `ports[0].external` or `labels["a.b"]`. */
export function valueAt(properties: unknown, path: string): unknown {
    return keysOf(path).reduce<unknown>((node, key) => {
        if (Array.isArray(node)) return node[Number(key)];
        return isProperties(node) ? node[key] : undefined;
    }, properties);
}

/** The keys that a path of the engine's is made of. */
export function keysOf(path: string): string[] {
    return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
        ([, quoted, index, plain]) => quoted?.replace(/\\(.)/g, "$1") ?? index ?? plain ?? "",
    );
}
