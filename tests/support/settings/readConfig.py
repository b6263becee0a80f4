"""Prints, as JSON, what Synapse itself makes of its configuration. The parameters are those of its own command line."""
import json, sys
from synapse.config.homeserver import HomeServerConfig

config = HomeServerConfig.load_config("", [word for word in sys.argv[1:] if word != "--no-secrets-in-config"])
limits = {
    name: [value.per_second, value.burst_count]
    for name, value in vars(config.ratelimiting).items()
    if hasattr(value, "burst_count")
}
federation = config.ratelimiting.rc_federation
print(
    json.dumps(
        {
            "server_name": config.server.server_name,
            "public_baseurl": config.server.public_baseurl,
            "max_upload_size": config.media.max_upload_size,
            "minimum_length": config.auth.password_policy["minimum_length"],
            "bcrypt_rounds": config.registration.bcrypt_rounds,
            "enable_registration": config.registration.enable_registration,
            "encrypted_presets": sorted(config.room.encryption_enabled_by_default_for_room_presets),
            "limits": limits,
            "rc_federation": vars(federation) if hasattr(federation, "__dict__") else {},
            "receipts": config.ratelimiting.federation_rr_transactions_per_room_per_second,
            "proxy": [config.server.proxy_config.http_proxy, config.server.proxy_config.https_proxy, config.server.proxy_config.no_proxy_hosts],
            "federation_domain_whitelist": sorted(config.federation.federation_domain_whitelist or []),
            "allow_public_rooms_over_federation": config.server.allow_public_rooms_over_federation,
            "trusted_key_servers": [it.server_name for it in config.key.key_servers],
            "turn_uris": config.voip.turn_uris,
            "database": config.database.databases[0].config["args"]["dbname"],
        }
    )
)
