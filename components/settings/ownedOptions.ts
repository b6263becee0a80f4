/**
 * Options of Synapse that this program sets itself, by their paths, and what to do instead of giving them in `homeserver.config`.
 * Those that it merely has a default for are not here: see the test of what it renders. Pure.
 */
import { SecretValue } from "./secretValue.ts";

const setting = (path: string) => `is what the setting ${path} is for; set that instead`;
const fixed = (why: string) => `cannot be changed: ${why}; remove it`;

const generated = fixed("this program generates it and keeps it secret");
const oneProcess = fixed("Synapse runs as one process here");
const byPassword = fixed("this program signs in by password, as the administrator");
const container = fixed("the container depends on it");
const gatewayServes = "gateway.wellKnown";

export const ownedOptions: Readonly<Record<string, string>> = {
    // Identity and entrances.
    server_name: setting("serverName"),
    public_baseurl: setting("homeserver.publicUrl"),
    listeners: setting("homeserver.port"),
    ...all(["bind_host", "bind_port", "unsecure_port", "worker_listeners", "manhole"], setting("homeserver.port")),
    ...all(["tls_certificate_path", "tls_private_key_path", "no_tls", "acme"], setting("gateway.certificate")),
    ...all(["serve_server_wellknown", "extra_well_known_client_content"], setting(gatewayServes)),
    // Where things are in the container.
    ...all(["media_store_path", "uploads_path", "pid_file", "daemonize", "print_pidfile", "enable_media_repo"], container),
    ...all(["log_config", "log_file", "verbose", "no_redirect_stdio"], setting("homeserver.logLevel")),
    ...all(["database", "databases", "database_path"], setting("database")),
    // Keys and secrets.
    ...all(["signing_key", "signing_key_path"], setting("homeserver.signingKey")),
    old_signing_keys: setting("homeserver.oldSigningKeys"),
    ...all(["registration_shared_secret", "registration_shared_secret_path"], generated),
    ...all(["macaroon_secret_key", "macaroon_secret_key_path", "form_secret", "form_secret_path"], generated),
    // Accounts and rooms.
    room_list_publication_rules: setting("homeserver.roomDirectory.publishers"),
    alias_creation_rules: setting("homeserver.roomDirectory.aliasCreators"),
    app_service_config_files: setting("bots.NAME.appservice"),
    bcrypt_rounds: setting("homeserver.passwords.hashRounds"),
    ...all(["password_config.enabled", "password_config.localdb_enabled"], byPassword),
    "matrix_authentication_service.enabled": byPassword,
    "experimental_features.msc3861.enabled": byPassword,
    "password_config.policy.enabled": setting("homeserver.passwords.minimumLength"),
    "password_config.policy.minimum_length": setting("homeserver.passwords.minimumLength"),
    encryption_enabled_by_default_for_room_type: setting("homeserver.encryption"),
    ...all(["auto_join_rooms", "autocreate_auto_join_rooms", "auto_join_mxid_localpart"], setting("homeserver.autoJoinRooms")),
    ...all(["autocreate_auto_join_rooms_federated", "autocreate_auto_join_room_preset"], setting("rooms")),
    "server_notices.system_mxid_localpart": setting("homeserver.serverNotices.localpart"),
    "server_notices.system_mxid_display_name": setting("homeserver.serverNotices.displayName"),
    "server_notices.room_name": setting("homeserver.serverNotices.roomName"),
    "server_notices.room_topic": setting("homeserver.serverNotices.topic"),
    "server_notices.auto_join": setting("homeserver.serverNotices.autoJoin"),
    "retention.enabled": setting("homeserver.retention"),
    "retention.default_policy.max_lifetime": setting("homeserver.retention"),
    // What people notice in their clients.
    max_upload_size: setting("homeserver.media.maxUpload"),
    ...all(["url_preview_enabled", "url_preview_ip_range_blacklist"], setting("homeserver.linkPreviews.enabled")),
    url_preview_ip_range_whitelist: fixed("link previews connect to public addresses alone"),
    url_preview_accept_language: setting("homeserver.linkPreviews.languages"),
    ...all(["presence.enabled", "use_presence"], setting("homeserver.presence")),
    ...all(["user_directory.enabled", "user_directory.search_all_users"], setting("homeserver.userDirectory")),
    // Calls.
    turn_uris: setting("turn.external.uris"),
    turn_username: setting("turn.external.username"),
    turn_password: setting("turn.external.password"),
    ...all(["turn_shared_secret", "turn_shared_secret_path"], setting("turn.external.sharedSecret")),
    // Other servers.
    federation_domain_whitelist: setting("federation.allow"),
    federation_ip_range_blacklist: setting("federation.privatePeers"),
    ...all(["federation_custom_ca_list", "federation_verify_certificates"], setting("federation.authorities")),
    allow_public_rooms_over_federation: setting("federation.publicRooms"),
    ...all(["trusted_key_servers", "perspectives"], setting("federation.keyServers")),
    ...all(["http_proxy", "https_proxy"], setting("homeserver.proxy.url")),
    no_proxy_hosts: setting("homeserver.proxy.except"),
    // Rate limits; the older options too, which Synapse reads where the newer are not set.
    ...all(["rc_message", "rc_messages_per_second", "rc_message_burst_count"], setting("homeserver.limits.messages")),
    rc_admin_redaction: setting("homeserver.limits.redactions"),
    rc_login: setting("homeserver.limits.logins"),
    rc_registration: setting("homeserver.limits.registrations"),
    ...all(["rc_joins.local", "rc_joins.remote"], setting("homeserver.limits.joins")),
    rc_joins_per_room: setting("homeserver.limits.joins.perRoom"),
    ...all(["rc_invites.per_room", "rc_invites.per_user", "rc_invites.per_issuer"], setting("homeserver.limits.invites")),
    rc_room_creation: setting("homeserver.limits.roomCreations"),
    ...all(
        [
            ...["rc_federation", "federation_rc_window_size", "federation_rc_sleep_limit", "federation_rc_sleep_delay"],
            ...["federation_rc_reject_limit", "federation_rc_concurrent"],
        ],
        setting("homeserver.limits.federation"),
    ),
    federation_rr_transactions_per_room_per_second: setting("homeserver.limits.federation.transactionsPerRoomPerSecond"),
    // Workers.
    ...all(
        [
            ...["redis", "instance_map", "stream_writers", "run_background_tasks_on", "outbound_federation_restricted_to"],
            ...["send_federation", "federation_sender_instances", "start_pushers", "pusher_instances"],
            ...["media_instance_running_background_jobs", "notify_appservices_from_worker", "update_user_directory_from_worker"],
            ...["worker_app", "worker_name", "worker_log_config", "worker_pid_file", "worker_daemonize"],
            ...["worker_replication_secret", "worker_replication_secret_path", "worker_replication_host", "worker_replication_port"],
            ...["worker_replication_http_port", "worker_replication_http_tls", "worker_main_http_uri"],
        ],
        oneProcess,
    ),
};

/** An owned option that was given, or a value in place of the mapping that one is in. */
export function ownedIn(config: Record<string, unknown>): { path: string; message: string }[] {
    const found = new Map<string, string>();
    for (const [path, message] of Object.entries(ownedOptions)) {
        const keys = path.split(".");
        let at: unknown = config;
        for (const [index, key] of keys.entries()) {
            if (!isMapping(at) || !Object.hasOwn(at, key)) break;
            at = at[key];
            // An option without a value, as YAML has it where nothing follows the colon.
            if (at === null && index < keys.length - 1) break;
            const given = keys.slice(0, index + 1).join(".");
            // The mapping's other fields could not be merged with such a value.
            if ((index === keys.length - 1 || !isMapping(at)) && !found.has(given)) found.set(given, message);
        }
    }
    return [...found].map(([path, message]) => ({ path, message }));
}

/**
 * The setting that an option of Synapse comes from, to name it in a fault.
 * @returns undefined for an option that no setting is for
 */
export function settingFor(option: string): string | undefined {
    const path = Object.keys(ownedOptions).find(
        (owned) => owned === option || option.startsWith(`${owned}.`) || owned.startsWith(`${option}.`),
    );
    return path === undefined ? undefined : /the setting (\S+) is for/.exec(ownedOptions[path] ?? "")?.[1];
}

function all(options: string[], message: string): Record<string, string> {
    return Object.fromEntries(options.map((option) => [option, message]));
}

function isMapping(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof SecretValue);
}
