/** The kinds of resources, by their type in the program, with what the schema says of their properties. */
import manifest from "../../package.json" with { type: "json" };
import { administrator } from "./administrator.ts";
import { bot } from "./bot.ts";
import type { Kind } from "./kind.ts";
import { room } from "./room.ts";
import { packageSchema } from "./schema/schema.ts";
import { user } from "./user.ts";

export const schema = packageSchema(manifest.version);

// biome-ignore lint/suspicious/noExplicitAny: each kind is called with the inputs and outputs of its own resources only
type AnyKind = Kind<any, any>;

const kinds: Record<string, AnyKind> = {
    "matrix:index:Administrator": administrator,
    "matrix:index:User": user,
    "matrix:index:Bot": bot,
    "matrix:index:Room": room,
};

/** Kinds of earlier versions. Such resources are left in old states; deleting one does nothing. */
const retired = [
    // The gateway's certificate, which is now installed by a command resource.
    "matrix:index:InstalledCertificate",
];

export interface Rules {
    /** Outputs that only the server can tell; unknown in the preview of a creation. */
    computed: string[];
    /** Inputs that programs read as outputs. The others are not stored twice: Pulumi writes the whole state at each step. */
    echoed: string[];
    secret: string[];
    /** Inputs whose change makes another resource. */
    identity: string[];
}

function rulesOf(type: string): Rules {
    const { inputProperties = {}, properties = {} } = schema.resources[type] ?? {};
    const all = Object.entries({ ...properties, ...inputProperties });
    return {
        computed: Object.keys(properties).filter((name) => !(name in inputProperties)),
        echoed: Object.keys(properties).filter((name) => name in inputProperties),
        secret: all.filter(([, { secret }]) => secret).map(([name]) => name),
        identity: all.filter(([, { replaceOnChanges }]) => replaceOnChanges).map(([name]) => name),
    };
}

/** @throws Error if a resource's type is none of them */
export function kindOf(urn: string): AnyKind & Rules {
    const type = typeOf(urn);
    const kind = kinds[type];
    if (kind) return { ...kind, ...rulesOf(type) };
    if (retired.includes(type)) throw new Error(`${type} is a resource of an earlier version; take it out of the program`);
    throw new Error(`there is no ${type}; known: ${Object.keys(kinds).join(", ")}`);
}

export function isRetired(urn: string): boolean {
    return retired.includes(typeOf(urn));
}

/** The name of a resource in its program, such as user-alice. */
export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

function typeOf(urn: string): string {
    const types = urn.split("::")[2] ?? "";
    return types.slice(types.lastIndexOf("$") + 1);
}
