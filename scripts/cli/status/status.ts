/** `status`: state, health and address of every component. */
import { Command } from "commander";
import { stackOf } from "../../project/stacks.ts";
import { within } from "../bound.ts";
import { examples, formatOption } from "../parsing.ts";
import { asText } from "./asText.ts";
import { statusOf } from "./report.ts";

export function statusCommand(): Command {
    return new Command("status")
        .description(
            "Show state, health, version and address of every component.\nExit code 0: all healthy; 1: running but unhealthy; 2: not running.",
        )
        .addOption(formatOption("text", "json", "yaml"))
        .option("--json", "the same as --format json")
        .option("-v, --verbose", "also show image, uptime, memory, restarts and limits, and check federation and the gateway's certificate")
        .addHelpText("after", examples("status", "status --stack prod --format json --verbose"))
        .action(async (options: { format: string; json?: boolean; verbose?: boolean }, command: Command) => {
            const stack = stackOf(command);
            const status = await within(9, "status", () => statusOf(stack, options.verbose ?? false));
            const format = options.json ? "json" : options.format;
            if (format === "json") console.log(JSON.stringify(status, null, 2));
            else if (format === "yaml") process.stdout.write((await import("yaml")).stringify(status));
            else console.log(asText(status));
            process.exitCode = { healthy: 0, unhealthy: 1, stopped: 2, "not installed": 2 }[status.state];
        });
}
