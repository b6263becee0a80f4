/**
 * Settings in, dendrite.yaml out. Pure.
 * Source: https://github.com/matrix-org/dendrite/blob/v0.13.8/dendrite-sample.yaml and setup/config
 */
import { stringify } from "yaml";
import { bytesOf } from "../../../matrix/byteSize.ts";
import type { DatabaseConnection } from "../../database/connections.ts";
import type { RetiredSigningKey } from "../../secrets.ts";
import type { Settings } from "../../settings/index.ts";
import { registrationPath } from "../applicationService.ts";
import { paths } from "./paths.ts";

/**
 * One limit is all that Dendrite has, for sign-ins, joins, invitations, media and the like of one device or address; messages have none.
 * Of as many slots each is free again after as many milliseconds. These are its own documentation's.
 */
const rateLimit = { threshold: 20, cooloff_ms: 500 };

/** Synapse's, so that clients find the same sizes. */
const thumbnails = [
    { width: 32, height: 32, method: "crop" },
    { width: 96, height: 96, method: "crop" },
    { width: 320, height: 240, method: "scale" },
    { width: 640, height: 480, method: "scale" },
    { width: 800, height: 600, method: "scale" },
];

const levels: Record<Settings["homeserver"]["logLevel"], string> = { DEBUG: "debug", INFO: "info", WARNING: "warn", ERROR: "error" };

/** The image's bundle; without a name, authorities that are trusted for other servers would take its place. */
const systemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

export interface DendriteConfig {
    serverName: string;
    /** The section `homeserver` of the settings. */
    homeserver: Pick<
        Settings["homeserver"],
        "autoJoinRooms" | "logLevel" | "media" | "memory" | "oldSigningKeys" | "passwords" | "presence" | "serverNotices" | "signingKey"
    >;
    /** Whether it connects with other servers. */
    federation: boolean;
    database: Omit<DatabaseConnection, "password">;
    /** Most connections to the database. */
    connections: number;
    turnUris: string[];
    /** IDs of the application services whose registrations it reads. */
    applicationServices: string[];
    /** User IDs that no rate limit is for, beside server admins and application services. */
    unlimited: string[];
    /** Whether metrics are served. */
    metrics: boolean;
}

/** What Dendrite reads from nowhere else. */
export interface DendriteSecrets {
    registrationSharedSecret: string;
    turnSharedSecret?: string;
    turnLogin?: { username: string; password: string };
    /** Signing keys that it had before; no secret, and known from secrets alone. */
    retiredSigningKeys: RetiredSigningKey[];
}

export function dendriteYaml(config: DendriteConfig, secrets: DendriteSecrets): string {
    return stringify(options(config, secrets), { lineWidth: 0 });
}

/** The same with no secret in it, for people: a component's input, so that a preview shows which line changes. */
export function readableYaml(
    config: DendriteConfig,
    { turnLogin, turnSharedSecret }: Partial<Record<keyof DendriteSecrets, unknown>>,
): string {
    const hidden = "(secret)";
    return dendriteYaml(config, {
        registrationSharedSecret: hidden,
        ...(turnSharedSecret !== undefined && { turnSharedSecret: hidden }),
        ...(turnLogin !== undefined && { turnLogin: { username: hidden, password: hidden } }),
        retiredSigningKeys: [],
    });
}

function options(config: DendriteConfig, secrets: DendriteSecrets) {
    const { serverName, homeserver, applicationServices, unlimited } = config;
    const { serverNotices, media } = homeserver;
    // Dendrite knows no presence that is only listened to.
    const presence = homeserver.presence === true;
    return {
        version: 2,
        global: {
            server_name: serverName,
            private_key: homeserver.signingKey ? paths.givenSigningKey : paths.signingKey,
            old_private_keys: oldKeys(homeserver.oldSigningKeys, secrets.retiredSigningKeys),
            database: {
                connection_string: connectionString(config.database),
                max_open_conns: config.connections,
                max_idle_conns: Math.min(5, config.connections),
                conn_max_lifetime: -1,
            },
            // A quarter of the container's memory; the rest is for what it does.
            cache: { max_size_estimated: `${Math.floor(homeserver.memory / 4)}mb`, max_age: "1h" },
            trusted_third_party_id_servers: [],
            disable_federation: !config.federation,
            presence: { enable_inbound: presence && config.federation, enable_outbound: presence },
            report_stats: { enabled: false },
            server_notices: serverNotices
                ? {
                      enabled: true,
                      local_part: serverNotices.localpart,
                      display_name: serverNotices.displayName,
                      room_name: serverNotices.roomName,
                  }
                : { enabled: false },
            jetstream: { storage_path: paths.jetstream, topic_prefix: "Dendrite" },
            // On the port that it has for everything else; the gateway passes none of it on.
            metrics: { enabled: config.metrics, basic_auth: { username: "", password: "" } },
        },
        app_service_api: { config_files: applicationServices.map(registrationPath) },
        client_api: {
            registration_disabled: true,
            guests_disabled: true,
            registration_shared_secret: secrets.registrationSharedSecret,
            turn: {
                turn_user_lifetime: "1h",
                turn_uris: config.turnUris,
                ...(secrets.turnSharedSecret !== undefined && { turn_shared_secret: secrets.turnSharedSecret }),
                ...(secrets.turnLogin && { turn_username: secrets.turnLogin.username, turn_password: secrets.turnLogin.password }),
            },
            rate_limiting: { enabled: true, ...rateLimit, exempt_user_ids: [...unlimited].sort() },
        },
        federation_api: { key_perspectives: [], prefer_direct_fetch: true },
        media_api: {
            base_path: paths.mediaStore,
            max_file_size_bytes: bytesOf(media.maxUpload),
            dynamic_thumbnails: false,
            thumbnail_sizes: thumbnails,
        },
        room_server: { default_room_version: "11" },
        sync_api: { real_ip_header: "X-Forwarded-For", search: { enabled: false } },
        user_api: { bcrypt_cost: homeserver.passwords.hashRounds, auto_join_rooms: homeserver.autoJoinRooms },
        logging: [{ type: "std", level: levels[homeserver.logLevel] }],
    };
}

/** By key ID, so that a diff is only ever a real change. */
function oldKeys(given: Settings["homeserver"]["oldSigningKeys"], retired: RetiredSigningKey[]) {
    const entries = retired.map(({ id, publicKey: key, expiredTs }) => [id, { key, expiredTs }] as const);
    return Object.entries({ ...Object.fromEntries(entries), ...given })
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key_id, { key, expiredTs }]) => ({ key_id, public_key: key, expired_at: expiredTs }));
}

/** For lib/pq, with the password in a file (PGPASSFILE). */
function connectionString({ host, port, name, user, sslMode, authority }: DendriteConfig["database"]): string {
    const words: [string, string][] = [
        ["host", host],
        ["port", `${port}`],
        ["dbname", name],
        ["user", user],
        ["sslmode", sslMode],
        ...(sslMode.startsWith("verify-")
            ? [["sslrootcert", authority === undefined ? systemAuthorities : paths.databaseAuthority] as [string, string]]
            : []),
        ["application_name", "dendrite"],
    ];
    return words.map(([key, value]) => `${key}='${value.replace(/[\\']/g, "\\$&")}'`).join(" ");
}
