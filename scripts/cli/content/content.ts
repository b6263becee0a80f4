/** `content`: the users, bots, rooms and spaces of a running server. */
import { Command } from "commander";
import { examples, secondsOption } from "../parsing.ts";
import { addCommand } from "./commands/add.ts";
import { addBotCommand } from "./commands/addBot.ts";
import { addUserCommand } from "./commands/addUser.ts";
import { createRoomCommand } from "./commands/createRoom.ts";
import { executeCommand } from "./commands/execute.ts";
import { getCommand } from "./commands/get.ts";
import { listCommand } from "./commands/list.ts";
import { listUsersCommand } from "./commands/listUsers.ts";
import { removeCommand } from "./commands/remove.ts";
import { sendMessageCommand } from "./commands/sendMessage.ts";

export function contentCommand(): Command {
    const content = new Command("content")
        .description(
            "Users, bots, rooms and spaces of the running server. Names are keys of the settings, user names, aliases or IDs.\n" +
                "What should last belongs in the settings: with --declare, the commands write there instead.",
        )
        .addOption(secondsOption("--timeout <seconds>", "how long to keep retrying a server that is down or rate-limits", 20, 50))
        .addHelpText(
            "after",
            examples("content add-user alice --display-name Alice", 'content send-message lobby "Hello"', "content list --type room"),
        );
    for (const command of [
        addUserCommand(),
        listUsersCommand(),
        createRoomCommand(),
        sendMessageCommand(),
        addBotCommand(),
        addCommand(),
        listCommand(),
        getCommand(),
        removeCommand(),
        executeCommand(),
    ]) {
        content.addCommand(command);
    }
    return content;
}
