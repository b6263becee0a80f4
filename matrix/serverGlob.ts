/**
 * Patterns of server names in a room's access list: * stands for any text, ? for any one character.
 * Source: https://spec.matrix.org/v1.16/client-server-api/#mroomserver_acl
 */
import { isIP } from "node:net";
import { hasScheme } from "./serverName.ts";

/** @returns what is wrong with it and what would be right, or undefined */
export function faultInServerGlob(glob: string): string | undefined {
    if (hasScheme(glob)) return "has a scheme; give the bare name, such as example.org or *.example.org";
    const port = /:\d*$/.exec(glob)?.[0];
    if (port !== undefined) return `has a port, which access lists ignore; write ${glob.slice(0, -port.length)}`;
    if (/[A-Z]/.test(glob)) return `has upper-case letters; write ${glob.toLowerCase()}`;
    return /^[a-z0-9.*?-]+$/.test(glob) ? undefined : "is not a server name, such as example.org or *.example.org";
}

/**
 * Goes back to the last star only, so that its time grows with the lengths and not with the number of stars.
 * @param host a server's name without its port: access lists ignore ports
 */
export function matchesServerGlob(glob: string, host: string): boolean {
    let at = 0;
    let inHost = 0;
    let star = -1;
    let taken = 0;
    while (inHost < host.length) {
        if (glob[at] === "*") {
            star = at++;
            taken = inHost;
        } else if (at < glob.length && (glob[at] === "?" || glob[at] === host[inHost])) {
            at++;
            inHost++;
        } else if (star >= 0) {
            // The star stands for one character more.
            at = star + 1;
            inHost = ++taken;
        } else return false;
    }
    return /^\**$/.test(glob.slice(at));
}

/**
 * A server that is shut out of a room cannot let itself in again. Access lists of this project let no address in.
 * @param host this server's name without its port
 * @returns the list's faulty property and what is wrong with it, or undefined
 */
export function faultInAccessList(
    { deny, allow }: { deny: readonly string[]; allow: readonly string[] },
    host: string,
): { property: string; message: string } | undefined {
    if (isIP(host))
        return { property: "allow", message: `would shut out this server itself: ${host} is an IP address, and no address is let in` };
    const denied = deny.findIndex((glob) => matchesServerGlob(glob, host));
    if (denied >= 0)
        return { property: `deny.${denied}`, message: `${JSON.stringify(deny[denied])} would shut out this server itself, ${host}` };
    if (allow.some((glob) => matchesServerGlob(glob, host))) return undefined;
    return { property: "allow", message: `would shut out this server itself; add ${host}` };
}
