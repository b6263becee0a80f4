/** `content execute`: runs one of a few actions against the server. */
import { Command } from "commander";
import { z } from "zod";
import { didYouMean } from "../../../../components/settings/nearest.ts";
import { Failure } from "../../../project/failure.ts";
import { stackOf } from "../../../project/stacks.ts";
import { quoted, shortened } from "../../../project/visible.ts";
import { examples } from "../../parsing.ts";
import { actions } from "../actions/actions.ts";
import { jsonOption, printResult } from "../answer.ts";
import { type SecretOptions, saveSecretOption, showSecretsOption, withSecretFile } from "../secretAnswer.ts";

interface ExecuteOptions extends SecretOptions {
    name: string;
    options?: string;
    json?: boolean;
}

export function executeCommand(): Command {
    return new Command("execute")
        .description("Runs an action. Exit 2: there is no such action.")
        .requiredOption("--name <action>", Object.keys(actions).join(", "))
        .option("--options <options>", "the action's options, as a JSON object or as name=value,name=value")
        .addOption(showSecretsOption("a generated password"))
        .addOption(saveSecretOption("a generated password"))
        .addOption(jsonOption())
        .addHelpText("after", listed)
        .addHelpText(
            "after",
            examples(
                "content execute --name delivery-check",
                'content execute --name announce --options \'{"message": "Back in an hour"}\'',
            ),
        )
        .action(async (options: ExecuteOptions, command: Command) => {
            const { name, json } = options;
            const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
            if (!action) {
                const known = Object.keys(actions);
                throw new Failure(`${quoted(name)} is not executable${didYouMean(name, known)}; actions: ${known.join(", ")}`, 2);
            }
            if (!action.newStack) stackOf(command);
            const run = action.prepare(optionsIn(options.options));
            await withSecretFile(options, async (write) => {
                const { line, result, failure } = await run(command, { ...options, write });
                printResult(json, line, { action: name, ...result });
                if (failure !== undefined) throw new Failure(failure);
            });
        });
}

/** name=value,name=value: texts without a comma */
const pairs = /^[A-Za-z]+=[^,]*(,[A-Za-z]+=[^,]*)*$/;

function optionsIn(text = "{}"): Record<string, unknown> {
    if (pairs.test(text))
        return Object.fromEntries(text.split(",").map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
    let options: unknown;
    try {
        options = JSON.parse(text);
    } catch (error) {
        throw new Failure(`--options: ${quoted(text)} is not JSON: ${shortened((error as Error).message, 160)}`);
    }
    const { success, data } = z.record(z.string(), z.unknown()).safeParse(options);
    if (!success) throw new Failure(`--options: ${quoted(text)} is not a JSON object, such as {"message": "Hello"}`);
    return data;
}

function listed(): string {
    const lines = Object.entries(actions).map(([name, { summary }]) => `  ${name.padEnd(21)}${summary}`);
    return ["", "Actions, with their options:", ...lines].join("\n");
}
