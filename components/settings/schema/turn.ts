/** The section `turn`: the relay for calls. Pure. */
import { z } from "zod";
import { address, port } from "./valueTypes.ts";

/** One for audio and one for video on either side, where they are not bundled. */
const portsOfACall = 4;

const relayPorts = z
    .strictObject({
        min: port.default(49160).describe("First port."),
        max: port.default(49199).describe("Last port."),
    })
    .prefault({})
    .refine(({ min, max }) => min <= max, { error: "has a min greater than its max", abort: true })
    .refine(({ min, max }) => max - min + 1 >= portsOfACall, {
        error: `has fewer than ${portsOfACall} ports, the minimum for a one-to-one call`,
    })
    .describe(
        "UDP ports for relayed media. Until a route is chosen, a caller takes one port for each transport (UDP, TCP, TLS) and each of its network addresses.",
    );

export const turn = z.strictObject({
    port: port.default(3478).describe("Port for TURN over UDP and TCP."),
    bind: address.default("0.0.0.0").describe("Address of the Docker host on which TURN's ports are published."),
    tlsPort: port.default(5349).describe("Port for TURN over TLS."),
    externalAddress: z
        .ipv4({ error: "is not an IPv4 address; give the one at which clients outside reach this host, such as 203.0.113.7" })
        .optional()
        .describe("IPv4 address at which clients outside reach the relay. Default: the container's own, which works on this machine only."),
    relayPorts,
});
