/** `content add-bot`: creates an account for a program, with a token that does not expire. */
import { Command } from "commander";
import { Failure } from "../../../project/failure.ts";
import { readSettings } from "../../../project/stackFile.ts";
import { settingsFile, stackOf } from "../../../project/stacks.ts";
import { quoted } from "../../../project/visible.ts";
import { examples } from "../../parsing.ts";
import { jsonOption, printResult } from "../answer.ts";
import { createBot } from "../create.ts";
import { declareEntry, declareOption } from "../declare.ts";
import { type AccountEntry, checkedEntry } from "../entry.ts";
import { localpartOf, roomIdOf } from "../names.ts";
import { type SecretOptions, saveSecretOption, showSecretsOption, withSecretFile } from "../secretAnswer.ts";
import { onServer, type Server } from "../server.ts";

interface AddBotOptions extends SecretOptions {
    displayName?: string;
    room?: string;
    declare?: boolean;
    json?: boolean;
}

export function addBotCommand(): Command {
    return new Command("add-bot")
        .description("Creates an account for a program and signs it in. Exit 2: it already exists.")
        .argument("<name>", "the part of the user ID between @ and the colon")
        .option("--display-name <name>", "name that people see")
        .option("--room <room>", "room that it joins")
        .addOption(showSecretsOption("its access token"))
        .addOption(saveSecretOption("its access token"))
        .addOption(declareOption())
        .addOption(jsonOption())
        .addHelpText(
            "after",
            examples(
                "content add-bot notifier --room alerts --save-secret notifier.token",
                "content add-bot helper --room lobby --declare",
            ),
        )
        .action(async (bot: string, options: AddBotOptions, command: Command) => {
            const raw = options.displayName === undefined ? {} : { displayName: options.displayName };
            if (options.declare) {
                const settings = readSettings(settingsFile(stackOf(command)));
                const { room } = options;
                if (room !== undefined && !Object.hasOwn((settings.rooms ?? {}) as object, room)) {
                    throw new Failure(`--room: the settings declare no room ${quoted(room)}; with --declare give a key of rooms`);
                }
                return declareEntry(
                    command,
                    "bot",
                    localpartOf(bot, String(settings.serverName ?? "")),
                    raw,
                    room === undefined ? [] : [room],
                );
            }
            await withSecretFile(options, (write) =>
                onServer(command, async (server) => {
                    const name = localpartOf(bot, server.name);
                    const { account } = checkedEntry("bot", name, raw, server.name, "the command line") as { account: AccountEntry };
                    const roomId = options.room === undefined ? undefined : await roomIdOf(server, options.room);
                    if (options.room !== undefined && !roomId)
                        throw new Failure(`--room: there is no room ${quoted(options.room)} on this server`);
                    await addBot(server, name, account, roomId, options, write);
                }),
            );
        });
}

/** Shared with `content add`. */
export async function addBot(
    server: Server,
    name: string,
    account: AccountEntry,
    roomId: string | undefined,
    options: SecretOptions & { json?: boolean },
    write: (secret: string) => void,
): Promise<void> {
    const { userId, deviceId, accessToken } = await createBot(server, name, account);
    write(accessToken);
    // An account of this server need not accept.
    if (roomId) await server.administration.join(roomId, userId);
    const result = { type: "bot", userId, deviceId, ...(roomId && { roomId }), ...(options.showSecrets && { accessToken }) };
    printResult(options.json, `${userId} is there${roomId ? ` and in ${roomId}` : ""}${tokenNote(options, accessToken)}`, result);
}

function tokenNote({ showSecrets, saveSecret }: SecretOptions, accessToken: string): string {
    if (showSecrets) return `, token ${accessToken}`;
    if (saveSecret !== undefined) return `; its token is in ${saveSecret}`;
    return "; its token was not saved (see --save-secret). A bot of the settings has it as an output of the stack";
}
