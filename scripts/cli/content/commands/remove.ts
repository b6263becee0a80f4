/** `content remove`: removes one entry from the server, or with --declare from the settings. */
import { basename } from "node:path";
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { removeRoom } from "../../../content/room/room.ts";
import { Failure } from "../../../project/failure.ts";
import { settingsFile } from "../../../project/stacks.ts";
import { quoted, visible } from "../../../project/visible.ts";
import { examples } from "../../parsing.ts";
import { jsonOption, printResult } from "../answer.ts";
import { type ContentType, sectionOf, typeOption } from "../contentTypes.ts";
import { declaredAs, declareOption, undeclareEntry } from "../declare.ts";
import { asDeclared, type Found, find } from "../find.ts";
import { onServer, type Server } from "../server.ts";

interface RemoveOptions {
    name: string;
    type?: ContentType;
    force?: boolean;
    purge?: boolean;
    declare?: boolean;
    json?: boolean;
}

export function removeCommand(): Command {
    return new Command("remove")
        .description("Deactivates an account, or leaves a room and removes its alias; its members keep the room. Exit 2: not found.")
        .requiredOption("--name <name>", "key of the settings, user name, alias or ID")
        .addOption(typeOption("needed where the name is ambiguous"))
        .option("--force", "do not ask")
        .option("--purge", "delete for good: a room with all its messages, an account with its profile")
        .addOption(declareOption())
        .addOption(jsonOption())
        .addHelpText(
            "after",
            examples(
                "content remove --name alice",
                "content remove --name war-room --purge --force",
                "content remove --name lobby --declare",
            ),
        )
        .action(async (options: RemoveOptions, command: Command) => {
            const { name, type, force } = options;
            // Not confirmed: pulumi preview shows what pulumi up would do with the changed file.
            if (options.declare) return undeclareEntry(command, name, type);
            const found = await onServer(command, async (server) => {
                const one = await find(server, name, type);
                refuseDeclared(server, one, name);
                if (!force && !process.stdin.isTTY) {
                    throw new Failure(`there is no terminal to ask whether ${quoted(name)} may go; say so with --force`);
                }
                if (force) await removeFound(server, one, forGood(one, options));
                return one;
            });
            const purged = forGood(found, options);
            if (!force) {
                // Asked outside the time limit of a command.
                await confirm(found, purged);
                await onServer(command, (server) => removeFound(server, found, purged));
            }
            printResult(options.json, `${found.type} ${visible(found.id)} is removed`, {
                removed: found.id,
                type: found.type,
                purged,
            });
        });
}

/** A room without other members would be of no use to anyone. */
function forGood({ type, entry }: Found, { purge = false }: RemoveOptions): boolean {
    return purge || ((type === "room" || type === "space") && Object.keys(entry.members ?? {}).length === 0);
}

function refuseDeclared(server: Server, found: Found, typed: string): void {
    const { outputs, settings, stack } = server;
    if (found.id === outputs.adminUserId) throw new Failure(`${found.id} is the account that this stack acts as; it cannot be removed`);
    const key = declaredAs(settings, typed)?.key ?? declaredAs(settings, String(found.entry.alias ?? found.id), found.type)?.key;
    const managed =
        Object.values(outputs.rooms).includes(found.id) ||
        [...Object.values(outputs.bots), ...Object.values(outputs.users)].some(({ userId }) => userId === found.id);
    if (!key && !managed) return;
    const file = basename(settingsFile(stack));
    throw new Failure(
        key
            ? `${quoted(typed)} is declared under ${sectionOf[found.type]} of ${file}, and pulumi up would bring it back: remove it there, or run this with --declare`
            : `${quoted(typed)} still belongs to stack ${stack} although ${file} no longer declares it; run: pulumi up`,
    );
}

async function removeFound(server: Server, found: Found, purge: boolean): Promise<void> {
    if (found.type === "user" || found.type === "bot") await server.administration.deactivate(found.id, purge);
    else await removeRoom(server, found.id, asDeclared(found, server.name), purge ? "purge" : "leave");
}

async function confirm(found: Found, purge: boolean): Promise<void> {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const what = purge ? "for good" : found.type === "user" || found.type === "bot" ? "(its name is then used up)" : "(its alias goes)";
    const answer = await terminal.question(`Remove ${found.type} ${visible(found.id)} ${what}? [y/N] `);
    terminal.close();
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure("nothing was removed");
}
