/** The section `federation`: other servers. Pure. */
import { z } from "zod";
import { faultInRange } from "../../../matrix/addressRanges.ts";
import { faultInServerName } from "../../../matrix/serverName.ts";
import { certificates, named } from "./valueTypes.ts";

const everyServer = "is not a server name; to federate with every server, leave federation.allow out";

export const federation = z.strictObject({
    enabled: z.boolean().default(true).describe("Whether this homeserver and others can reach each other."),
    allow: z
        .array(named((text) => (text === "*" ? everyServer : faultInServerName(text))))
        .default([])
        .describe(
            "Server names to federate with, as they stand in user IDs, and no others (Synapse: federation_domain_whitelist). Empty: every server.",
        ),
    delegation: z
        .enum(["wellKnown", "srv", "none"])
        .optional()
        .describe(
            "How other servers find the gateway. wellKnown: through /.well-known/matrix/server. srv: through a DNS record that you create. none: at the server name itself, on port 8448 or the port in the name. Default: wellKnown; none for a server name that is an address or has a port.",
        ),
    publicRooms: z
        .boolean()
        .default(false)
        .describe("Whether other servers may read the public room directory (Synapse: allow_public_rooms_over_federation)."),
    keyServers: z
        .array(named(faultInServerName))
        .default([])
        .describe(
            "Notary servers to ask for other servers' keys (Synapse: trusted_key_servers). Empty: each server is asked for its own keys.",
        ),
    privatePeers: z
        .array(named(faultInRange))
        .default([])
        .describe(
            "Private address ranges in which other servers may be reached, such as 10.94.0.0/24 (exempted from Synapse's federation_ip_range_blacklist).",
        ),
    authorities: z
        .array(certificates)
        .default([])
        .describe(
            "PEM of certificate authorities to trust for other servers, instead of the system's (Synapse: federation_custom_ca_list).",
        ),
    network: z
        .string()
        .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, { error: "is not the name of a Docker network" })
        .optional()
        .describe("Docker network in which this stack reaches other servers on the same machine, under their real names and ports."),
});
