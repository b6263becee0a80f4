/** What a stack may say, with its defaults. Pure: nothing here knows Pulumi. */
import { z } from "zod";
import { faultInCertificates, faultInPrivateKey } from "../../../matrix/certificates.ts";
import { faultInFederationPeer, faultInRange, faultInServerName, isUserId, named } from "../../../matrix/names.ts";
import { bot, room, space, user } from "./content.ts";

const port = z.int().min(1).max(65535);
const address = z.union([z.ipv4(), z.ipv6()]);
const imageReference = z
    .string()
    .regex(/^[a-z0-9][a-zA-Z0-9._/:@-]*$/, { error: "is not an image reference, such as docker.io/library/caddy:2.11.9" });
const megabytes = (minimum: number, fallback: number) => z.int().min(minimum).default(fallback);

const homeserver = z.strictObject({
    publicUrl: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe(
            "What clients connect to (Synapse: public_baseurl). Default: https:// and the gateway's host, with its port if that is not 443.",
        ),
    port: port.default(8008).describe("Port of the plain client and admin API, on the Docker host's loopback only."),
    registration: z
        .enum(["closed"])
        .default("closed")
        .describe("closed: accounts are made by this program or with the registration shared secret."),
    encryption: z
        .enum(["all", "invite", "off"])
        .default("invite")
        .describe("Rooms that are encrypted unless their creator says otherwise (Synapse: encryption_enabled_by_default_for_room_type)."),
    media: z
        .strictObject({
            maxUpload: z
                .string()
                .regex(/^[1-9][0-9]*[KMG]$/, { error: "is not a size with its unit, such as 50M" })
                .default("50M")
                .describe("Largest upload (Synapse: max_upload_size)."),
        })
        .prefault({}),
    passwords: z
        .strictObject({
            minimumLength: z
                .int()
                .min(1)
                .max(512)
                .default(10)
                .describe("Shortest password (Synapse: password_config.policy.minimum_length)."),
            hashRounds: z
                .int()
                .min(4)
                .max(16)
                .default(10)
                .describe("Cost of checking a password: each more doubles it; 10 takes about 60 ms (Synapse: bcrypt_rounds)."),
        })
        .prefault({}),
    memory: megabytes(256, 1024).describe("Memory limit of the container, in MB."),
    logLevel: z.enum(["DEBUG", "INFO", "WARNING", "ERROR"]).default("INFO"),
});

const database = z.strictObject({
    host: z.string().min(1).optional().describe("An existing PostgreSQL server. Absent: the stack runs one of its own."),
    port: port
        .optional()
        .describe("Existing server: its port, 5432 by default. Own server: its port on the Docker host's loopback, 55432 by default."),
    adminUser: z.string().min(1).default("postgres").describe("Who creates the role and the database on an existing server."),
    adminPassword: z.string().min(1).optional().describe("Set it with: pulumi config set --secret --path database.adminPassword"),
    sslMode: z
        .enum(["disable", "require", "verify-ca", "verify-full"])
        .optional()
        .describe("Existing server: require by default (libpq: sslmode)."),
    name: z
        .string()
        .regex(/^[a-z_][a-z0-9_]{0,62}$/, { error: "is not a name of a-z, 0-9 and _" })
        .default("synapse")
        .describe("Name of the database and of the role that owns it."),
    memory: megabytes(128, 1024).describe("Memory limit of the stack's own server, in MB."),
});

const certificates = named(faultInCertificates);
const privateKey = named(faultInPrivateKey);

const federation = z.strictObject({
    enabled: z.boolean().default(true).describe("Whether other homeservers can reach this one, and this one them."),
    allow: z
        .array(named(faultInFederationPeer))
        .default([])
        .describe("The only servers to federate with (Synapse: federation_domain_whitelist). Empty: all of them."),
    delegation: z
        .enum(["wellKnown", "srv", "none"])
        .optional()
        .describe(
            "How the server name leads other servers here. wellKnown: by /.well-known/matrix/server. srv: by a DNS record that you make. none: by the name itself, at port 8448 or the port in it. Default: wellKnown; none for a server name with a port.",
        ),
    publicRooms: z
        .boolean()
        .default(false)
        .describe("Whether other servers may read the public room directory (Synapse: allow_public_rooms_over_federation)."),
    keyServers: z
        .array(named(faultInServerName))
        .default([])
        .describe("Notaries asked for other servers' keys (Synapse: trusted_key_servers). Empty: each server is asked for its own."),
    privatePeers: z
        .array(named(faultInRange))
        .default([])
        .describe(
            "Private address ranges that other servers are reached in, such as 10.94.0.0/24 (taken out of Synapse's federation_ip_range_blacklist).",
        ),
    authorities: z
        .array(certificates)
        .default([])
        .describe(
            "PEM of authorities to trust other servers' certificates by, instead of the system's (Synapse: federation_custom_ca_list).",
        ),
    network: z
        .string()
        .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, { error: "is not the name of a Docker network" })
        .optional()
        .describe("A Docker network that this stack meets other servers of this machine in, under their real names and ports."),
});

/** One for audio and one for video on either side, where they are not bundled. */
const portsOfACall = 4;

const turn = z.strictObject({
    port: port.default(3478).describe("Port for TURN over UDP and TCP."),
    bind: address.default("0.0.0.0").describe("Address of the Docker host that TURN is published on."),
    tlsPort: port.default(5349).describe("Port for TURN over TLS."),
    externalAddress: z
        .ipv4({ error: "is not an IPv4 address; give the one that clients outside reach this host by, such as 203.0.113.7" })
        .optional()
        .describe(
            "The IPv4 address under which the relay is reached from outside. Absent: the container's own, good for one machine only.",
        ),
    relayPorts: z
        .strictObject({ min: port.default(49160), max: port.default(49199) })
        .prefault({})
        .refine(({ min, max }) => min <= max, { error: "has a min greater than its max", abort: true })
        .refine(({ min, max }) => max - min + 1 >= portsOfACall, {
            error: `has fewer than ${portsOfACall} ports, the fewest that a one-to-one call takes; give it more`,
        })
        .describe(
            "UDP ports for relayed media, both ends included. A caller takes one for each way in (UDP, TCP, TLS) and each of its network addresses, until one is chosen.",
        ),
});

const gateway = z.strictObject({
    host: named((host) => faultInServerName(host) ?? (host.includes(":") ? "has a port; set gateway.httpsPort instead" : undefined))
        .optional()
        .describe("Host name that clients and servers connect to. Default: the server name, without its port."),
    bind: address.default("0.0.0.0").describe("Address of the Docker host that the gateway is published on."),
    httpsPort: port.default(443).describe("Port of the client API and the well-known files."),
    federationPort: port.default(8448).describe("Port of the server-server API."),
    wellKnown: z
        .boolean()
        .default(true)
        .describe(
            "Whether the gateway serves the server name's well-known files. false: another web server does; the output `delegation` is what it needs.",
        ),
    acme: z
        .strictObject({
            directory: z
                .url({ protocol: /^https$/ })
                .default("https://acme-v02.api.letsencrypt.org/directory")
                .describe("The ACME server's directory. Default: Let's Encrypt."),
            email: z
                .email({ error: "is not an e-mail address" })
                .optional()
                .describe("Where the authority writes to before a certificate expires."),
            authority: certificates.optional().describe("PEM that the ACME server's own certificate is trusted by. Default: the system's."),
        })
        .optional()
        .describe("Certificates by ACME (TLS-ALPN-01): the host names must lead to httpsPort, as port 443, from outside."),
    certificate: z
        .strictObject({
            chain: certificates.describe("PEM, the gateway's own certificate first, then those in between."),
            key: privateKey.describe("PEM. Set it with: pulumi config set --secret --path gateway.certificate.key < key.pem"),
        })
        .optional()
        .describe("A certificate of yours."),
    authority: z
        .strictObject({
            certificate: certificates.describe("PEM of the authority."),
            key: privateKey.describe("PEM. Set it with: pulumi config set --secret --path gateway.authority.key < key.pem"),
        })
        .optional()
        .describe(
            "An authority for development that several stacks share: it signs the gateway's certificate. Default: one of the stack's own.",
        ),
    support: z
        .strictObject({
            contacts: z
                .array(
                    z
                        .strictObject({
                            role: z.enum(["admin", "security"]).default("admin"),
                            matrixId: z.string().refine(isUserId, { error: "is not a user ID, such as @admin:example.org" }).optional(),
                            email: z.email({ error: "is not an e-mail address" }).optional(),
                        })
                        .refine(({ matrixId, email }) => matrixId ?? email, { error: "has neither matrixId nor email" }),
                )
                .default([]),
            page: z
                .url({ protocol: /^https$/ })
                .optional()
                .describe("Where people find help."),
        })
        .refine(({ contacts, page }) => contacts.length > 0 || page, { error: "has neither contacts nor page" })
        .optional()
        .describe("Whom to turn to (/.well-known/matrix/support)."),
});

const images = z.strictObject({
    synapse: imageReference.default("docker.io/matrixdotorg/synapse:v1.163.2"),
    postgres: imageReference.default("docker.io/library/postgres:15-bookworm"),
    coturn: imageReference.default("docker.io/coturn/coturn:4.6.1"),
    caddy: imageReference.default("docker.io/library/caddy:2.11.9"),
});

export const settingsSchema = z.strictObject({
    serverName: named(faultInServerName).describe("The part of user IDs after the colon. It cannot be changed later."),
    administrator: z.string().default("admin").describe("The account this program acts as, by key of users. Added to users if not there."),
    protectData: z
        .boolean()
        .default(true)
        .describe("Whether what holds data is protected from deletion. Switch it off in development only."),
    keeper: z
        .boolean()
        .default(true)
        .describe("Whether two small containers with the Docker socket bring back what was killed and limit numbers of processes."),
    homeserver: homeserver.prefault({}),
    database: database.prefault({}),
    federation: federation.prefault({}),
    turn: turn.prefault({}),
    gateway: gateway.prefault({}),
    images: images.prefault({}),
    users: z.record(z.string(), user).default({}),
    bots: z.record(z.string(), bot).default({}),
    rooms: z.record(z.string(), room).default({}),
    spaces: z.record(z.string(), space).default({}),
});

export type SettingsInput = z.input<typeof settingsSchema>;
export type ParsedSettings = z.output<typeof settingsSchema>;
