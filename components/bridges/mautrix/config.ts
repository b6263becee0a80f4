/** A bridge's configuration: as its program reads it, and as people may read it. Pure. */
import { stringify } from "yaml";
import { merged, revealed } from "../../homeserver/synapse/givenOptions.ts";
import type { MautrixBridges } from "../../settings/schema/bridges/mautrix.ts";
import { bridgev2Config } from "./bridgev2.ts";
import type { BridgeFacts, BridgeSecrets } from "./facts.ts";
import { legacyConfig } from "./legacyConfig.ts";
import { networkSections } from "./networkSection.ts";
import { type MautrixNetwork, mautrixNetworks } from "./networks.ts";

export interface RenderedConfig {
    /** For a secret file. */
    whole: string;
    /** The same with [secret] in the place of each secret, so that a preview shows what changes. */
    readable: string;
}

/** What the program sets, and the bridge's `config` merged over it. */
export function mautrixConfig<P extends keyof MautrixBridges>(
    platform: P,
    settings: MautrixBridges[P],
    facts: BridgeFacts,
    secrets: BridgeSecrets,
): RenderedConfig {
    const values = merged(mautrixValues(platform, settings, facts, secrets), settings.config);
    const yaml = (value: unknown) => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
    // A secret is "[secret]" to JSON.
    return { whole: yaml(revealed(values)), readable: yaml(JSON.parse(JSON.stringify(values))) };
}

/** Before `config` is merged over it. */
export function mautrixValues<P extends keyof MautrixBridges>(
    platform: P,
    settings: MautrixBridges[P],
    facts: BridgeFacts,
    secrets: BridgeSecrets,
): Record<string, unknown> {
    const network: MautrixNetwork = mautrixNetworks[platform];
    return network.configuration === "legacy"
        ? legacyConfig(network, settings, facts, secrets)
        : bridgev2Config(network, networkSections[platform](settings), settings, facts, secrets);
}
