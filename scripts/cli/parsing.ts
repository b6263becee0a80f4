/** What all commands share: where help, options and mistakes of typing are concerned. */
import { type Command, type CommanderError, Option } from "commander";
import { didYouMean } from "../../components/settings/nearest.ts";
import { Failure } from "../project/failure.ts";

export const programName = "resource-matrix-synapse";

/** Below the help of a command. Each line is what follows the program's name. */
export function examples(...lines: string[]): string {
    return `\nExample${lines.length > 1 ? "s" : ""}:\n${lines.map((line) => `  $ ${programName} ${line}`).join("\n")}`;
}

/** `--timeout 30`: whole seconds. */
export function secondsOption(flags: string, description: string, fallback: number, most: number): Option {
    return new Option(flags, `${description}, 1 to ${most} seconds`)
        .default(fallback)
        .argParser(wholeNumber(flags.split(" ")[0] ?? "", 1, most));
}

export function wholeNumber(flag: string, least: number, most: number): (text: string) => number {
    return (text) => {
        const number = Number(text);
        if (!/^\d+$/.test(text) || number < least || number > most) {
            throw new Failure(`${flag}: "${text}" is not a whole number from ${least} to ${most}`);
        }
        return number;
    };
}

/** `--format`, one of `formats`; the first is the default. */
export function formatOption(...formats: string[]): Option {
    return new Option("--format <format>", `how to write it: ${formats.join(", ")}`).default(formats[0]).argParser((text) => {
        if (!formats.includes(text)) {
            throw new Failure(`--format: "${text}" is none of ${formats.join(", ")}${didYouMean(text, formats)}`);
        }
        return text;
    });
}

/** The command that was named, for messages: `manage install`. */
function pathOf(command: Command): string {
    return command.parent ? `${pathOf(command.parent)} ${command.name()}`.trim() : "";
}

/** Makes a mistake of typing a {@link Failure} that names what is nearest; and shows --stack in every help. */
export function prepare(command: Command): Command {
    command.exitOverride((error) => {
        throw explained(command, error);
    });
    command.configureOutput({ outputError: () => {} });
    command.configureHelp({ showGlobalOptions: true });
    command.showSuggestionAfterError(false);
    for (const child of command.commands) prepare(child);
    return command;
}

/**
 * The words that name a command, before commander sees them: it answers `nonsense --help` with the help of what it knows.
 * @throws Failure that names the nearest
 */
export function refuseUnknown(command: Command, names: readonly string[]): void {
    const [name, ...rest] = names;
    if (name === undefined || command.commands.length === 0) return;
    const child = command.commands.find((one) => one.name() === name);
    if (child) {
        refuseUnknown(child, rest);
        return;
    }
    const known = [...command.commands.map((one) => one.name()), "help"];
    const help = [programName, pathOf(command), "--help"].filter(Boolean).join(" ");
    throw new Failure(`unknown command "${[pathOf(command), name].filter(Boolean).join(" ")}"${didYouMean(name, known)}; see: ${help}`);
}

function explained(command: Command, error: CommanderError): Error {
    const typed = error.message.match(/'([^']*)'/)?.[1] ?? "";
    const help = `see: ${[programName, pathOf(command), "--help"].filter(Boolean).join(" ")}`;
    switch (error.code) {
        case "commander.unknownOption": {
            const known = optionsOf(command);
            return new Failure(`unknown option "${typed}" of "${pathOf(command) || programName}"${didYouMean(typed, known)}; ${help}`);
        }
        default:
            return error.exitCode === 0 || error.code === "commander.help"
                ? error
                : new Failure(`${error.message.replace(/^error: |\.$/g, "").replaceAll("\n", " ")}; ${help}`);
    }
}

function optionsOf(command: Command): string[] {
    const own = [...command.options.flatMap(({ long }) => long ?? []), "--help"];
    return command.parent ? [...own, ...optionsOf(command.parent)] : own;
}
