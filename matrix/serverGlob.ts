/**
 * Patterns of server names in a room's access list: * stands for any text, ? for any one character.
 * Source: https://spec.matrix.org/v1.16/client-server-api/#mroomserver_acl
 */
import { hasScheme } from "./serverName.ts";

/** @returns what is wrong with it and what would be right, or undefined */
export function faultInServerGlob(glob: string): string | undefined {
    if (hasScheme(glob)) return "has a scheme; give the bare name, such as example.org or *.example.org";
    const port = /:\d*$/.exec(glob)?.[0];
    if (port !== undefined) return `has a port, which access lists ignore; write ${glob.slice(0, -port.length)}`;
    if (/[A-Z]/.test(glob)) return `has upper-case letters; write ${glob.toLowerCase()}`;
    return /^[a-z0-9.*?-]+$/.test(glob) ? undefined : "is not a server name, such as example.org or *.example.org";
}

/** @param host a server's name without its port: access lists ignore ports */
export function matchesServerGlob(glob: string, host: string): boolean {
    const pattern = glob.replace(/[.-]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
    return new RegExp(`^${pattern}$`).test(host);
}
