/** `manage uninstall`: `pulumi destroy`; or, with --keep-data, away with all that can be made again. */
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { openStack, operate, progress, resourcesOf } from "../../deployment/automation.ts";
import { Failure } from "../../project/failure.ts";
import { runPulumi } from "../../project/pulumiCommand.ts";
import { componentsOf } from "../../stack/components.ts";
import { stopInOrder } from "../../stack/containers.ts";
import { removeAllButVolumes, volumesOf } from "../../stack/objects.ts";
import { within } from "../bound.ts";

export interface UninstallOptions {
    /** Deletes what is protected, too. */
    force?: boolean;
    /** Keeps the volumes, and in the state the secrets that open them. */
    keepData?: boolean;
}

/** Below the contract's 300 s. */
const seconds = 275;

const madeAgain = ["docker:index/container:Container", "docker:index/network:Network"];

/** @throws Failure; exit 2 where there is nothing to uninstall */
export async function uninstall(name: string, options: UninstallOptions): Promise<void> {
    if (options.force && options.keepData) throw new Failure("--force deletes protected data and --keep-data keeps it: give one of them");
    const advice = "run the same command again, and it goes on from there";
    await within(seconds, "manage uninstall", (signal) => remove(name, options, signal), { graceSeconds: 15, advice });
}

async function remove(name: string, { force, keepData }: UninstallOptions, signal: AbortSignal): Promise<void> {
    const stack = await openStack(name, false);
    const resources = stack ? await resourcesOf(stack) : [];
    if (!stack || resources.length === 0) throw new Failure(`stack ${name} is not installed`, 2);
    if (keepData) return keepingData(name, stack, resources, signal);

    const held = resources.filter(({ protect }) => protect).map(({ urn }) => urn.split("::").at(-1));
    if (held.length > 0 && !force) {
        throw new Failure(`stack ${name} holds protected data (${held.join(", ")}): --keep-data keeps it, --force deletes it for good`);
    }
    if (held.length > 0) await runPulumi(["state", "unprotect", "--all", "--yes", "--stack", name]);
    await operate("the removal", signal, (stop) => stack.destroy(progress(stop)));
    console.log(`\nStack ${name} is uninstalled: its containers, network and volumes are gone.`);
}

/**
 * Containers and network are removed beside Pulumi, and a refresh of them alone drops them from the state: destroyed as
 * targets they would take along what rests on them, and that is the database and all users, bots and rooms. The next
 * install finds volumes, passwords and signing key where they were.
 */
async function keepingData(name: string, stack: Stack, resources: { type: string }[], signal: AbortSignal): Promise<void> {
    const components = await componentsOf(name);
    if (components.length === 0 && !resources.some(({ type }) => madeAgain.includes(type))) {
        throw new Failure(
            `stack ${name} is not installed; its data is kept (manage install brings it back, manage uninstall deletes it)`,
            2,
        );
    }
    console.log(`Stopping the containers of stack ${name}`);
    await stopInOrder(components, { seconds: 120 });
    await removeAllButVolumes(name);
    const target = madeAgain.map((type) => `**${type}::*`);
    await operate("the refresh of the state", signal, (stop) => stack.refresh({ signal: stop, target, suppressOutputs: true }));
    const volumes = await volumesOf(name);
    console.log(`Stack ${name} is uninstalled. Kept: ${volumes.join(", ")}, and in the state the secrets that open them.`);
    console.log(`To have it back with all its data: resource-matrix-synapse manage install --stack ${name}`);
}
