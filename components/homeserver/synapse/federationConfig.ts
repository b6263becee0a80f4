/** The part of homeserver.yaml about other servers. Pure. */
import { excludeCidr } from "cidr-tools";
import { specialRanges } from "../../../matrix/addressRanges.ts";
import type { Settings } from "../../settings/index.ts";

/** Path in the container of an authority that Synapse trusts other servers' certificates by. It reads one certificate a file. */
export function authorityPath(index: number): string {
    return `/etc/synapse/authority-${index + 1}.pem`;
}

/** @param authorities how many files, at {@link authorityPath}, replace the system's authorities; 0: none */
export function federationOptions(federation: Settings["federation"], authorities: number) {
    const { enabled, allow, keyServers, privatePeers, publicRooms } = federation;
    return {
        // An empty whitelist blocks everyone, so it is rendered only where that is meant or where it has entries.
        ...(enabled ? allow.length > 0 && { federation_domain_whitelist: [...allow].sort() } : { federation_domain_whitelist: [] }),
        federation_ip_range_blacklist: blockedRanges(privatePeers),
        // For push gateways and identity servers. Synapse's own list lacks ranges that some clouds use within themselves (240.0.0.0/4).
        ip_range_blacklist: blockedRanges([]),
        federation_client_minimum_tls_version: "1.2",
        ...(authorities > 0 && { federation_custom_ca_list: Array.from({ length: authorities }, (_, index) => authorityPath(index)) }),
        allow_public_rooms_over_federation: enabled && publicRooms,
        trusted_key_servers: keyServers.map((server_name) => ({ server_name })),
        suppress_key_server_warning: true,
    };
}

/** Synapse adds the forms in which IPv6 embeds an IPv4 address. */
const special = specialRanges.filter(({ embedsIpv4 }) => !embedsIpv4);

/**
 * Ranges that no server name may lead to, without those that peers are in: otherwise any user could make Synapse connect to the
 * database or to a cloud's metadata service.
 */
export function blockedRanges(privatePeers: string[]): string[] {
    return ([4, 6] as const).flatMap((family) => {
        const ranges = special.filter((it) => it.family === family).map(({ range }) => range);
        const peers = privatePeers.filter((peer) => peer.includes(":") === (family === 6));
        return peers.length > 0 ? excludeCidr(ranges, peers) : ranges;
    });
}
