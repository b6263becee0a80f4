/**
 * Addresses that do not belong to some host on the internet: the one table of them, and what follows from it.
 * Sources: https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
 * and the RFC that each range names.
 */
import { BlockList, isIP, isIPv6 } from "node:net";

export interface AddressRange {
    /** In CIDR notation. */
    range: string;
    family: 4 | 6;
    /** What it is set aside for. */
    use:
        | "this network"
        | "unspecified"
        | "loopback"
        | "private"
        | "link-local"
        | "site-local"
        | "carrier NAT"
        | "protocol assignments"
        | "documentation"
        | "benchmarks"
        | "multicast"
        | "reserved"
        | "discarded"
        | "6to4 relays"
        | "IPv4-mapped"
        | "NAT64"
        | "local NAT64"
        | "6to4";
    /** Holds addresses that stand for an IPv4 address, which may be a public one. */
    embedsIpv4?: true;
    source: string;
}

/** IPv4 first, each family in ascending order. */
export const specialRanges: readonly AddressRange[] = [
    { range: "0.0.0.0/8", family: 4, use: "this network", source: "RFC 791" },
    { range: "10.0.0.0/8", family: 4, use: "private", source: "RFC 1918" },
    { range: "100.64.0.0/10", family: 4, use: "carrier NAT", source: "RFC 6598" },
    { range: "127.0.0.0/8", family: 4, use: "loopback", source: "RFC 1122" },
    // The metadata services of clouds are here.
    { range: "169.254.0.0/16", family: 4, use: "link-local", source: "RFC 3927" },
    { range: "172.16.0.0/12", family: 4, use: "private", source: "RFC 1918" },
    { range: "192.0.0.0/24", family: 4, use: "protocol assignments", source: "RFC 6890" },
    { range: "192.0.2.0/24", family: 4, use: "documentation", source: "RFC 5737" },
    { range: "192.88.99.0/24", family: 4, use: "6to4 relays", source: "RFC 7526" },
    { range: "192.168.0.0/16", family: 4, use: "private", source: "RFC 1918" },
    { range: "198.18.0.0/15", family: 4, use: "benchmarks", source: "RFC 2544" },
    { range: "198.51.100.0/24", family: 4, use: "documentation", source: "RFC 5737" },
    { range: "203.0.113.0/24", family: 4, use: "documentation", source: "RFC 5737" },
    { range: "224.0.0.0/4", family: 4, use: "multicast", source: "RFC 5771" },
    // Broadcast is here.
    { range: "240.0.0.0/4", family: 4, use: "reserved", source: "RFC 1112" },
    { range: "::/128", family: 6, use: "unspecified", source: "RFC 4291" },
    { range: "::1/128", family: 6, use: "loopback", source: "RFC 4291" },
    { range: "::ffff:0:0/96", family: 6, use: "IPv4-mapped", embedsIpv4: true, source: "RFC 4291" },
    { range: "64:ff9b::/96", family: 6, use: "NAT64", embedsIpv4: true, source: "RFC 6052" },
    { range: "64:ff9b:1::/48", family: 6, use: "local NAT64", embedsIpv4: true, source: "RFC 8215" },
    { range: "100::/64", family: 6, use: "discarded", source: "RFC 6666" },
    // Teredo is here.
    { range: "2001::/23", family: 6, use: "protocol assignments", embedsIpv4: true, source: "RFC 2928" },
    { range: "2001:db8::/32", family: 6, use: "documentation", source: "RFC 3849" },
    { range: "2002::/16", family: 6, use: "6to4", embedsIpv4: true, source: "RFC 3056" },
    { range: "3fff::/20", family: 6, use: "documentation", source: "RFC 9637" },
    { range: "fc00::/7", family: 6, use: "private", source: "RFC 4193" },
    { range: "fe80::/10", family: 6, use: "link-local", source: "RFC 4291" },
    { range: "fec0::/10", family: 6, use: "site-local", source: "RFC 3879" },
    { range: "ff00::/8", family: 6, use: "multicast", source: "RFC 4291" },
];

const loopback = blockList(({ use }) => use === "loopback");
const notPublic = blockList(({ embedsIpv4 }) => !embedsIpv4);

function blockList(isIn: (range: AddressRange) => boolean): BlockList {
    const list = new BlockList();
    for (const { range, family } of specialRanges.filter(isIn)) {
        const [network = "", bits] = range.split("/");
        list.addSubnet(network, Number(bits), `ipv${family}`);
    }
    return list;
}

/**
 * Who can reach an address.
 * @param address IPv4, or IPv6 without brackets; an IPv4-mapped IPv6 address counts as its IPv4 address
 */
export function reachOf(address: string): "loopback" | "private" | "public" {
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (loopback.check(address, family)) return "loopback";
    return notPublic.check(address, family) ? "private" : "public";
}

/** Shortest prefixes of ranges that one operator's proxies may have: private addresses fill 10.0.0.0/8 and fc00::/7. */
const shortestPrefix = { 4: 8, 6: 7 };

/**
 * Addresses of proxies that are trusted: one, or a range.
 * @returns what is wrong with it and what would be right, or undefined
 */
export function faultInProxy(text: string): string | undefined {
    const range = cidrOf(text);
    const [address = "", length, ...rest] = range.split("/");
    const family = isIP(address);
    if ((family !== 4 && family !== 6) || rest.length > 0)
        return "is not an address or a range of addresses, such as 10.0.0.7 or 10.0.0.0/24";
    const fault = faultInRange(range);
    if (fault !== undefined) return fault;
    if (Number(length) < shortestPrefix[family] || /^(0\.0\.0\.0|::)$/.test(address))
        return "would let anybody claim any address; name the proxies' own addresses";
    return undefined;
}

/** One address as a range. */
export function cidrOf(text: string): string {
    const family = isIP(text);
    return family === 0 ? text : `${text}/${family === 4 ? 32 : 128}`;
}

/**
 * What an address is set aside for.
 * @param address IPv4, or IPv6 without brackets
 * @returns undefined where it may be some host's on the internet
 */
export function addressUse(address: string): AddressRange["use"] | undefined {
    const family = isIPv6(address) ? 6 : 4;
    return specialRanges.find((one) => one.family === family && blockList((other) => other === one).check(address, `ipv${family}`))?.use;
}

/**
 * A range of addresses in CIDR notation.
 * @returns what is wrong with it and what would be right, or undefined
 */
export function faultInRange(range: string): string | undefined {
    if (/\s/.test(range)) return "has a space in it; write it without, such as 10.94.0.0/24";
    const [address = "", length, ...rest] = range.split("/");
    const family = isIP(address);
    if (!family || rest.length > 0) return "is not a range of addresses, such as 10.94.0.0/24";
    const bits = family === 4 ? 32 : 128;
    if (address.includes("%")) return "has a zone (%), which means something on one machine only; give an address without it";
    if (length === undefined) return `has no prefix length; for one address write ${address}/${bits}`;
    // Caddy and Python read no zero before it.
    if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bits) return `has a prefix length that is not between 0 and ${bits}`;
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
    if (mapped === undefined || Number(length) < 96) return undefined;
    // Connections over IPv4 have IPv4 addresses, which match no range of IPv6.
    return `is an IPv4 address in the form of IPv6; write ${mapped}${Number(length) === bits ? "" : `/${Number(length) - 96}`}`;
}
