/** `content list-users`: lists all accounts, including bots and deactivated ones. */
import { Command } from "commander";
import { examples, formatOption } from "../../parsing.ts";
import { printList, yes } from "../answer.ts";
import { listAccounts } from "../directory.ts";
import { onServer } from "../server.ts";

export function listUsersCommand(): Command {
    return new Command("list-users")
        .description("Lists all accounts of the server.")
        .addOption(formatOption("text", "json", "yaml"))
        .addHelpText("after", examples("content list-users", "content list-users --format json"))
        .action(async ({ format }: { format: string }, command: Command) => {
            await onServer(command, async (server) => {
                const rows = (await listAccounts(server)).map(({ id, title, type, admin, deactivated, declared }) => ({
                    userId: id,
                    displayName: title,
                    type,
                    admin,
                    deactivated,
                    declared,
                }));
                printList(format, rows, {
                    USER: (row) => row.userId,
                    "DISPLAY NAME": (row) => row.displayName,
                    TYPE: (row) => row.type,
                    ADMIN: (row) => yes(row.admin),
                    DEACTIVATED: (row) => yes(row.deactivated),
                    DECLARED: (row) => yes(row.declared),
                });
            });
        });
}
