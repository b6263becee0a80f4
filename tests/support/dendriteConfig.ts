/** What dendrite.yaml is rendered from, in tests. */
import { type DendriteConfig, type DendriteSecrets, dendriteYaml } from "../../components/homeserver/dendrite/dendriteConfig.ts";
import { unlimitedIn } from "../../components/settings/accounts.ts";
import { parseSettings, type SettingsInput } from "./settings.ts";

export function dendriteConfig({ homeserver, ...overrides }: Partial<SettingsInput> = {}): DendriteConfig {
    const settings = parseSettings({ ...overrides, homeserver: { ...homeserver, kind: "dendrite" } });
    return {
        serverName: settings.serverName,
        homeserver: settings.homeserver,
        federation: settings.federation.enabled,
        database: { host: "database", port: 5432, name: "synapse", user: "synapse", sslMode: "disable" },
        connections: settings.database.connections,
        turnUris: ["turn:example.org:3478?transport=udp"],
        applicationServices: settings.applicationServices.map(({ id }) => id),
        unlimited: unlimitedIn(settings),
        metrics: false,
    };
}

export const dendriteSecrets: DendriteSecrets = {
    registrationSharedSecret: "registration secret",
    turnSharedSecret: "turn secret",
    retiredSigningKeys: [],
};

export const renderedDendrite = (overrides: Partial<SettingsInput> = {}, secrets: Partial<DendriteSecrets> = {}) =>
    dendriteYaml(dendriteConfig(overrides), { ...dendriteSecrets, ...secrets });
