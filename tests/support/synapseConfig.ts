/** What homeserver.yaml is rendered from, for tests. */
import type { SynapseConfig } from "../../components/homeserver/synapse/synapseConfig.ts";
import { parseSettings, type SettingsInput } from "./settings.ts";

export function synapseConfig(overrides: Partial<SettingsInput> = {}): SynapseConfig {
    const settings = parseSettings(overrides);
    return {
        serverName: settings.serverName,
        homeserver: settings.homeserver,
        federation: settings.federation,
        listen: ["0.0.0.0"],
        authorities: 0,
        turnUris: ["turn:example.org:3478?transport=udp"],
        turnSigned: true,
        database: { host: "postgres", port: 5432, name: "synapse", user: "synapse", sslMode: "disable" },
        connections: settings.database.connections,
        applicationServices: [],
        servicesEncrypt: false,
        applicationServiceUrls: [],
        publisher: "@admin:example.org",
        metrics: true,
        retention: false,
    };
}
