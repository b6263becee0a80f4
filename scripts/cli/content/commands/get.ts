/** `content get`: prints one user, bot, room or space as an entry that `content add` accepts. */
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { stringify } from "yaml";
import { Failure, oneLine } from "../../../project/failure.ts";
import { quoted, visible } from "../../../project/visible.ts";
import { examples, formatOption } from "../../parsing.ts";
import { type ContentType, typeOption } from "../contentTypes.ts";
import { find } from "../find.ts";
import { onServer } from "../server.ts";

interface GetOptions {
    name: string;
    type?: ContentType;
    output?: string;
    format: string;
}

export function getCommand(): Command {
    return new Command("get")
        .description("Prints a user, bot, room or space as an entry of the settings, which content add accepts. Exit 2: not found.")
        .requiredOption("--name <name>", "key of the settings, user name, alias or ID")
        .addOption(typeOption("needed where the name is ambiguous"))
        .option("--output <file>", "write it to this file, replacing it")
        .addOption(formatOption("yaml", "json"))
        .addHelpText("after", examples("content get --name lobby", "content get --name alice --output alice.yaml"))
        .action(async ({ name, type, output, format }: GetOptions, command: Command) => {
            await onServer(command, async (server) => {
                const found = await find(server, name, type);
                const text =
                    format === "json"
                        ? `${JSON.stringify(found.entry, undefined, 2)}\n`
                        : `# ${found.type} ${visible(found.id)}\n${stringify(found.entry, { lineWidth: 0 })}`;
                if (output === undefined) process.stdout.write(text);
                else writeOutput(output, text);
            });
        });
}

function writeOutput(file: string, text: string): void {
    try {
        writeFileSync(file, text);
    } catch (error) {
        throw new Failure(`--output: ${quoted(file)} cannot be written (${(error as NodeJS.ErrnoException).code ?? oneLine(error)})`);
    }
}
