/** The section `turn`: the relay for calls. Pure. */
import { z } from "zod";
import { faultInServerName, partsOf } from "../../../matrix/serverName.ts";
import { faultInTurnUri } from "../../../matrix/turnUri.ts";
import { address, ipv6Address, named, port } from "./valueTypes.ts";

/** One for audio and one for video on either side, where they are not bundled. */
const portsOfACall = 4;

/** Ports that the relay gives out at once (coturn: total-quota): more would never be used. */
export const mostRelayed = 1200;

const relayPorts = z
    .strictObject({
        min: port.default(49160).describe("First port."),
        max: port.default(49199).describe("Last port."),
    })
    .prefault({})
    .refine(({ min, max }) => min <= max, {
        error: "has a min greater than its max; give both (without them: 49160 and 49199)",
        abort: true,
    })
    .refine(({ min, max }) => max - min + 1 >= portsOfACall, {
        error: `has fewer than ${portsOfACall} ports, the minimum for a one-to-one call`,
    })
    .refine(({ min, max }) => max - min + 1 <= mostRelayed, {
        error: `has more than ${mostRelayed} ports, which is all that the relay gives out at once, and for each Docker runs a process of 3 MB; about twenty calls take 200, such as 49160 to 49359`,
    })
    .describe(
        "UDP ports for relayed media, at most 1200; Docker runs a process of 3 MB for each. Until a route is chosen, a caller takes one port for each transport (UDP, TCP, TLS) and each of its network addresses.",
    );

const host = named(
    (text) =>
        faultInServerName(text) ?? (partsOf(text).port === undefined ? undefined : "has a port; set turn.port and turn.tlsPort instead"),
);

const external = z.strictObject({
    uris: z
        .array(named(faultInTurnUri))
        .min(1)
        .describe(
            "URIs of the TURN service, in the order that clients try them, such as turn:turn.example.org:3478?transport=udp (Synapse: turn_uris).",
        ),
    sharedSecret: z
        .string()
        .min(1)
        .optional()
        .describe(
            "Secret that signs credentials, shared with the service (Synapse: turn_shared_secret). Set it with: pulumi config set --secret --path turn.external.sharedSecret",
        ),
    username: z.string().min(1).optional().describe("The same user name for everyone, in place of sharedSecret (Synapse: turn_username)."),
    password: z
        .string()
        .min(1)
        .optional()
        .describe("Its password (Synapse: turn_password). Set it with: pulumi config set --secret --path turn.external.password"),
});

export const turn = z.strictObject({
    enabled: z
        .boolean()
        .default(true)
        .describe("Whether clients are offered a relay. Without one, calls connect only where two clients reach each other."),
    external: external.optional().describe("A TURN service that runs elsewhere, in place of the stack's own relay."),
    host: host
        .optional()
        .describe("Host name at which clients find the relay; the gateway's certificate is then for it, too. Default: gateway.host."),
    port: port.default(3478).describe("Port for TURN over UDP and TCP."),
    bind: address.default("0.0.0.0").describe("Address of the Docker host on which TURN's ports are published."),
    bindIpv6: ipv6Address
        .optional()
        .describe("IPv6 address of the Docker host on which TURN's ports are published as well, such as :: for all. Default: none."),
    tlsPort: port.default(5349).describe("Port for TURN over TLS."),
    externalAddress: z
        .ipv4({ error: "is not an IPv4 address; give the one at which clients outside reach this host, such as 203.0.113.7" })
        .optional()
        .describe("IPv4 address at which clients outside reach the relay. Default: the container's own, which works on this machine only."),
    relayPorts,
});
