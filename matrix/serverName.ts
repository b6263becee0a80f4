/** What a server name is made of. Pure. Source: https://spec.matrix.org/v1.16/appendices/#server-name */
import { isIPv4, isIPv6 } from "node:net";
import { partsOf } from "../components/settings/delegation.ts";
import { faultInServerName } from "./names.ts";

export interface ServerName {
    /** As it was given. */
    text: string;
    /** Host name or address, an IPv6 address without its brackets. */
    host: string;
    port?: number;
    isAddress: boolean;
}

/** @returns what is wrong with it, in words that follow the name */
export function parseServerName(text: string): ServerName | string {
    const fault = faultInServerName(text);
    if (fault !== undefined) return fault;
    const { host, port } = partsOf(text);
    const inBrackets = text.startsWith("[");
    if (inBrackets && !isIPv6(host)) return "is not an IPv6 address between its brackets";
    if (!inBrackets && /^[\d.]+$/.test(host) && !isIPv4(host)) return "is neither an IPv4 address nor a host name";
    return { text, host, ...(port !== undefined && { port }), isAddress: inBrackets || isIPv4(host) };
}

/** With the brackets that an IPv6 address has in URLs and before a port. */
export function bracketed(host: string): string {
    return isIPv6(host) ? `[${host}]` : host;
}

export function hostAndPort(host: string, port: number): string {
    return `${bracketed(host)}:${port}`;
}
