/** coturn's options, and the URIs that clients get. Pure. Source: https://github.com/coturn/coturn/blob/master/README.turnserver */

import type { Port } from "../platform/platform.ts";
import { addressesOf } from "../publishedAddresses.ts";
import type { Settings } from "../settings/index.ts";
import { mostRelayed } from "../settings/schema/turn.ts";
import { deniedPeers } from "./deniedPeers.ts";

type TurnSettings = Settings["turn"];

/** UDP first, clients try in this order; TLS last, for networks that let nothing else out. Source: RFC 7065 */
export function turnUris(host: string, { port, tlsPort }: Pick<TurnSettings, "port" | "tlsPort">): string[] {
    return [`turn:${host}:${port}?transport=udp`, `turn:${host}:${port}?transport=tcp`, `turns:${host}:${tlsPort}?transport=tcp`];
}

/** The certificate and the container's own address are added in the container, by coturn.sh. */
export function coturnOptions(settings: TurnSettings, realm: string): string[] {
    return [
        // Credentials that end after a time, signed by the secret that Synapse has too.
        "--use-auth-secret",
        `--realm=${realm}`,
        `--listening-port=${settings.port}`,
        `--tls-listening-port=${settings.tlsPort}`,
        `--min-port=${settings.relayPorts.min}`,
        `--max-port=${settings.relayPorts.max}`,
        ...(settings.externalAddress ? [`--external-ip=${settings.externalAddress}`] : []),
        "--fingerprint",
        // No client of Matrix uses DTLS to a relay.
        "--no-dtls",
        "--no-tlsv1",
        "--no-tlsv1_1",
        "--no-cli",
        // Calls are UDP between relay and peer; a relay of TCP connections would be a proxy.
        "--no-tcp-relay",
        "--no-multicast-peers",
        ...deniedPeers.map((range) => `--denied-peer-ip=${range}`),
        // At most so many relayed ports for one account, and for all.
        "--user-quota=12",
        `--total-quota=${mostRelayed}`,
        "--no-software-attribute",
        // Binding answers as short as can be: they go to whoever is named as the sender.
        "--no-rfc5780",
        "--no-stun-backward-compatibility",
        "--response-origin-only-with-rfc5780",
        // Its user may not write where the image has it; nothing is kept in it.
        "--userdb=/tmp/coturn/turndb",
        "--log-file=stdout",
        "--simple-log",
        "--pidfile=/tmp/coturn/turnserver.pid",
    ];
}

/** TLS is TCP, relayed media is UDP. */
export function publishedPorts(settings: TurnSettings): Port[] {
    const { port, tlsPort, relayPorts } = settings;
    return addressesOf(settings).flatMap((bind) => {
        const publish = (number: number, protocol: Port["protocol"]): Port => ({ internal: number, external: number, protocol, bind });
        const relays = Array.from({ length: relayPorts.max - relayPorts.min + 1 }, (_, offset) => publish(relayPorts.min + offset, "udp"));
        return [publish(port, "udp"), publish(port, "tcp"), publish(tlsPort, "tcp"), ...relays];
    });
}
