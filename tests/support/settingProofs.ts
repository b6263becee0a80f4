/**
 * What proves that a setting does what it says, on the real parts: a setting's path → file of tests/ and the title of the test
 * there, or its beginning. A unit test wants an entry for every setting of the schema, and each test to be there.
 */
type Proof = readonly [file: string, title: string];

const settings = (title: string): Proof => ["integration/settings.test.ts", title];
const network = (title: string): Proof => ["integration/settingsNetwork.test.ts", title];
const content = (title: string): Proof => ["integration/content.test.ts", title];
const inServer = (title: string): Proof => ["integration/settingsContent.test.ts", title];
const certificates = (title: string): Proof => ["integration/certificates.test.ts", title];
const seeds = (title: string): Proof => ["integration/seeds.test.ts", title];
const controls = (title: string): Proof => ["slow/federationControls.test.ts", title];

const read = settings("of the homeserver is in its configuration, as Synapse itself reads it");
const containers = settings("of the containers: their memory, published ports and images");
const published = network("gateway.bind and turn.bind: serve at ");
const gateway = network("of the gateway: its host and authority are in the certificate, its contacts in the well-known file");
const state = inServer("all that rooms and spaces have in common is in the state of one: ");
const roomsAlone = inServer("of rooms: parent, serverAcl, encrypted, retention and pinnedMessage");
const accounts = inServer("of users and bots: localpart, displayName, avatar, admin and deactivated");
const changed = inServer("of a second kind: what a change of them does");
const proxy = network("homeserver.proxy: connects through it with its password, and directly where it says so");
const options = (title: string): Proof => ["integration/synapseOptions.test.ts", title];
const notices = settings("homeserver.serverNotices: a notice comes from this account, in this room, which people are in at once");
const signingKeys = options("change the signing key only if the old one stays known, and publish both");
const existing = (title: string): Proof => ["integration/existingDatabase.test.ts", title];
const existingDatabase = existing("makes its role and database there, over TLS by the authority given, and runs no server of its own");
const givenDatabase = existing(
    "takes a role and a database that are given as they are, by the system's authorities, and leaves them when it is destroyed",
);
const turnElsewhere: Proof = [
    "integration/turn.test.ts",
    "gives way to a TURN service elsewhere, and to none; both are what clients are told, and verified",
];
const monitored = (title: string): Proof => ["integration/monitoring.test.ts", title];
const monitoredByReceiver = monitored("tells by webhook, mail and room that the certificate ends soon, and status tells it");
const monitoredParts = monitored(
    "runs in containers that are healthy, have no rights and of the host see at most the directory of the backups",
);
/** Its image cannot be had everywhere, so that only what it is given is proven. */
const dashboards = (title: string): Proof => ["unit/monitoring/declared.test.ts", title];
const backups = (title: string): Proof => ["integration/backup.test.ts", title];
const placeOfBackups: Proof = ["integration/backupFaults.test.ts", "may be an S3 store, which is waited for when it goes away"];
const bridges = (title: string): Proof => ["unit/bridges/declared.test.ts", title];
const mautrix = (title: string): Proof => ["unit/bridges/mautrix/config.test.ts", title];
const bridged = bridges("knows its rooms by their IDs, its admins and users, in files that it alone may read");
const relay = (title: string): Proof => ["unit/bridges/relay.test.ts", title];
const relayed = relay("is on each platform with the account and port that are given, whatever a text has in it");
const rotation = (title: string): Proof => ["integration/rotation.test.ts", title];
const media = (title: string): Proof => ["integration/media.test.ts", title];
const mediaRead = media("have limits and lifetimes as the settings say, as Synapse itself reads them");
const inStore = media("are in the store, and come back from it when the disk has none of them");
const outOfStore = media("leave the disk when nobody looks at them, and the store when the database has forgotten them, counted");
const dendrite = (title: string): Proof => ["integration/dendrite.test.ts", title];
const acme = certificates("is got by proving the names on the port that is open anyway, after the switch from another kind");
const given = certificates("is served with its chain, for clients and servers, and a preview is empty");
const renamed = content("keeps a room, and an account with its token, whose key is renamed");
const removed = content("does with what is removed what its entry said: leave or purge, deactivate or erase");

/** Each of these properties of a section. */
function each(section: string, proof: Proof, ...properties: string[]): Record<string, Proof> {
    return Object.fromEntries(properties.map((property) => [`${section}.${property}`, proof]));
}

const inState = [
    ...["name", "topic", "alias", "avatar", "visibility", "joinRule", "historyVisibility", "members.*"],
    ...["usersDefault", "eventsDefault", "stateDefault", "invite", "kick", "ban", "redact", "events.*"].map((it) => `powerLevels.${it}`),
];
const bucketsRead = [
    ...["messages", "redactions", "logins.address", "logins.account", "registrations", "joins.local", "joins.remote", "joins.perRoom"],
    ...["invites.perRoom", "invites.perUser", "invites.perIssuer", "roomCreations"],
].flatMap((it) => [`${it}.perSecond`, `${it}.burst`]);

export const settingProofs: Record<string, Proof> = {
    serverName: read,
    administrator: settings("administrator: is the account that the program acts as"),
    protectData: ["integration/registrations.test.ts", "protects what holds data or identity, and nothing else"],

    ...each("homeserver", read, "publicUrl", "registration", "encryption", "passwords.minimumLength", "passwords.hashRounds"),
    ...each("homeserver", containers, "port", "memory"),
    "homeserver.media.maxUpload": settings("homeserver.media.maxUpload: takes 3 MB, and nothing larger"),
    "homeserver.startSeconds": ["integration/rollback.test.ts", "ends with the reason, and with the former homeserver running"],
    ...each("homeserver.media", mediaRead, "retention.local", "retention.remote"),
    ...each(
        "homeserver.media.uploadLimits[]",
        media("are taken up to what a user may upload in an hour, and no further"),
        "period",
        "maxSize",
    ),
    "homeserver.media.scan.onFailure": media("are taken unscanned while nobody can scan them, where the settings say so"),
    ...each(
        "homeserver.media.scan",
        media("are refused with malware in them, whichever way they come, and nothing of them is on the disk"),
        "signatures",
        "memory",
    ),
    ...each("homeserver.media.s3", inStore, "endpoint", "bucket", "prefix", "region", "accessKeyId", "secretAccessKey", "authority"),
    ...each("homeserver.media.s3", outOfStore, "keepLocal", "keepDeleted"),
    "homeserver.logLevel": settings("homeserver.logLevel: the log has nothing that is less severe"),
    ...each("homeserver.limits", read, ...bucketsRead),
    ...each(
        "homeserver.limits",
        settings("homeserver.limits: the third wrong password in a row has to wait"),
        "logins.failed.perSecond",
        "logins.failed.burst",
    ),
    ...each("homeserver.limits.federation", read, "windowMilliseconds", "sleepLimit", "sleepMilliseconds", "rejectLimit", "concurrent"),
    "homeserver.limits.federation.transactionsPerRoomPerSecond": read,
    "homeserver.roomDirectory.publishers[]": [
        "integration/botRooms.test.ts",
        "is published by those whom homeserver.roomDirectory.publishers names",
    ],
    "homeserver.roomDirectory.aliasCreators[]": settings("homeserver.roomDirectory.aliasCreators: names a room, and nobody else does"),
    ...each("homeserver.serverNotices", notices, "localpart", "displayName", "roomName", "topic", "autoJoin"),
    "homeserver.presence": options("show nobody who is online where presence is off"),
    "homeserver.userDirectory": settings("homeserver.userDirectory: shared finds nobody with whom no room is shared"),
    "homeserver.autoJoinRooms[]": options("let a new account join the rooms for everybody, by invitation where they are not public"),
    "homeserver.retention": options("show no message older than the default retention"),
    "homeserver.config.*": options("have effect where they are given in homeserver.config, beside what the program sets"),
    ...each("homeserver", signingKeys, "signingKey", "oldSigningKeys.*.key", "oldSigningKeys.*.expiredTs"),
    ...each(
        "homeserver.linkPreviews",
        network("homeserver.linkPreviews: shows a page's title in the languages asked for"),
        "enabled",
        "languages[]",
    ),
    ...each("homeserver.proxy", proxy, "url", "user", "password", "except[]"),

    ...each("database", existingDatabase, "host", "adminPassword", "sslMode", "authority"),
    ...each("database", givenDatabase, "user", "password", "connections"),
    "database.adminUser": existing("says in one line why a server, a role or a database will not do"),
    ...each("database", containers, "port", "memory"),
    "database.name": settings("database.name: is the database and the role that owns it"),

    ...each("backup", backups("are what a lost machine is made of"), "repository", "maxLoss"),
    ...each("backup", backups("are made on their schedule, and kept as long as was asked"), "schedule", "keep"),
    "backup.include[]": backups("store directories of the host as well"),
    ...each("backup.s3", placeOfBackups, "accessKeyId", "secretAccessKey", "authority"),
    "images.clamav": media("are refused with malware in them, whichever way they come, and nothing of them is on the disk"),
    "images.restic": backups("are made on their schedule, and kept as long as was asked"),

    "monitoring.enabled": monitoredParts,
    "monitoring.port": monitored("is published on the loopback interface alone, and the gateway passes nothing on to it"),
    "monitoring.retention": monitored("knows how long metrics are kept"),
    "monitoring.dashboardsPort": dashboards("publishes its ports on the loopback interface"),
    ...each("monitoring.receivers", monitoredByReceiver, "webhook.url", "room.room", "room.bot"),
    ...each("monitoring.receivers.mail", monitoredByReceiver, "smarthost", "from", "to[]", "username", "password", "tls"),
    ...each("images", monitoredParts, "prometheus", "alertmanager", "postgresExporter", "nodeExporter"),
    "images.grafana": dashboards("provisions Grafana with a data source that its dashboard names, and the dashboard"),

    "federation.enabled": controls("gives other servers nothing"),
    "federation.allow[]": network("federation.allow: reaches no server that it does not name"),
    "federation.delegation": gateway,
    "federation.publicRooms": controls("shows the public rooms of who lets others read them, and of nobody else"),
    "federation.keyServers[]": controls("asks the notary that is named for keys, and works without one"),
    "federation.privatePeers[]": controls("does not reach peers in a private range that is not named, and logs why"),
    "federation.authorities[]": network("federation.authorities: reaches servers by certificates of each of them, and no other"),
    "federation.network": network("federation.network: has the gateway in it, and the homeserver without its plain port"),

    ...each("network", network("network: has these ranges and this packet size"), "subnet", "ipv6", "mtu"),

    ...each("turn", published, "port", "bind", "bindIpv6"),
    ...each("turn", containers, "tlsPort", "relayPorts.min", "relayPorts.max"),
    ...each("turn", turnElsewhere, "enabled", "external.uris[]", "external.username", "external.password"),
    "turn.external.sharedSecret": [
        "integration/turn.test.ts",
        "gives way to another coturn, which takes the credentials that the homeserver signs",
    ],
    "turn.host": gateway,
    "turn.externalAddress": ["slow/turnStatus.test.ts", "names an external address that leads nowhere"],

    ...each("gateway", published, "bind", "bindIpv6", "httpsPort", "federationPort"),
    ...each("gateway", gateway, "host", "authority.certificate", "authority.key"),
    ...each("gateway.support", gateway, "contacts[].role", "contacts[].matrixId", "contacts[].email", "page"),
    ...each(
        "gateway",
        network("gateway.announced and gateway.httpPort: others are sent to the announced ports"),
        "announced.httpsPort",
        "announced.federationPort",
        "httpPort",
    ),
    "gateway.trustedProxies[]": ["integration/proxies.test.ts", "that is trusted, only the last address that is no proxy's counts"],
    "gateway.wellKnown": changed,
    ...each("gateway.acme", acme, "directory", "email", "authority"),
    ...each("gateway.certificate", given, "chain", "key"),

    ...each("images", containers, "synapse", "postgres", "coturn", "caddy"),
    "images.dendrite": dendrite("is what answers, and carries what a bot says to the administrator"),
    "homeserver.kind": dendrite("cannot become a Synapse, nor a Synapse a Dendrite: the preview refuses before anything is touched"),

    ...each("users.*", accounts, "localpart", "displayName", "avatar", "admin", "deactivated"),
    "users.*.password": content("tells a new user's first password, generated or given, which lets the user in"),
    "users.*.onDelete": removed,
    "users.*.formerly": changed,

    ...each("bots.*", accounts, "localpart", "displayName", "avatar", "admin", "deactivated"),
    "bots.*.unlimited": inServer("bots.*.unlimited: exempts the bot from the limits for messages"),
    "bots.*.appservice.namespace": content("speaks for a whole namespace where a bot is an application service, and nobody else may"),
    "bots.*.appservice.url": inServer("bots.*.appservice: is asked at its URL about the namespace that is its own"),
    "bots.*.onDelete": changed,
    "bots.*.formerly": renamed,

    ...each("bridges.irc", bridged, "enabled", "users[]", "admins[]", "memory"),
    ...each(
        "bridges.irc.networks.*",
        bridged,
        ...[
            "servers[].host",
            "servers[].port",
            "servers[].tls",
            "nick",
            "realName",
            "password",
            "sasl.username",
            "sasl.password",
            "pause",
            "members",
        ],
    ),
    "rooms.*.bridge.irc": bridged,
    "images.heisenbridge": bridged,
    ...each(
        "bridges.relay.accounts.*",
        relayed,
        "platform",
        "server",
        "jid",
        "muc",
        "nick",
        "login",
        "password",
        "team",
        "token",
        "webhooks",
    ),
    ...each("bridges.relay", relayed, "enabled", "memory", "certificates", "joins"),
    ...each("bridges.relay", relay("writes text alone into rooms, with the sender's name before it"), "nickFormat", "attachments"),
    "rooms.*.bridge.relay": relay("joins each room with its channels, and no other"),
    "images.matterbridge": relayed,
    ...each("rooms.*", state, ...inState),
    ...each("rooms.*", roomsAlone, "parent", "encrypted", "retention", "pinnedMessage", "serverAcl.deny[]", "serverAcl.allow[]"),
    "rooms.*.onDelete": removed,
    "rooms.*.formerly": renamed,

    ...each("spaces.*", state, ...inState),
    "spaces.*.parent": roomsAlone,
    ...each("spaces.*", changed, "onDelete", "formerly"),

    "seeds.*.script": seeds("runs again after an edit, and as another account"),
    "seeds.*.as": seeds("runs again after an edit, and as another account"),
    "seeds.*.timeout": seeds("is ended where it never ends, and `pulumi up` says so"),

    ...each(
        "rotation",
        rotation("ends the old passwords of the database: the owner's and the superuser's"),
        "databasePassword",
        "databaseAdminPassword",
    ),
    "rotation.turnSharedSecret": rotation("leaves the credentials for calls valid that clients have, and gives others"),
    "rotation.registrationSharedSecret": rotation("ends the old secret of registration"),
    ...each("rotation", rotation("gives the homeserver another key for links and forms"), "macaroonSecretKey", "formSecret"),
    "rotation.administratorPassword": rotation("gives the administrator another password, and its sessions go on"),
    "rotation.signingKey": rotation("signs by another key, and keeps the old one known, by which other servers check earlier messages"),
    "rotation.backupPassword": rotation("changes the key of the backups, which all open with it: those from before, too"),
    ...Object.fromEntries(
        ["whatsapp", "signal", "slack", "discord", "meta", "gmessages", "bluesky", "telegram"].flatMap((platform) => {
            const of = `bridges.${platform}`;
            const own = { whatsapp: ["deviceName", "statusMessages"], signal: ["deviceName"], meta: ["app"], gmessages: ["deviceName"] };
            const further = platform === "telegram" ? ["apiId", "apiHash", "deviceName"] : (own[platform as keyof typeof own] ?? []);
            return Object.entries({
                ...each(of, bridged, "enabled", "memory"),
                ...each(of, mautrix("are all of a server or single people, and nobody else"), "users[]", "admins[]"),
                ...each(of, mautrix("encrypts as much as it is told to"), "encryption"),
                ...each(of, mautrix("acts as people's own accounts only where that is asked for"), "doublePuppeting"),
                ...each(of, mautrix("lets people without an account of the network talk through another's as it is told to"), "relayMode"),
                ...each(of, mautrix("fetches what it missed while it was down, and older messages only if told to"), "backfill"),
                ...each(of, mautrix("has further options of its own merged over what is set, and theirs that are secret"), "config.*"),
                ...each(of, mautrix("has what each network alone has"), ...further),
                ...each(
                    of,
                    ["integration/bridgeWhatsapp.test.ts", "leaves with its registration and its database, and nothing else"],
                    "onRemoval",
                ),
                [`images.mautrix${platform[0]?.toUpperCase()}${platform.slice(1)}`]: bridges(
                    "has a container each, from the image that is given",
                ),
            });
        }),
    ),
    "rotation.bridges.*": bridges("is registered with the homeserver, which sends it the namespace's events"),
    "rotation.bots.*": rotation("gives a bot another token for the same device, with its encryption keys, while the old one goes on"),
};
