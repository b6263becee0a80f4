/** `logs`: log lines of the components, merged by time. */
import { Command, Option } from "commander";
import { Failure } from "../project/failure.ts";
import { stackOf } from "../project/stacks.ts";
import { componentsOf, named } from "../stack/components.ts";
import { follow } from "../stack/logs/follow.ts";
import { lastLines, painter, sinceArgument } from "../stack/logs/lines.ts";
import { within } from "./bound.ts";
import { examples, wholeNumber } from "./parsing.ts";

export function logsCommand(): Command {
    return new Command("logs")
        .argument("[component]", "database, relay, homeserver or gateway (default: all)")
        .description(
            "Show the last log lines of all components by time, or of one, each with its component's name.\nExit code 2: there are no logs.",
        )
        .addOption(
            new Option("-n, --tail <lines>", "number of lines, all components together")
                .default(50)
                .argParser(wholeNumber("--tail", 0, 1_000_000)),
        )
        .option("-f, --follow", "keep printing new lines until Ctrl-C, or until the containers are gone")
        .addOption(
            new Option("--since <time>", "skip older lines: 10m, 2h, 1d, or a time such as 2026-01-31T12:00:00Z").argParser(sinceArgument),
        )
        .addHelpText("after", examples("logs", "logs homeserver --follow", "logs --since 10m --tail 200"))
        .action(async (wanted: string | undefined, options: { tail: number; follow?: boolean; since?: string }, command: Command) => {
            const stack = stackOf(command);
            const { all, lines } = await within(13, "logs", async () => {
                const found = await componentsOf(stack);
                const chosen = wanted === undefined ? found : named(found, wanted);
                return { all: chosen, lines: await lastLines(chosen, options) };
            });
            if (all.length === 0) throw new Failure(`stack ${stack} has no ${wanted ?? "component"} that could have logs`, 2);
            if (lines.length === 0 && !options.follow)
                throw new Failure(`no logs of ${wanted ?? `stack ${stack}`}${options.since ? " since then" : ""}`, 2);
            const paint = painter(all, process.stdout.isTTY === true && !process.env.NO_COLOR);
            for (const line of lines) console.log(paint(line));
            if (options.follow) await follow(all, lines, (line) => console.log(paint(line)));
        });
}
