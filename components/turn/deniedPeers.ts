/**
 * Where no relay may lead: a relay into private networks would be a way round every firewall. Pure.
 * As first and last address, the only form coturn 4.6 knows.
 * Sources: https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry,
 * https://element-hq.github.io/synapse/latest/setup/turn/coturn.html
 *
 * Each is a whole prefix: coturn 4.6 compares IPv6 addresses byte by byte, which is right for prefixes only. None begins at `::`,
 * which coturn takes for "no lower end" of both families, so that all of IPv4 would be denied; it refuses `::` itself by its own rule.
 * Multicast is refused by --no-multicast-peers.
 */
export const deniedPeers: readonly string[] = [
    "0.0.0.0-0.255.255.255", // this network
    "10.0.0.0-10.255.255.255", // private
    "100.64.0.0-100.127.255.255", // behind a carrier's NAT
    "127.0.0.0-127.255.255.255", // loopback
    "169.254.0.0-169.254.255.255", // link-local, with the metadata services of clouds
    "172.16.0.0-172.31.255.255", // private
    "192.0.0.0-192.0.0.255", // protocol assignments
    "192.0.2.0-192.0.2.255", // documentation
    "192.88.99.0-192.88.99.255", // 6to4 relays
    "192.168.0.0-192.168.255.255", // private
    "198.18.0.0-198.19.255.255", // benchmarks
    "198.51.100.0-198.51.100.255", // documentation
    "203.0.113.0-203.0.113.255", // documentation
    "240.0.0.0-255.255.255.255", // reserved, and broadcast
    "::1", // loopback
    "::ffff:0:0-::ffff:ffff:ffff", // IPv4 in IPv6
    "64:ff9b::-64:ff9b::ffff:ffff", // IPv4 behind NAT64
    "64:ff9b:1::-64:ff9b:1:ffff:ffff:ffff:ffff:ffff", // the same, local
    "100::-100::ffff:ffff:ffff:ffff", // discarded
    "2001::-2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", // protocol assignments, with IPv4 in Teredo
    "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", // documentation
    "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", // IPv4 in 6to4
    "3fff::-3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", // documentation
    "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", // private
    "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", // link-local
    "fec0::-feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", // site-local, of old
];
