/** `content create-room`: creates a room without a file. */
import { Command } from "commander";
import type { Place } from "../../../../components/content/roomInputs.ts";
import { faultInAliasLocalpart } from "../../../../matrix/roomAlias.ts";
import { Failure } from "../../../project/failure.ts";
import { quoted, visible } from "../../../project/visible.ts";
import { examples } from "../../parsing.ts";
import { jsonOption, printResult } from "../answer.ts";
import { assertThere, createPlace } from "../create.ts";
import { declareEntry, declareOption } from "../declare.ts";
import { checkedEntry } from "../entry.ts";
import { aliasOf, userIdOf } from "../names.ts";
import { onServer } from "../server.ts";

interface CreateRoomOptions {
    topic?: string;
    alias?: string;
    public?: boolean;
    invite?: string[];
    declare?: boolean;
    json?: boolean;
}

export function createRoomCommand(): Command {
    return new Command("create-room")
        .description("Creates a room. Private rooms are encrypted. Exit 2: the alias is taken.")
        .argument("<name>", "name that people see; the alias is derived from it unless --alias is given")
        .option("--topic <text>", "what it is about")
        .option("--alias <alias>", "the part of the alias between # and the colon")
        .option("--public", "list it in the directory and let everyone join")
        .option("--invite <users...>", "user names, or user IDs of other servers; people may decline")
        .addOption(declareOption())
        .addOption(jsonOption())
        .addHelpText(
            "after",
            examples(
                'content create-room "War room" --topic "What is broken" --invite alice bob',
                "content create-room lobby --public --declare",
            ),
        )
        .action(async (name: string, options: CreateRoomOptions, command: Command) => {
            if (/\p{Cc}/u.test(name)) throw new Failure(`room ${quoted(name)} has a line end or another control character in its name`);
            const { topic, invite = [] } = options;
            const key = options.alias === undefined ? aliasFrom(name) : localpart(options.alias);
            const visibility = options.public ? { visibility: "public" as const } : {};
            const raw = { name, ...(topic !== undefined && { topic }), ...visibility };
            if (options.declare) {
                const members = Object.fromEntries(invite.map((user) => [user.replace(/^@([^:]*)$/, "$1"), 0]));
                return declareEntry(command, "room", key, { ...raw, ...(invite.length > 0 && { members }) });
            }
            await onServer(command, async (server) => {
                const { place } = checkedEntry("room", key, raw, server.name, "the command line") as { place: Place };
                aliasOf(key, server.name);
                const invited = invite.map((user) => userIdOf(user, server.name));
                for (const userId of invited) await assertThere(server, userId);
                const { roomId, alias } = await createPlace(server, "room", key, place);
                const self = server.administrator.userId;
                for (const userId of invited.filter((one) => one !== self)) {
                    await server.client.inviteUser(userId, roomId).catch((error) => {
                        throw new Failure(
                            `${visible(alias)} is there, ${roomId}, but ${visible(userId)} could not be invited: ${visible(String(error.error ?? error.message))}`,
                        );
                    });
                }
                printResult(options.json, `${visible(alias)} is there, ${roomId}`, { type: "room", alias, roomId, invited });
            });
        });
}

function localpart(alias: string): string {
    const text = alias.replace(/^#/, "");
    const fault = faultInAliasLocalpart(text);
    if (fault) throw new Failure(`--alias: ${quoted(alias)} ${visible(fault)}`);
    return text;
}

/** `War room` → `war-room`. */
function aliasFrom(name: string): string {
    const alias = name
        .normalize("NFKC")
        .toLowerCase()
        .replace(/[^\p{L}\p{N}._-]+/gu, "-")
        .replace(/^-+|-+$/g, "");
    if (alias === "") throw new Failure(`no alias can be made of the name ${quoted(name)}; give one with --alias`);
    return alias;
}
