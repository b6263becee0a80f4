/** What a stack may say, with its defaults. Pure: nothing here knows Pulumi. */
import { z } from "zod";
import { faultInAliasLocalpart, faultInAvatar, faultInServerName } from "./matrixNames.ts";

type Fault = string | undefined;
const named = (fault: (value: string) => Fault) =>
    z.string().superRefine((value, context) => {
        const message = fault(value);
        if (message) context.addIssue({ code: "custom", message });
    });

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

const federation = z.strictObject({
    enabled: z.boolean().default(true).describe("Whether other homeservers can reach this one, and this one them."),
    allow: z.array(named(faultInServerName)).default([]).describe("The only servers to federate with. Empty: all of them."),
    keyServers: z
        .array(named(faultInServerName))
        .default([])
        .describe("Notaries asked for other servers' keys (Synapse: trusted_key_servers). Empty: each server is asked for its own."),
});

const turn = z.strictObject({
    port: port.default(3478).describe("Port for TURN over UDP and TCP."),
    bind: address.default("0.0.0.0").describe("Address of the Docker host that TURN is published on."),
    externalAddress: address
        .optional()
        .describe("The address under which the relay is reached from outside. Absent: the container's own, good for one machine only."),
    relayPorts: z
        .strictObject({ min: port.default(49160), max: port.default(49199) })
        .prefault({})
        .refine(({ min, max }) => min <= max, { error: "has a min greater than its max" })
        .describe("UDP ports for relayed media, both ends included. A one-to-one call takes up to four."),
});

const gateway = z.strictObject({
    host: named((host) => faultInServerName(host) ?? (host.includes(":") ? "has a port; set gateway.httpsPort instead" : undefined))
        .optional()
        .describe("Host name that clients and servers connect to. Default: the server name, without its port."),
    bind: address.default("0.0.0.0").describe("Address of the Docker host that the gateway is published on."),
    httpsPort: port.default(443).describe("Port of the client API and the well-known files."),
    federationPort: port.default(8448).describe("Port of the server-server API."),
});

const images = z.strictObject({
    synapse: imageReference.default("docker.io/matrixdotorg/synapse:v1.163.2"),
    postgres: imageReference.default("docker.io/library/postgres:15-bookworm"),
    coturn: imageReference.default("docker.io/coturn/coturn:4.6.1"),
    caddy: imageReference.default("docker.io/library/caddy:2.11.9"),
});

const level = z.int().min(0).max(100);
const displayName = z.string().min(1).max(256).optional().describe("Profile: displayname. Absent: left as it is.");
const avatar = named(faultInAvatar).optional().describe("A picture's path in this project, such as avatars/alice.png, or an mxc:// URI.");
const formerly = z
    .string()
    .min(1)
    .optional()
    .describe("The key this entry had before, so that a renamed key is not taken for another thing.");
const localpart = z
    .string()
    .optional()
    .describe("The part of the user ID between @ and the colon. Default: the key. It cannot be changed later.");

const account = {
    localpart,
    displayName,
    avatar,
    admin: z.boolean().default(false).describe("Whether this account may use Synapse's admin API."),
    deactivated: z.boolean().default(false).describe("Whether nobody can sign in to it."),
    onDelete: z
        .enum(["deactivate", "erase"])
        .default("deactivate")
        .describe("What becomes of the account when its entry is removed. erase: its messages are hidden from who joins later, too."),
    formerly,
};

const user = z.strictObject({
    ...account,
    password: z
        .string()
        .max(512)
        .optional()
        .describe("The first password. Default: a generated one. Set it with: pulumi config set --secret --path users.NAME.password"),
});

const bot = z.strictObject({
    ...account,
    unlimited: z.boolean().default(false).describe("Whether it is exempt from the server's limits on numbers of messages."),
    appservice: z
        .strictObject({
            namespace: z
                .string()
                .regex(/^[a-z0-9._=\-/+]+$/, { error: "is not the beginning of user names, such as irc_" })
                .describe("User names and aliases that begin so belong to this bot alone."),
            url: z
                .url({ protocol: /^https?$/ })
                .optional()
                .describe("Where the server sends the namespace's events, as seen from its container. Absent: nowhere."),
        })
        .optional()
        .describe("Makes it an application service: it acts for every user of its namespace."),
});

const powerLevels = z
    .strictObject({
        usersDefault: level.optional(),
        eventsDefault: level.optional(),
        stateDefault: level.optional(),
        invite: level.optional(),
        kick: level.optional(),
        ban: level.optional(),
        redact: level.optional(),
        events: z.record(z.string(), level).optional().describe("By event type, such as m.room.topic."),
    })
    .optional()
    .describe("Who may do what; what is absent is left as the server makes it (spec: m.room.power_levels).");

const place = {
    name: z.string().min(1).max(255).optional(),
    topic: z.string().max(10_000).optional(),
    alias: named(faultInAliasLocalpart).optional().describe("The part of the alias between # and the colon. Default: the key."),
    avatar,
    visibility: z
        .enum(["private", "public"])
        .default("private")
        .describe("public: listed in the directory and open to join. private: by invitation."),
    joinRule: z
        .enum(["public", "invite", "knock", "restricted"])
        .optional()
        .describe("Default: public for public ones, otherwise invite. restricted: members of the parent space may join."),
    historyVisibility: z
        .enum(["invited", "joined", "shared", "world_readable"])
        .default("shared")
        .describe("Who may read what was said before they came (spec: m.room.history_visibility)."),
    powerLevels,
    members: z
        .record(z.string(), level)
        .default({})
        .describe("Who is in it, with the power level: keys of users or bots, or full user IDs of other servers, which are invited."),
    parent: z.string().optional().describe("The space it belongs to, by key of spaces."),
    onDelete: z
        .enum(["leave", "purge"])
        .default("leave")
        .describe(
            "What becomes of it when its entry is removed. leave: people keep it, its alias goes. purge: everything in it is deleted.",
        ),
    formerly,
};

const room = z.strictObject({
    ...place,
    encrypted: z.boolean().optional().describe("Default: private rooms are, public ones are not. It cannot be taken back."),
    retention: z
        .string()
        .regex(/^[1-9][0-9]*[hdwy]$/, { error: "is not a duration with its unit, such as 12h, 30d, 8w or 1y" })
        .optional()
        .describe("How long messages are kept (m.room.retention: max_lifetime)."),
    pinnedMessage: z
        .string()
        .min(1)
        .max(10_000)
        .optional()
        .describe("A message that stands pinned. The server can read it, in encrypted rooms too."),
});

const space = z.strictObject(place);

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
