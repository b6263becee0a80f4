/** `manage`: the stack as a whole. */
import { Command } from "commander";
import { Failure } from "../../project/failure.ts";
import { stackOf } from "../../project/stacks.ts";
import { healthy, installed, runs, startInOrder, stopInOrder } from "../../stack/containers.ts";
import { within } from "../bound.ts";
import { examples, secondsOption } from "../parsing.ts";
import type { InstallOptions } from "./install.ts";
import type { UninstallOptions } from "./uninstall.ts";

export function manageCommand(): Command {
    return new Command("manage")
        .description("Install, uninstall, start, stop and restart the stack.")
        .addHelpText("after", examples("manage install", "manage stop", "manage start --wait"))
        .addCommand(installCommand())
        .addCommand(uninstallCommand())
        .addCommand(startCommand())
        .addCommand(stopCommand())
        .addCommand(restartCommand());
}

function installCommand(): Command {
    return new Command("install")
        .description(
            "Deploy the stack from its settings (pulumi up) and show the progress.\nExit code 2: already installed, nothing would change.",
        )
        .option("--force", "run the update even if nothing would change")
        .option("--skip-validation", "skip the preview that finds faults first; the program still checks settings and host")
        .addHelpText("after", examples("manage install", "manage install --stack prod --force"))
        .action(async (options: InstallOptions, command: Command) => {
            const stack = stackOf(command);
            // Loaded only here: Pulumi's SDK takes a second.
            const { install } = await import("./install.ts");
            await install(stack, options);
        });
}

function uninstallCommand(): Command {
    return new Command("uninstall")
        .description("Remove the stack and its data (pulumi destroy).\nExit code 2: not installed.")
        .option("--force", "also delete protected data")
        .option("--keep-data", "keep the volumes and the secrets that open them, so that a later install restores everything")
        .addHelpText("after", examples("manage uninstall --keep-data", "manage uninstall --stack prod --force"))
        .action(async (options: UninstallOptions, command: Command) => {
            const stack = stackOf(command);
            const { uninstall } = await import("./uninstall.ts");
            await uninstall(stack, options);
        });
}

function startCommand(): Command {
    return new Command("start")
        .description("Start the containers, the database first.\nExit code 2: all containers are already running.")
        .option("--wait", "wait until all containers are healthy")
        .addOption(secondsOption("--timeout <seconds>", "time limit", 60, 110))
        .addHelpText("after", examples("manage start --wait --timeout 90"))
        .action(async ({ wait, timeout }: { wait?: boolean; timeout: number }, command: Command) => {
            const stack = stackOf(command);
            await within(timeout + 5, "manage start", async () => {
                const deadline = Date.now() + timeout * 1000;
                const components = await installed(stack);
                const ran = components.every(runs);
                await startInOrder(stack, components, deadline);
                if (wait) await healthy(stack, deadline);
                if (ran) throw new Failure(`stack ${stack} is running already`, 2);
                console.log(`Stack ${stack} is ${wait ? "running and healthy" : "started"}.`);
            });
        });
}

function stopCommand(): Command {
    return new Command("stop")
        .description(
            "Stop the containers, the database last, and keep the data. They stay stopped until `manage start`.\nExit code 2: no container is running.",
        )
        .option("--force", "kill the containers at once, without time to shut down")
        .addOption(secondsOption("--timeout <seconds>", "time limit; containers still running after this are killed", 30, 55))
        .addHelpText("after", examples("manage stop", "manage stop --force --timeout 10"))
        .action(async ({ force, timeout }: { force?: boolean; timeout: number }, command: Command) => {
            const stack = stackOf(command);
            await within(timeout + 3, "manage stop", async () => {
                const components = await installed(stack, 2);
                if (!components.some(({ inspected }) => inspected.State.Running)) throw new Failure(`stack ${stack} is not running`, 2);
                await stopInOrder(components, { seconds: timeout, force });
                console.log(`Stack ${stack} is stopped.`);
            });
        });
}

function restartCommand(): Command {
    return new Command("restart")
        .description("Stop the containers, start them again, and wait until all are healthy.")
        .option("--force", "kill the containers at once, without time to shut down")
        .addHelpText("after", examples("manage restart"))
        .action(async ({ force }: { force?: boolean }, command: Command) => {
            const stack = stackOf(command);
            await within(170, "manage restart", async () => {
                await stopInOrder(await installed(stack), { seconds: 90, force });
                const deadline = Date.now() + 75_000;
                await startInOrder(stack, await installed(stack), deadline);
                await healthy(stack, deadline);
                console.log(`Stack ${stack} is restarted and healthy.`);
            });
        });
}
