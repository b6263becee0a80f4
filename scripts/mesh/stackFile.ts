/** The settings file of a mesh's server: written once, from then on its owner's to edit. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { project } from "../project/checkout.ts";
import { runPulumi } from "../project/pulumiCommand.ts";
import { readSettings } from "../project/stackFile.ts";
import { parseStackFile } from "../project/stackFileText.ts";
import { settingsFile } from "../project/stacks.ts";
import type { Authority } from "./authority.ts";

/** Whether there are settings in it; Pulumi may have written its own lines, such as the salt, alone. */
export function hasSettings(stack: string): boolean {
    return Object.keys(readSettings(settingsFile(stack))).length > 0;
}

/**
 * Writes the settings, with the authority's key encrypted. The stack must be in the state, as its salt is in the file.
 * @param directory where the file is put together, so that it is never there half-written
 */
export async function writeStackFile(
    stack: string,
    settings: Partial<SettingsInput>,
    authority: Authority,
    directory: string,
): Promise<void> {
    const file = settingsFile(stack);
    const before = existsSync(file) ? parseStackFile(readFileSync(file, "utf8")) : {};
    const draft = join(directory, `${stack}.yaml`);
    writeFileSync(draft, stackFileText(stack, settings, before as object), { mode: 0o600 });
    const key = ["--path", `${project}:gateway.authority.key`];
    await runPulumi(["config", "set", "--stack", stack, "--config-file", draft, "--secret", ...key], { input: authority.key });
    renameSync(draft, file);
}

/** Pure. @param before what Pulumi wrote itself */
export function stackFileText(stack: string, settings: Partial<SettingsInput>, before: object): string {
    const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${project}:${key}`, value]));
    return `# yaml-language-server: $schema=docs/stack.schema.json
# A server of \`make mesh\` (stack ${stack}). Yours to edit: what is there is not written again.
${stringify({ ...before, config }, { lineWidth: 0 })}`;
}
