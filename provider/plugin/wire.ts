/** Properties as Pulumi sends them. Source: pulumi/sdk/go/common/resource/sig and proto/pulumi/provider.proto */
import structMessages, { type JavaScriptValue, type Struct } from "google-protobuf/google/protobuf/struct_pb.js";

export type Properties = Record<string, unknown>;

/** Stands for a value that is not known in a preview. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

/** Plain values, secret ones too. */
export function fromWire(struct: Struct | undefined): Properties {
    return (struct ? revealed(struct.toJavaScript()) : {}) as Properties;
}

function revealed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(revealed);
    if (typeof value !== "object" || value === null) return value;
    if (signature in value) return revealed((value as { value?: unknown }).value);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revealed(each)]));
}

/** @returns the names of properties that are secret or have a secret in them */
export function secretsIn(struct: Struct | undefined): string[] {
    return Object.entries(struct?.toJavaScript() ?? {}).flatMap(([name, value]) => (hasSecret(value) ? [name] : []));
}

function hasSecret(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return false;
    return (value as Properties)[signature] === secret || Object.values(value).some(hasSecret);
}

/** @param secrets the names of properties that are secret */
export function toWire(properties: Properties, secrets: readonly string[] = []): Struct {
    const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
    return structMessages.Struct.fromJavaScript(
        Object.fromEntries(entries.map(([key, value]) => [key, secrets.includes(key) ? { [signature]: secret, value } : value])) as Record<
            string,
            JavaScriptValue
        >,
    );
}

/** The named properties, those that are not set left out. */
export function pick(properties: Properties, names: readonly string[]): Properties {
    return Object.fromEntries(names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]));
}
