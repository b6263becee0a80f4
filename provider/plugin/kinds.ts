/** The kinds of resources that the provider has, by their type in the program. */
import type { Kind } from "./kind.ts";

// biome-ignore lint/suspicious/noExplicitAny: each kind is called with the inputs and outputs of its own resources only
export type AnyKind = Kind<any, any>;

/** Loaded when asked for: each provider is a process of its own, and one for certificates alone needs no Matrix SDK. */
const kinds: Record<string, () => Promise<AnyKind>> = {
    "matrix:index:Administrator": async () => (await import("./administrator.ts")).administrator,
    "matrix:index:User": async () => (await import("./user.ts")).user,
    "matrix:index:Bot": async () => (await import("./bot.ts")).bot,
    "matrix:index:Room": async () => (await import("./room.ts")).room,
    "matrix:index:InstalledCertificate": async () => (await import("./installedCertificate.ts")).installedCertificate,
};

/** @throws Error if a resource's type is none of them */
export async function kindOf(urn: string): Promise<AnyKind> {
    const types = urn.split("::")[2] ?? "";
    const type = types.slice(types.lastIndexOf("$") + 1);
    const load = kinds[type];
    if (!load) throw new Error(`there is no ${type}; known: ${Object.keys(kinds).join(", ")}`);
    return load();
}
