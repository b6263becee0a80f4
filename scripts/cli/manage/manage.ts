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
            "Deploy the stack as its settings say (pulumi up), and show the progress.\nExit code 2: installed already, nothing would change.",
        )
        .option("--force", "run the update even where nothing would change")
        .option("--skip-validation", "go without the preview that looks for faults first; what the program itself checks is still checked")
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
        .description("Take the stack away, data included (pulumi destroy).\nExit code 2: not installed.")
        .option("--force", "delete protected data as well")
        .option("--keep-data", "keep the volumes and the secrets that open them: a later install brings everything back")
        .addHelpText("after", examples("manage uninstall --keep-data", "manage uninstall --stack prod --force"))
        .action(async (options: UninstallOptions, command: Command) => {
            const stack = stackOf(command);
            const { uninstall } = await import("./uninstall.ts");
            await uninstall(stack, options);
        });
}

function startCommand(): Command {
    return new Command("start")
        .description("Start the containers, the database first.\nExit code 2: all run already.")
        .option("--wait", "until all are healthy")
        .addOption(secondsOption("--timeout <seconds>", "how long it may take", 60, 110))
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
        .description("Stop the containers, the database last; data stays. They stay stopped until `manage start`.\nExit code 2: none runs.")
        .option("--force", "at once, without the time to put things away")
        .addOption(secondsOption("--timeout <seconds>", "how long it may take; what has not put its things away by then is killed", 30, 55))
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
        .description("Stop what runs, start everything, and wait until it is healthy.")
        .option("--force", "stop at once, without the time to put things away")
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
