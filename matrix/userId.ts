/** User IDs. Source: https://spec.matrix.org/v1.16/appendices/#user-identifiers */
import { longestIdentifier } from "./identifierLength.ts";
import { faultInServerName } from "./serverName.ts";

/**
 * The part of a user ID between @ and the colon, as Synapse accepts it for a new account.
 * @returns what is wrong with it and what would be right, or undefined
 */
export function faultInLocalpart(name: string): string | undefined {
    if (name === "") return "is empty";
    if (/[A-Z]/.test(name)) return `has upper-case letters, which Matrix does not allow in user names; write ${name.toLowerCase()}`;
    const foreign = /[^a-z0-9._=\-/+]/.exec(name);
    if (foreign) return `has ${JSON.stringify(foreign[0])} in it; Matrix allows a-z, 0-9 and . _ = - / + in user names`;
    if (name.startsWith("_")) return "begins with _, which Synapse reserves for application services";
    if (/^\d+$/.test(name)) return "consists of digits only, which Synapse reserves for guests";
    return undefined;
}

/** A user ID of any server. Servers of old have upper-case letters in their names. */
export function isUserId(text: string): boolean {
    const [, server] = /^@[^:\s]+:(\S+)$/.exec(text) ?? [];
    return server !== undefined && faultInServerName(server.toLowerCase()) === undefined && Buffer.byteLength(text) <= longestIdentifier;
}
