/** Properties as Pulumi sends them. Source: pulumi/sdk/go/common/resource/sig and proto/pulumi/provider.proto */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js") as {
    Struct: { fromJavaScript(value: object): WireStruct };
};

export interface WireStruct {
    toJavaScript(): Record<string, unknown>;
}

export type Properties = Record<string, unknown>;

/** Stands for what only the server can tell, as long as it has not been asked. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

/** Plain values: what is secret is opened. */
export function fromWire(struct: WireStruct | undefined): Properties {
    return (struct ? opened(struct.toJavaScript()) : {}) as Properties;
}

function opened(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(opened);
    if (typeof value !== "object" || value === null) return value;
    if (signature in value) return opened((value as { value?: unknown }).value);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, opened(each)]));
}

/** @param secrets the names of properties that are secret */
export function toWire(properties: Properties, secrets: readonly string[] = []): WireStruct {
    const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
    return Struct.fromJavaScript(
        Object.fromEntries(entries.map(([key, value]) => [key, secrets.includes(key) ? { [signature]: secret, value } : value])),
    );
}

/** One property that differs. */
export interface Difference {
    /** Such as topic or members["@alice:example.org"]. */
    path: string;
    kind: "add" | "delete" | "update";
}

/** What differs, down to the single value. Deterministic: in the order of the names. */
export function differences(before: unknown, after: unknown, path = ""): Difference[] {
    if (isObject(before) && isObject(after)) {
        const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
        return keys.flatMap((key) => differences(before[key], after[key], joined(path, key)));
    }
    if (before === undefined && after === undefined) return [];
    if (before === undefined) return [{ path, kind: "add" }];
    if (after === undefined) return [{ path, kind: "delete" }];
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, kind: "update" }];
}

function isObject(value: unknown): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function joined(path: string, key: string): string {
    const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(key);
    if (!plain) return `${path}["${key.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"]`;
    return path === "" ? key : `${path}.${key}`;
}
