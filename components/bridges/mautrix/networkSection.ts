/** The part of the configuration that each network has for itself. Pure. */
import type { MautrixBridges } from "../../settings/schema/bridges/mautrix.ts";

type Section = Record<string, unknown>;

/** Left out where it is not set: then it keeps upstream's default. */
function given(values: Section): Section {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Sources: pkg/connector/example-config.yaml of each release in networks.ts */
export const networkSections: { [P in keyof MautrixBridges]: (settings: MautrixBridges[P]) => Section } = {
    whatsapp: ({ deviceName, statusMessages }) => given({ os_name: deviceName, enable_status_broadcast: statusMessages }),
    signal: ({ deviceName }) => given({ device_name: deviceName }),
    slack: () => ({}),
    discord: () => ({}),
    meta: () => ({}),
    gmessages: ({ deviceName }) => (deviceName === undefined ? {} : { device_meta: { os: deviceName } }),
    bluesky: () => ({}),
    telegram: ({ apiId, apiHash, deviceName }) => ({
        api_id: apiId,
        api_hash: apiHash,
        ...(deviceName !== undefined && { device_info: { device_model: deviceName } }),
    }),
};
