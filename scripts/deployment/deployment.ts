/** Brings the stack up and down, and tells at the end what there is. */
import { mkdirSync } from "node:fs";
import { stackName, stateDir } from "../project/checkout.ts";
import { environment } from "../project/environment.ts";
import { ensurePassphrase, passphraseFile } from "../project/passphrase.ts";
import { runPulumi, showPulumi } from "../project/pulumiCommand.ts";
import { reconcileContainers } from "./reconcile.ts";
import { recover } from "./recovery.ts";
import { returnToFormer } from "./rollback/rollback.ts";

const say = (line: string): void => console.log(line);

function backendUrl(exports: Record<string, string>): string {
    return exports.PULUMI_BACKEND_URL ?? process.env.PULUMI_BACKEND_URL ?? "";
}

/** The place of the state and its passphrase, and the stack free of what a killed update left. */
export async function prepareState(stack: string): Promise<void> {
    const exports = environment();
    // A shell that took `make env` names this checkout's own file; one that is somebody else's is left alone.
    if ((exports.PULUMI_CONFIG_PASSPHRASE_FILE ?? process.env.PULUMI_CONFIG_PASSPHRASE_FILE) === passphraseFile) {
        ensurePassphrase();
    }
    if (exports.PULUMI_BACKEND_URL) {
        mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    }
    await recover(backendUrl(exports), say, stack);
}

/** Makes the stack ready for an operation, and selects it. */
export async function openStack(): Promise<void> {
    await prepareState(stackName);
    await runPulumi(["stack", "select", "--create", stackName]);
}

export async function deploy(): Promise<void> {
    await openStack();
    say(summary(await bringUp(stackName)));
}

/**
 * Deploys; goes back to what ran before if a container does not come up.
 * @returns the outputs, secrets masked
 */
export async function bringUp(stack: string): Promise<Record<string, unknown>> {
    await update(stack).catch((error: unknown) => returnToFormer(stack, error));
    return JSON.parse(await runPulumi(["stack", "output", "--json", "--stack", stack]));
}

/**
 * Deploys, and leaves what comes of it as it is.
 * @param output file descriptor for what Pulumi says
 * @param left patterns of URNs that are left alone
 */
export async function update(stack: string, output: 1 | 2 = 1, left: readonly string[] = []): Promise<void> {
    const undone = await reconcileContainers(stack);
    const again = undone.flatMap((urn) => ["--replace", urn]);
    const excluded = left.flatMap((urn) => ["--exclude", urn]);
    // --suppress-outputs: the caller's summary says what matters of them.
    await showPulumi(["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack, ...again, ...excluded], output);
}

export async function destroy(): Promise<void> {
    await openStack();
    await showPulumi(["destroy", "--yes", "--skip-preview", "--stack", stackName]);
    say(`
Stack ${stackName} is down: its containers, network and volumes are gone.
What remains: the stack's empty state (${backendUrl(environment())}) and the passphrase, the tools (.tools) and the images.
  make up      brings it up again
  make clean   removes .tools`);
}

export function summary(outputs: Record<string, unknown>): string {
    const text = (name: string): string => String(outputs[name] ?? "(no such output)");
    return `
Your Matrix server is up.
  Server          ${text("clientUrl")}  (server name ${text("serverName")}, federation ${text("federationUrl")})
  Administrator   ${text("adminUserId")}
  Password        eval "$(make -s env)" && pulumi stack output adminPassword --show-secrets

What to try next
  curl ${text("clientUrl")}/_matrix/client/versions
  open ${text("clientUrl")} with any Matrix client and log in as ${text("adminUserId")}
  edit Pulumi.${stackName}.yaml (a bot, a room), see \`make preview\`, then \`make up\` again
  make test    runs all tests
  make down    takes it all away`;
}
