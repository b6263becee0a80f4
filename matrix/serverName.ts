/** Server names: what one is made of, and what is wrong with one. Source: https://spec.matrix.org/v1.16/appendices/#server-name */
import { isIP, isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { addressUse, reachOf } from "./addressRanges.ts";

export interface ServerName {
    /** As it was given. */
    text: string;
    /** Host name or address; an IPv6 address stands without its brackets. */
    host: string;
    port?: number;
    isAddress: boolean;
}

/** Longest host name that the specification recommends. */
const longestHost = 230;
/** Source: RFC 1035, section 2.3.4 */
const longestLabel = 63;
const reachNobody = ["this network", "unspecified", "multicast", "reserved"];
const hostname = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** @returns what is wrong with it, in words that follow the name */
export function parseServerName(text: string): ServerName | string {
    const fault = faultInServerName(text);
    if (fault !== undefined) return fault;
    const { host, port } = partsOf(text);
    return { text, host, ...(port !== undefined && { port }), isAddress: isIP(host) !== 0 };
}

/**
 * A server name is a host name, an IPv4 address or an IPv6 address in brackets, with or without a port.
 * @returns what is wrong with it and what would be right, or undefined
 */
export function faultInServerName(name: string): string | undefined {
    if (hasScheme(name)) return "has a scheme; give the bare name, such as example.org";
    if (/\s/.test(name)) return "has a space in it; give the bare name, such as example.org";
    if (/[/?#]/.test(name)) return "has a path; give the bare name, such as example.org";
    if (name.startsWith("@")) return "has an @ in it; give the part of the user IDs after the colon, such as example.org";
    if (name.includes("@")) return "has a user name in it; give the bare name, such as example.org";
    if (name.includes("*")) return "has a * in it, which stands for nothing here; give each name in full, such as example.org";
    if (/[A-Z]/.test(name)) return `has upper-case letters; write ${name.toLowerCase()}`;
    if (isIPv6(name))
        return name.includes("%")
            ? "has a zone (%), which means something on one machine only; give a global address in brackets, such as [2001:db8::1]"
            : `is an IPv6 address without its brackets; write [${name}]`;
    const [, host = "", port] = /^(.*?)(?::(\d*))?$/.exec(name) ?? [];
    if (port !== undefined && !isPort(port)) return "has a port that is not between 1 and 65535";
    return faultInHost(host);
}

/** At most five digits, as the grammar has it: zeros may lead. */
function isPort(text: string): boolean {
    return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}

function faultInHost(host: string): string | undefined {
    const [, inBrackets] = /^\[(.*)\]$/.exec(host) ?? [];
    if (inBrackets !== undefined) {
        // A zone, as in fe80::1%eth0, is part of no server name.
        return isIPv6(inBrackets) && !inBrackets.includes("%")
            ? faultInAddress(inBrackets)
            : "is not an IPv6 address in brackets, such as [2001:db8::1]";
    }
    if (isIPv4(host)) return faultInAddress(host);
    if (/^[\d.]+$/.test(host))
        return "is neither an IPv4 address nor a host name; four numbers from 0 to 255 make an address, such as 203.0.113.7";
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything outside ASCII
    if (/[^\x00-\x7f]/.test(host)) {
        const ascii = domainToASCII(host);
        return `has letters outside ASCII${ascii === "" ? "; use a-z, 0-9, hyphens and dots" : `; write ${ascii}`}`;
    }
    if (hostname.test(host.replace(/\.$/, "")) && host.endsWith(".")) return `ends with a dot; write ${host.slice(0, -1)}`;
    if (!hostname.test(host)) return "is not a host name; use letters, digits, hyphens and dots, such as example.org";
    const label = host.split(".").find((part) => part.length > longestLabel);
    if (label !== undefined) return `has ${label.length} characters between two dots; the DNS allows ${longestLabel}`;
    // Whatever has a number at its end is an IPv4 address to a browser, and "xn--" begins the encoding of other letters.
    const asUrl = `https://${host}`;
    if (!URL.canParse(asUrl) || new URL(asUrl).hostname !== host)
        return "is not a host name to browsers, which take a number at its end for an address, and xn-- for encoded letters; choose another one";
    return host.length > longestHost ? `has a host name of ${host.length} characters; Matrix recommends at most ${longestHost}` : undefined;
}

/** Some people give the address to listen on. */
function faultInAddress(address: string): string | undefined {
    const use = addressUse(address);
    return use !== undefined && reachNobody.includes(use)
        ? `is an address that nobody can connect to (${use}); give the one that leads to the server`
        : undefined;
}

export function hasScheme(name: string): boolean {
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(name);
}

/**
 * The name without a port that people add from habit to the name of another server. Synapse compares whole names, so such a port
 * is wrong unless it stands in that server's user IDs too.
 */
export function withoutHabitualPort(name: string): string | undefined {
    const port = /:(443|8448)$/.exec(name)?.[0];
    return port === undefined ? undefined : name.slice(0, -port.length);
}

/** Host and port of a valid server name. An IPv6 address stands without its brackets. */
export function partsOf(serverName: string): { host: string; port?: number } {
    const [, host = "", port] = /^(.*?)(?::(\d+))?$/.exec(serverName) ?? [];
    return { host: host.replace(/^\[(.*)\]$/, "$1"), ...(port !== undefined && { port: Number(port) }) };
}

/** Whether others connect to the name itself: it is an address or has a port, so nothing delegates it to another host. */
export function standsForItself(serverName: string): boolean {
    const { host, port } = partsOf(serverName);
    return port !== undefined || isIP(host) !== 0;
}

/** Names that only this machine or network knows. Source: RFC 6761, 6762, 8375, and ICANN's of 2024 for .internal */
export function isLocalName(host: string): boolean {
    if (isIP(host)) return reachOf(host) !== "public";
    return !host.includes(".") || /\.(localhost|local|internal|test|lan|home\.arpa)$/.test(host);
}

/** With the brackets that an IPv6 address has in URLs and before a port. */
export function bracketed(host: string): string {
    return isIPv6(host) ? `[${host}]` : host;
}

export function hostAndPort(host: string, port: number): string {
    return `${bracketed(host)}:${port}`;
}
