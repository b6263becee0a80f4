/**
 * Settings in, homeserver.yaml and its log configuration out. Pure, and free of secrets: they are named by path.
 * Source: https://element-hq.github.io/synapse/latest/usage/configuration/config_documentation.html
 */
import { stringify } from "yaml";
import type { DatabaseConnection } from "../../database/connections.ts";
import type { RetiredSigningKey } from "../../secrets.ts";
import type { Settings } from "../../settings/index.ts";
import { registrationPath } from "../applicationService.ts";
import { featureOptions } from "./featureOptions.ts";
import { federationOptions } from "./federationConfig.ts";
import { mergedOptions } from "./givenOptions.ts";
import { mediaOptions } from "./mediaOptions.ts";
import { withOwnModules } from "./ownModules.ts";
import { type OutboundProxy, proxyOptions } from "./proxyConfig.ts";
import { rateLimits } from "./rateLimits.ts";
import { roomDirectoryOptions } from "./roomDirectory.ts";

/** Paths of the files in the container. */
export const paths = {
    config: "/etc/synapse/homeserver.yaml",
    logConfig: "/etc/synapse/log.yaml",
    /**
     * The media volume. A fresh volume takes the mode of what the image has at its path, and this is the one
     * directory that any image lets a user other than root write to.
     */
    data: "/var/tmp",
    mediaStore: "/var/tmp/media_store",
    /** The options that have a secret in them, from `homeserver.config`. */
    secretOptions: "/run/secrets/options.yaml",
    signingKey: "/run/secrets/signing.key",
    /** One that was given: the name tells it from a generated one. */
    givenSigningKey: "/run/secrets/given-signing.key",
    /** Configuration by itself: what the program knows of these keys it knows from secrets. */
    retiredSigningKeys: "/run/secrets/retired-signing-keys.yaml",
    databasePassfile: "/run/secrets/database.pgpass",
    databaseAuthority: "/etc/synapse/database-authority.pem",
    registrationSharedSecret: "/run/secrets/registration-shared-secret",
    macaroonSecretKey: "/run/secrets/macaroon-secret-key",
    formSecret: "/run/secrets/form-secret",
    turnSharedSecret: "/run/secrets/turn-shared-secret",
    /** Configuration by itself: Synapse knows no path for this password. */
    turnLogin: "/run/secrets/turn-login.yaml",
};

/** The bundle of the image's Debian: libpq knows `sslrootcert=system` from PostgreSQL 16 on, and older ones look in the user's home. */
const systemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

export const clientPort = 8008;
/** Of a listener of its own, which the gateway passes nothing to. */
export const metricsPort = 9000;

export interface SynapseConfig {
    serverName: string;
    /** Of its proxy, what is no secret. */
    homeserver: Omit<Settings["homeserver"], "proxy"> & { proxy?: OutboundProxy };
    federation: Settings["federation"];
    /** Addresses in the container, or names of them, that it listens on. */
    listen: string[];
    /** How many authorities other servers are trusted by instead of the system's; 0: by the system's. */
    authorities: number;
    turnUris: string[];
    /** Whether credentials for it are signed by a shared secret. */
    turnSigned: boolean;
    database: Omit<DatabaseConnection, "password">;
    /** Most connections to the database. */
    connections: number;
    /** Keys of the bots that are application services. */
    applicationServices: string[];
    /** Whether some of them take part in encrypted rooms. */
    servicesEncrypt: boolean;
    /** URLs at which some of them are told of events. */
    applicationServiceUrls: string[];
    /** User ID of the account that this program acts as: it lists and names the declared rooms. */
    publisher: string;
    /** Whether rooms may set how long messages are kept. */
    retention: boolean;
    /** Whether metrics are served. */
    metrics: boolean;
}

export interface HomeserverYaml {
    /** Without any secret. */
    readable: string;
    /** Read after the other one; absent where `homeserver.config` has no secret. */
    secret?: string;
}

/** What the program sets, and `homeserver.config` merged over it. */
export function homeserverYaml(config: SynapseConfig): HomeserverYaml {
    const { media, config: given } = config.homeserver;
    const { readable, secret } = mergedOptions(ownOptions(config), withOwnModules(given, media));
    const yaml = (options: object) => stringify(options, { lineWidth: 0 });
    return { readable: yaml(readable), ...(Object.keys(secret).length > 0 && { secret: yaml(secret) }) };
}

function ownOptions(config: SynapseConfig): Record<string, unknown> {
    const { serverName, homeserver, federation, turnUris, database, applicationServices, publisher, retention } = config;
    const resources = federation.enabled ? ["client", "federation"] : ["client"];
    return {
        server_name: serverName,
        public_baseurl: `${homeserver.publicUrl}/`,
        report_stats: false,
        // The gateway and this machine reach it; the gateway passes on no admin API.
        listeners: [
            {
                type: "http",
                port: clientPort,
                bind_addresses: config.listen,
                tls: false,
                x_forwarded: true,
                resources: [{ names: resources }],
            },
            ...(config.metrics ? [{ type: "metrics", port: metricsPort, bind_addresses: config.listen }] : []),
        ],
        ...(config.metrics && { enable_metrics: true }),
        serve_server_wellknown: false,
        log_config: paths.logConfig,

        database: {
            name: "psycopg2",
            args: {
                ...databaseArguments(database),
                application_name: "synapse",
                cp_min: Math.min(5, config.connections),
                cp_max: config.connections,
            },
        },
        media_store_path: paths.mediaStore,
        ...mediaOptions(homeserver.media),

        signing_key_path: homeserver.signingKey ? paths.givenSigningKey : paths.signingKey,
        ...oldSigningKeys(homeserver.oldSigningKeys),
        macaroon_secret_key_path: paths.macaroonSecretKey,
        form_secret_path: paths.formSecret,
        registration_shared_secret_path: paths.registrationSharedSecret,

        bcrypt_rounds: homeserver.passwords.hashRounds,
        password_config: { policy: { enabled: true, minimum_length: homeserver.passwords.minimumLength } },
        ...(applicationServices.length > 0 && { app_service_config_files: applicationServices.map(registrationPath) }),

        enable_registration: false,
        allow_guest_access: false,
        encryption_enabled_by_default_for_room_type: homeserver.encryption,
        default_room_version: "12",
        allow_public_rooms_without_auth: false,
        ...roomDirectoryOptions(homeserver.roomDirectory, publisher),
        ...rateLimits(homeserver.limits),
        ...featureOptions({ homeserver, inviter: localpartOf(publisher), retention, servicesEncrypt: config.servicesEncrypt }),

        ...federationOptions(federation, config.authorities),
        ...proxyOptions(homeserver.proxy, config.applicationServiceUrls),

        ...(turnUris.length > 0 && { turn_uris: turnUris }),
        ...(config.turnSigned && { turn_shared_secret_path: paths.turnSharedSecret }),
        turn_user_lifetime: "1h",
        turn_allow_guests: false,
    };
}

/** By which other servers check what was signed before. The option of a later file replaces that of an earlier one, so all are in it. */
export function oldSigningKeysYaml(given: Settings["homeserver"]["oldSigningKeys"], retired: RetiredSigningKey[]): string {
    const entries = retired.map(({ id, publicKey: key, expiredTs }) => [id, { key, expiredTs }] as const);
    return stringify(oldSigningKeys({ ...Object.fromEntries(entries), ...given }), { lineWidth: 0 });
}

/** As psycopg2 connects, with the password in a file. */
export function databaseArguments({ host, port, name, user, sslMode, authority }: Omit<DatabaseConnection, "password">) {
    return {
        host,
        port,
        dbname: name,
        user,
        passfile: paths.databasePassfile,
        sslmode: sslMode,
        ...(sslMode.startsWith("verify-") && { sslrootcert: authority === undefined ? systemAuthorities : paths.databaseAuthority }),
    };
}

function oldSigningKeys(keys: Settings["homeserver"]["oldSigningKeys"]) {
    const sorted = Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1));
    if (sorted.length === 0) return {};
    return { old_signing_keys: Object.fromEntries(sorted.map(([id, { key, expiredTs }]) => [id, { key, expired_ts: expiredTs }])) };
}

function localpartOf(userId: string): string {
    return userId.slice(1, userId.indexOf(":"));
}

/** A secret. */
export function turnLoginYaml({ username, password }: { username: string; password: string }): string {
    return stringify({ turn_username: username, turn_password: password }, { lineWidth: 0 });
}

/** Everything to the container's log, which Docker rotates. */
export function logYaml(level: string): string {
    return stringify({
        version: 1,
        formatters: { precise: { format: "%(asctime)s - %(name)s - %(lineno)d - %(levelname)s - %(request)s - %(message)s" } },
        handlers: { console: { class: "logging.StreamHandler", formatter: "precise" } },
        loggers: {
            // At DEBUG it writes access tokens.
            "synapse.storage.SQL": { level: "INFO" },
            // Of a request that is no JSON it writes the whole body: megabytes at anybody's wish, or a password with a comma too many.
            "synapse.http.servlet": { level: "ERROR" },
        },
        root: { level, handlers: ["console"] },
        disable_existing_loggers: false,
    });
}
