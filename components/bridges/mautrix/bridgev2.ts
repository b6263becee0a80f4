/**
 * The configuration that the bridges of the mautrix family share: settings and facts in, values out. Pure. What is not here keeps
 * upstream's default, and a test lists it: tests/unit/bridges/mautrix.
 * Source: maunium.net/go/mautrix v0.26.0 to v0.30.0, bridgev2/matrix/mxmain/example-config.yaml
 */
import type { MautrixSettings } from "../../settings/schema/bridges/mautrix.ts";
import { databaseUri } from "./databaseUri.ts";
import { doublePuppetSecrets } from "./doublePuppeting.ts";
import { bridgev2Encryption } from "./encryption.ts";
import type { BridgeFacts, BridgeSecrets } from "./facts.ts";
import { type MautrixNetwork, mostMissed } from "./networks.ts";
import { permissions } from "./permissions.ts";

/** @param section the network's own, `network` in the file */
export function bridgev2Config(
    network: MautrixNetwork,
    section: object,
    settings: MautrixSettings,
    facts: BridgeFacts,
    secrets: BridgeSecrets,
): Record<string, unknown> {
    const { relayMode, backfill } = settings;
    const { serverName } = facts;
    return {
        network: section,
        bridge: {
            command_prefix: network.commandPrefix,
            personal_filtering_spaces: true,
            relay: { enabled: relayMode !== "off", admin_only: relayMode !== "everyone" },
            permissions: permissions(facts.users, facts.admins, relayMode !== "off"),
        },
        database: { type: "postgres", uri: databaseUri(facts.database, secrets.databasePassword), max_open_conns: 5, max_idle_conns: 1 },
        homeserver: { address: facts.homeserverUrl, domain: serverName, software: "standard" },
        appservice: {
            address: facts.url,
            // Nothing of it is public.
            public_address: null,
            hostname: "0.0.0.0",
            port: network.port,
            id: facts.id,
            bot: { username: facts.localpart, displayname: `${network.title} bridge`, avatar: "" },
            ephemeral_events: true,
            as_token: secrets.asToken,
            hs_token: secrets.hsToken,
            username_template: `${facts.namespace}{{.}}`,
        },
        analytics: { token: null },
        provisioning: {
            shared_secret: secrets.provisioningSecret,
            // Whoever holds the secret signs people in, and nobody else.
            allow_matrix_auth: false,
            debug_endpoints: false,
            enable_session_transfers: false,
        },
        public_media: { enabled: false },
        direct_media: { enabled: false },
        // What was missed while the bridge was down is fetched, wherever the network still has it.
        backfill: { enabled: true, max_initial_messages: backfill, max_catchup_messages: mostMissed },
        double_puppet: {
            servers: {},
            allow_discovery: false,
            secrets: doublePuppetSecrets(serverName, secrets),
        },
        encryption: bridgev2Encryption(settings.encryption, secrets),
        // Docker keeps and rotates what is written there.
        logging: { min_level: "info", writers: [{ type: "stdout", format: "pretty" }] },
    };
}
