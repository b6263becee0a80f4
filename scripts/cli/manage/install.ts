/** `manage install`: `pulumi up`, after a look at what it would change. */
import { existsSync } from "node:fs";
import { nothingIn, openStack, operate, progress } from "../../deployment/automation.ts";
import { reconcileContainers } from "../../deployment/reconcile.ts";
import { returnToFormer } from "../../deployment/rollback/rollback.ts";
import { Failure } from "../../project/failure.ts";
import { settingsFile, stackOutputs } from "../../project/stacks.ts";
import { docker } from "../../stack/docker.ts";
import { within } from "../bound.ts";

export interface InstallOptions {
    /** Update even where nothing would change. */
    force?: boolean;
    /** No preview before the update. */
    skipValidation?: boolean;
}

/** Below the contract's 600 s, with time for Pulumi to put down what it is doing, and for Docker and the outputs. */
const seconds = 550;

/** @throws Failure; exit 2 where the stack is installed already and nothing would change */
export async function install(name: string, options: InstallOptions): Promise<void> {
    if (!existsSync(settingsFile(name))) {
        throw new Failure(`stack ${name} has no settings: write Pulumi.${name}.yaml, a matrix-synapse:serverName in it is enough`);
    }
    await docker(["version", "--format", "{{.Server.Version}}"], 10);
    const advice = "run the same command again, and it goes on from there";
    const changed = await within(seconds, "manage install", (signal) => update(name, options, signal), { graceSeconds: 20, advice });
    if (!changed && !options.force)
        throw new Failure(`stack ${name} is installed already, and nothing would change (--force updates it anyway)`, 2);
    const { clientUrl, serverName, adminUserId } = await stackOutputs(name);
    console.log(`\nStack ${name} is installed: ${clientUrl} (server name ${serverName}, administrator ${adminUserId})`);
    console.log(`Its password: resource-matrix-synapse credentials --stack ${name} --show-secrets`);
}

/** @returns whether anything changed */
async function update(name: string, { force, skipValidation }: InstallOptions, signal: AbortSignal): Promise<boolean> {
    const stack = await openStack(name, true);
    if (!stack) return false;
    // What was stopped or removed by hand comes back.
    const replace = await reconcileContainers(name);
    if (!skipValidation) {
        console.log(`Looking at what would change in stack ${name}`);
        const preview = await operate("the preview", signal, (stop) => stack.preview({ signal: stop, suppressOutputs: true, replace }));
        if (nothingIn(preview.changeSummary) && !force) return false;
    }
    const deploy = (stop: AbortSignal) => stack.up({ ...progress(stop), suppressOutputs: true, replace });
    const { summary } = await operate("the update", signal, deploy).catch((error: unknown) => returnToFormer(name, error));
    return !nothingIn(summary.resourceChanges);
}
