/** A mesh server's file of settings: written once, from then on the person's own. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { SettingsInput } from "../../components/settings/schema/schema.ts";
import { project, root } from "../project/checkout.ts";
import { runPulumi } from "../project/pulumiCommand.ts";
import type { Authority } from "./authority.ts";

export function stackFile(stack: string): string {
    return join(root, `Pulumi.${stack}.yaml`);
}

/** Whether there are settings in it; Pulumi may have put in its line of salt alone. */
export function hasSettings(stack: string): boolean {
    return existsSync(stackFile(stack)) && parse(readFileSync(stackFile(stack), "utf8"))?.config !== undefined;
}

/**
 * The settings, with the authority's key encrypted. The stack must be in the state: its salt stands in the file.
 * @param directory where it is put together, for it is never there by halves
 */
export async function writeStackFile(
    stack: string,
    settings: Partial<SettingsInput>,
    authority: Authority,
    directory: string,
): Promise<void> {
    const salt = existsSync(stackFile(stack)) ? parse(readFileSync(stackFile(stack), "utf8")) : {};
    const draft = join(directory, `${stack}.yaml`);
    writeFileSync(draft, stackFileText(stack, settings, salt), { mode: 0o600 });
    const key = ["--path", `${project}:gateway.authority.key`];
    await runPulumi(["config", "set", "--stack", stack, "--config-file", draft, "--secret", ...key], authority.key);
    renameSync(draft, stackFile(stack));
}

/** Pure. @param before what Pulumi wrote itself */
export function stackFileText(stack: string, settings: Partial<SettingsInput>, before: object): string {
    const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${project}:${key}`, value]));
    return `# yaml-language-server: $schema=docs/stack.schema.json
# A server of \`make mesh\` (stack ${stack}). Yours to edit: what is there is not written again.
${stringify({ ...before, config }, { lineWidth: 0 })}`;
}
