/** What Synapse is told of other servers. Pure. */
import { excludeCidr } from "cidr-tools";
import type { Settings } from "../../settings/index.ts";

/** PEM of the authorities that other servers' certificates are trusted by, in the container. */
export const authoritiesPath = "/etc/synapse/authorities.pem";

/** @param ownAuthorities whether {@link authoritiesPath} takes the place of the system's authorities */
export function federationOptions(federation: Settings["federation"], ownAuthorities: boolean) {
    const { enabled, allow, keyServers, privatePeers, publicRooms } = federation;
    return {
        // An empty whitelist blocks everyone, so it is rendered only where that is meant or where it has entries.
        ...(enabled ? allow.length > 0 && { federation_domain_whitelist: [...allow].sort() } : { federation_domain_whitelist: [] }),
        federation_ip_range_blacklist: blockedRanges(privatePeers),
        federation_client_minimum_tls_version: "1.2",
        ...(ownAuthorities && { federation_custom_ca_list: [authoritiesPath] }),
        allow_public_rooms_over_federation: enabled && publicRooms,
        trusted_key_servers: keyServers.map((server_name) => ({ server_name })),
        suppress_key_server_warning: true,
    };
}

/**
 * What no server name may lead to, but for the ranges that peers are in: or any user could make Synapse ask the database,
 * or a cloud's metadata. The same as Synapse blocks by itself (DEFAULT_IP_RANGE_BLOCKLIST), a list for a family; Synapse adds
 * the forms in which IPv6 embeds an IPv4 address.
 */
export function blockedRanges(privatePeers: string[]): string[] {
    return [ipv4, ipv6].flatMap((ranges) => {
        const peers = privatePeers.filter((peer) => peer.includes(":") === (ranges === ipv6));
        return peers.length > 0 ? excludeCidr(ranges, peers) : ranges;
    });
}

const ipv4 = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
];

const ipv6 = ["::/128", "::1/128", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"];
