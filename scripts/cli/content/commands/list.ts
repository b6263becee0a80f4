/** `content list`: lists everything of one type, or of all types. */
import { Command } from "commander";
import { examples, formatOption } from "../../parsing.ts";
import { printList, yes } from "../answer.ts";
import { type ListedType, listedTypeOption } from "../contentTypes.ts";
import { type Listed, listAccounts, listBridges, listRooms } from "../directory.ts";
import { onServer } from "../server.ts";

interface ListOptions {
    type?: ListedType;
    format: string;
    filter?: string;
}

export function listCommand(): Command {
    return new Command("list")
        .description("Lists what is on the server, without deactivated accounts.")
        .addOption(listedTypeOption("only this type"))
        .option("--filter <text>", "only entries with this text in their name, title or ID; case is ignored")
        .addOption(formatOption("text", "json", "yaml"))
        .addHelpText(
            "after",
            examples("content list --type room", "content list --type bridge", "content list --filter alert --format json"),
        )
        .action(async ({ type, format, filter = "" }: ListOptions, command: Command) => {
            await onServer(command, async (server) => {
                const wantsAccounts = type === undefined || type === "user" || type === "bot";
                const wantsRooms = type === undefined || type === "room" || type === "space";
                const accounts = wantsAccounts ? (await listAccounts(server)).filter(({ deactivated }) => !deactivated) : [];
                const rooms = wantsRooms ? await listRooms(server) : [];
                const bridges = type === undefined || type === "bridge" ? listBridges(server) : [];
                const sought = filter.toLowerCase();
                const matches = ({ name, title, id }: Listed) => [name, title, id].some((text) => text.toLowerCase().includes(sought));
                const rows = [...accounts, ...rooms, ...bridges]
                    .filter((one) => type === undefined || one.type === type)
                    .filter(matches)
                    .map(({ type: kind, name, title, id, declared }) => ({ type: kind, name, title, id, declared }));
                printList(format, rows, {
                    TYPE: (row) => row.type,
                    NAME: (row) => row.name,
                    TITLE: (row) => row.title,
                    DECLARED: (row) => yes(row.declared),
                    ID: (row) => row.id,
                });
            });
        });
}
