/** Settings for tests: valid ones, with what the test is about on top. */
import { parseSettings as parse } from "../../components/settings/parse.ts";
import { resolve, type Settings } from "../../components/settings/resolve.ts";
import type { SettingsInput } from "../../components/settings/schema/index.ts";

export type { SettingsInput };

export function parseSettings(overrides: Partial<SettingsInput> = {}): Settings {
    const { settings, faults } = parse({ serverName: "example.org", ...overrides });
    if (!settings) throw new Error(JSON.stringify(faults));
    return resolve(settings);
}
