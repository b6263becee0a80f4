/** The host of a database server, as libpq takes it: a bare name or address. Pure. */
import { isIP, isIPv4 } from "node:net";

/** @returns what is wrong with it and what would be right, or undefined */
export function faultInDatabaseHost(text: string): string | undefined {
    if (text === "") return "is empty; give a name or address, or leave database.host out for a server of the stack's own";
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return `is a URL; give its parts by themselves: ${partsOfUrl(text)}`;
    if (/[=']/.test(text) || /\s/.test(text)) return "is not a host name or an address; give the host alone, such as db.example.org";
    if (/^[/@]|^[a-z]:\\/i.test(text))
        return "is the path of a socket, which the homeserver's container does not have; give the name or address that the server listens on";
    if (text.includes("@")) return "has a user in it; give the host alone, and the user as database.adminUser or database.user";
    if (text.includes("/")) return "has a path; give the host alone, and the database's name as database.name";
    if (text.includes(",")) return "names several hosts; give one (the address of a proxy that finds the primary server)";
    const bracketed = /^\[(.*)\](?::(\d*))?$/.exec(text);
    if (bracketed?.[2] !== undefined) return hasPort(bracketed[1] ?? "", bracketed[2]);
    if (bracketed) return `has brackets; write ${bracketed[1]}`;
    const withPort = /^([^:]*):(\d*)$/.exec(text);
    if (withPort) return hasPort(withPort[1] ?? "", withPort[2] ?? "");
    if (isIP(text) || text.includes(":")) return faultInAddress(text);
    if (isLoopbackName(text)) return ownContainer;
    // Forms that the C library reads as an address: 127.1, 2130706433, 0x7f000001.
    if (/^(0x[0-9a-f]+|\d+)(\.(0x[0-9a-f]+|\d+))*\.?$/i.test(text)) return "is not an IPv4 address, such as 192.0.2.10";
    // Names of containers and of services in a cluster may have underscores.
    if (
        text.length > 253 ||
        !text
            .replace(/\.$/, "")
            .split(".")
            .every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
    )
        return "is not a host name, such as db.example.org";
    return undefined;
}

const ownContainer =
    "is the homeserver's own container; give an address of this machine that containers reach (172.17.0.1, where the server must listen too), or leave database.host out for a server of the stack's own";

function hasPort(host: string, digits: string): string {
    if (faultInDatabaseHost(host) === ownContainer) return ownContainer;
    return `has a port; write ${host}${digits === "" ? "" : `, and set database.port to ${digits}`}`;
}

function isLoopbackName(text: string): boolean {
    const name = text.toLowerCase().replace(/\.$/, "");
    return name === "localhost" || name.endsWith(".localhost") || name === "localhost.localdomain" || name.startsWith("ip6-l");
}

function faultInAddress(text: string): string | undefined {
    if (text.includes("%")) return "has a zone, which means nothing in a container; give a global address";
    if (!isIP(text)) return "is not an IPv6 address, such as 2001:db8::10";
    const mapped = isIPv4(text) ? text : v4In(text);
    if (mapped !== undefined) return /^(127|0)\./.test(mapped) ? ownContainer : undefined;
    const zero = new URL(`http://[${text}]`).hostname;
    return zero === "[::1]" || zero === "[::]" ? ownContainer : undefined;
}

/** The IPv4 address that an IPv6 address maps, such as ::ffff:127.0.0.1. */
function v4In(address: string): string | undefined {
    const found = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(new URL(`http://[${address}]`).hostname);
    if (!found) return undefined;
    return found
        .slice(1)
        .map((half) => Number.parseInt(half, 16))
        .flatMap((half) => [half >> 8, half & 255])
        .join(".");
}

/** Without the password, which must not be in an error. */
function partsOfUrl(text: string): string {
    try {
        // Only the schemes that URL knows have hosts in their own right.
        const { hostname, port, pathname, username } = new URL(text.replace(/^[a-z][a-z0-9+.-]*:/i, "http:"));
        return [
            `database.host: ${hostname.replace(/^\[|\]$/g, "")}`,
            ...(port ? [`database.port: ${port}`] : []),
            ...(pathname.length > 1 ? [`database.name: ${pathname.slice(1)}`] : []),
            ...(username ? [`database.user: ${username}`] : []),
        ].join(", ");
    } catch {
        return "database.host, database.port and database.name";
    }
}
