/** `content send-message`: sends one message to one room. */
import { Command, Option } from "commander";
import { Failure } from "../../../project/failure.ts";
import { stackOf } from "../../../project/stacks.ts";
import { quoted } from "../../../project/visible.ts";
import { examples, formatOption } from "../../parsing.ts";
import { jsonOption, printResult } from "../answer.ts";
import { readText } from "../entryFile.ts";
import { roomIdOf } from "../names.ts";
import { messageContent, messageFormats, send, senderOf } from "../sender.ts";
import { onServer } from "../server.ts";

interface SendOptions {
    as?: string;
    format: string;
    store?: string;
    json?: boolean;
}

/** What fits into an event of 65,536 bytes with room for its frame, escaped and encrypted. */
const mostBytes = 40_000;

export function sendMessageCommand(): Command {
    return new Command("send-message")
        .description("Sends a message. In an encrypted room it is sent encrypted, or not at all.")
        .argument("<room>", "key of the settings, alias or room ID")
        .argument("<message>", "the text (-: standard input)")
        .option("--as <bot>", "bot that sends it (default: the administrator)")
        .addOption(formatOption(...messageFormats))
        .addOption(new Option("--store <directory>", "directory of the sender's keys (default: .state/bots/<stack>/<user>)"))
        .addOption(jsonOption())
        .addHelpText(
            "after",
            examples('content send-message lobby "Hello"', "uptime | content send-message '#ops' - --as notifier --format notice"),
        )
        .action(async (room: string, message: string, options: SendOptions, command: Command) => {
            stackOf(command);
            const text = message === "-" ? (await readText("MESSAGE", "-")).replace(/\r?\n$/, "") : message;
            if (text.trim() === "") throw new Failure("the message is empty");
            const bytes = Buffer.byteLength(text);
            if (bytes > mostBytes) throw new Failure(`the message has ${bytes} bytes; at most ${mostBytes} fit into one`);
            await onServer(command, async (server) => {
                const roomId = await roomIdOf(server, room);
                if (!roomId)
                    throw new Failure(
                        `there is no room ${quoted(room)} on this server; see: resource-matrix-synapse content list --type room`,
                    );
                const sender = await senderOf(server, options.as, options.store);
                const { eventId, encrypted } = await send(server, sender, roomId, messageContent(options.format, text));
                printResult(options.json, `sent ${encrypted ? "encrypted " : ""}as ${sender.userId}: ${eventId}`, {
                    eventId,
                    roomId,
                    sender: sender.userId,
                    encrypted,
                });
            });
        });
}
