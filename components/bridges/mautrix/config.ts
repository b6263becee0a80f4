/** A bridge's configuration, as its program reads it. Pure. */
import { stringify } from "yaml";
import { merged, revealed } from "../../homeserver/synapse/givenOptions.ts";
import type { MautrixBridges } from "../../settings/schema/bridges/mautrix.ts";
import { bridgev2Config } from "./bridgev2.ts";
import type { BridgeFacts, BridgeSecrets } from "./facts.ts";
import { legacyConfig } from "./legacyConfig.ts";
import { networkSections } from "./networkSection.ts";
import { type MautrixNetwork, mautrixNetworks } from "./networks.ts";

/** What the program sets, and the bridge's `config` merged over it. */
export function mautrixConfig<P extends keyof MautrixBridges>(
    platform: P,
    settings: MautrixBridges[P],
    facts: BridgeFacts,
    secrets: BridgeSecrets,
): string {
    const network: MautrixNetwork = mautrixNetworks[platform];
    const own =
        network.configuration === "legacy"
            ? legacyConfig(network, settings, facts, secrets)
            : bridgev2Config(network, networkSections[platform](settings), settings, facts, secrets);
    return stringify(revealed(merged(own, settings.config)), { lineWidth: 0, aliasDuplicateObjects: false });
}
