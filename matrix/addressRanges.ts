/** Who can reach an address. Pure. Sources: RFC 6890, RFC 4193. */
import { BlockList, isIPv6 } from "node:net";

const loopback = rangesOf("127.0.0.0/8", "::1/128");
const notPublic = rangesOf(
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/128",
    "100::/64",
    "2001:db8::/32",
    "fc00::/7",
    "fe80::/10",
);

function rangesOf(...ranges: string[]): BlockList {
    const list = new BlockList();
    for (const range of ranges) {
        const [network = "", bits] = range.split("/");
        list.addSubnet(network, Number(bits), isIPv6(network) ? "ipv6" : "ipv4");
    }
    return list;
}

/** @param address IPv4, or IPv6 without brackets; an IPv4 address inside an IPv6 one counts as itself */
export function reachOf(address: string): "loopback" | "private" | "public" {
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (loopback.check(address, family)) return "loopback";
    return notPublic.check(address, family) ? "private" : "public";
}
