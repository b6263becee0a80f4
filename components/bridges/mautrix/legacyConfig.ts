/**
 * The configuration of mautrix-discord, which is not of bridgev2 yet: settings and facts in, values out. Pure.
 * Source: github.com/mautrix/discord v0.7.7, example-config.yaml
 */
import type { MautrixSettings } from "../../settings/schema/bridges/mautrix.ts";
import { databaseUri } from "./databaseUri.ts";
import { doublePuppetSecrets } from "./doublePuppeting.ts";
import { encryptionOptions } from "./encryption.ts";
import type { BridgeFacts, BridgeSecrets } from "./facts.ts";
import { type MautrixNetwork, mostMissed } from "./networks.ts";
import { permissions } from "./permissions.ts";

export function legacyConfig(
    network: MautrixNetwork,
    settings: MautrixSettings,
    facts: BridgeFacts,
    secrets: BridgeSecrets,
): Record<string, unknown> {
    const { relayMode, backfill, encryption } = settings;
    const limits = (most: number) => ({ dm: most, channel: most, thread: most });
    return {
        homeserver: { address: facts.homeserverUrl, domain: facts.serverName, software: "standard" },
        appservice: {
            address: facts.url,
            hostname: "0.0.0.0",
            port: network.port,
            database: {
                type: "postgres",
                uri: databaseUri(facts.database, secrets.databasePassword),
                max_open_conns: 5,
                max_idle_conns: 1,
            },
            id: facts.id,
            bot: { username: facts.localpart, displayname: `${network.title} bridge`, avatar: "" },
            ephemeral_events: true,
            as_token: secrets.asToken,
            hs_token: secrets.hsToken,
        },
        bridge: {
            username_template: `${facts.namespace}{{.}}`,
            command_prefix: network.commandPrefix,
            public_address: null,
            direct_media: { enabled: false },
            double_puppet_server_map: {},
            double_puppet_allow_discovery: false,
            login_shared_secret_map: doublePuppetSecrets(facts.serverName, secrets),
            backfill: { forward_limits: { initial: limits(backfill), missed: limits(mostMissed) } },
            encryption: { ...encryptionOptions(encryption), allow_key_sharing: true },
            provisioning: { shared_secret: secrets.provisioningSecret, debug_endpoints: false },
            permissions: permissions(facts.users, facts.admins, relayMode !== "off"),
        },
        logging: { min_level: "info", writers: [{ type: "stdout", format: "pretty" }] },
    };
}
