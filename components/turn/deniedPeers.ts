/**
 * Where no relay may lead: a relay into private networks would be a way round every firewall. Pure.
 * Source: https://element-hq.github.io/synapse/latest/setup/turn/coturn.html
 */
import { parseCidr } from "cidr-tools";
import { specialRanges } from "../../matrix/addressRanges.ts";

/**
 * Every special range, except those that coturn refuses by itself: multicast (--no-multicast-peers), and `::`. A range that
 * begins at `::` would be taken for "no lower end" of both families, so that all of IPv4 would be denied.
 *
 * Each is a whole prefix: coturn 4.6 compares IPv6 addresses byte by byte, which is right for prefixes only.
 */
export const deniedPeers: readonly string[] = specialRanges
    .filter(({ use }) => use !== "multicast" && use !== "unspecified")
    .map(({ range }) => firstAndLast(range));

/** The only form of a range that coturn 4.6 knows: its first and last address; for a single one, the address itself. */
function firstAndLast(range: string): string {
    const { ip, version, start, end } = parseCidr(range);
    return start === end ? ip : `${ip}-${version === 4 ? ipv4Text(end) : ipv6Text(end)}`;
}

function ipv4Text(address: bigint): string {
    return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join(".");
}

/** Zeros shortened, and no dots in it even where it ends in an IPv4 address. */
function ipv6Text(address: bigint): string {
    const groups = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((address >> shift) & 0xffffn).toString(16));
    return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
