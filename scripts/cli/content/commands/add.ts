/** `content add`: creates an entry of the settings from a file. */
import { Command } from "commander";
import { Failure } from "../../../project/failure.ts";
import { stackOf } from "../../../project/stacks.ts";
import { visible } from "../../../project/visible.ts";
import { examples } from "../../parsing.ts";
import { jsonOption, printResult } from "../answer.ts";
import { type ContentType, typeOption } from "../contentTypes.ts";
import { createPlace } from "../create.ts";
import { declareEntry, declareOption } from "../declare.ts";
import { checkedEntry } from "../entry.ts";
import { readEntry } from "../entryFile.ts";
import { aliasOf, localpartOf } from "../names.ts";
import { type SecretOptions, saveSecretOption, showSecretsOption, withSecretFile } from "../secretAnswer.ts";
import { onServer } from "../server.ts";
import { addBot } from "./addBot.ts";
import { addUser } from "./addUser.ts";

interface AddOptions extends SecretOptions {
    type: ContentType;
    name: string;
    file: string;
    declare?: boolean;
    json?: boolean;
}

export function addCommand(): Command {
    return new Command("add")
        .description("Creates an entry from a file on the server; its fields are those of the settings. Exit 2: it already exists.")
        .addOption(typeOption("type of the entry").makeOptionMandatory())
        .requiredOption("--name <name>", "its key: user name, or alias unless the file gives one")
        .requiredOption("--file <file>", "YAML or JSON, at most 1 MB (-: standard input)")
        .addOption(showSecretsOption("a generated password, or a bot's token"))
        .addOption(saveSecretOption("a generated password, or a bot's token"))
        .addOption(declareOption())
        .addOption(jsonOption())
        .addHelpText(
            "after",
            examples(
                "content add --type room --name alerts --file alerts.yaml",
                "content add --type user --name alice --file - <<< 'displayName: Alice'",
            ),
        )
        .action(async (options: AddOptions, command: Command) => {
            const { type, name, file, json } = options;
            stackOf(command);
            const raw = await readEntry("--file", file);
            if (options.declare) {
                if ("password" in raw)
                    throw new Failure(
                        "a password must not be in the settings in plain text; run: pulumi config set --secret --path users.NAME.password",
                    );
                return declareEntry(command, type, name, raw);
            }
            await withSecretFile(options, (write) =>
                onServer(command, async (server) => {
                    if (type === "user" || type === "bot") localpartOf(name, server.name);
                    else if (raw.alias === undefined) aliasOf(name, server.name);
                    const entry = checkedEntry(type, name, raw, server.name, file === "-" ? "standard input" : visible(file));
                    if (entry.type === "user") return addUser(server, name, entry.account, entry.account.password, options, write);
                    if (entry.type === "bot") return addBot(server, name, entry.account, undefined, options, write);
                    const { roomId, alias } = await createPlace(server, entry.type, name, entry.place);
                    printResult(json, `${visible(alias)} is there, ${roomId}`, { type, alias, roomId });
                }),
            );
        });
}
