/** Configurations of the mautrix family as tests render them. */
import { mautrixConfig } from "../../../../components/bridges/mautrix/config.ts";
import type { BridgeFacts, BridgeSecrets } from "../../../../components/bridges/mautrix/facts.ts";
import { type MautrixPlatform, mautrixNetworks } from "../../../../components/bridges/mautrix/networks.ts";
import { type MautrixBridges, mautrixSections } from "../../../../components/settings/schema/bridges/mautrix.ts";
import { withoutSecrets } from "../../../../components/settings/withoutSecrets.ts";

/** What the settings must say. */
export const required: Partial<Record<MautrixPlatform, Record<string, unknown>>> = {
    telegram: { apiId: 12, apiHash: "0123456789abcdef0123456789abcdef" },
};

export const secretTexts: Required<BridgeSecrets> = {
    asToken: "as-token-of-the-bridge",
    hsToken: "hs-token-of-the-bridge",
    databasePassword: "p@ss/word:of?the#database",
    pickleKey: "key-of-the-pickles",
    provisioningSecret: "secret-of-the-provisioning",
    doublePuppetToken: "token-of-the-double-puppets",
};

const placeholders: Required<BridgeSecrets> = {
    asToken: "[secret]",
    hsToken: "[secret]",
    databasePassword: "[secret]",
    pickleKey: "[secret]",
    provisioningSecret: "[secret]",
    doublePuppetToken: "[secret]",
};

export function facts(platform: MautrixPlatform, overrides: Partial<BridgeFacts> = {}): BridgeFacts {
    return {
        serverName: "example.org",
        homeserverUrl: "http://homeserver:8008",
        url: `http://bridge-${platform}:${mautrixNetworks[platform].port}`,
        id: `bridge-${platform}`,
        localpart: `${platform}bot`,
        namespace: `${platform}_`,
        users: ["@*:example.org"],
        admins: ["@admin:example.org"],
        database: { host: "database", port: 5432, name: platform, user: platform, sslMode: "disable" },
        ...overrides,
    };
}

export function settings<P extends MautrixPlatform>(platform: P, given: Record<string, unknown> = {}): MautrixBridges[P] {
    return mautrixSections[platform].parse({ ...required[platform], ...given }) as MautrixBridges[P];
}

/** @returns the file as the program reads it, and as people may read it */
export function rendered(platform: MautrixPlatform, given: Record<string, unknown> = {}, of: Partial<BridgeFacts> = {}) {
    const asked = settings(platform, given);
    const told = ({ doublePuppetToken, ...others }: Required<BridgeSecrets>): BridgeSecrets =>
        asked.doublePuppeting ? { ...others, doublePuppetToken } : others;
    return {
        whole: mautrixConfig(platform, asked, facts(platform, of), told(secretTexts)),
        readable: mautrixConfig(platform, withoutSecrets(asked), facts(platform, of), told(placeholders)),
    };
}
