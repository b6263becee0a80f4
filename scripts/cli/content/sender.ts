/** Sends messages as the administrator or a bot, in plain text or encrypted by a device with keys of its own. */
import { join } from "node:path";
import { convert } from "html-to-text";
import type { MatrixClient } from "matrix-bot-sdk";
import { own } from "../../../components/settings/own.ts";
import { answered } from "../../content/client.ts";
import { stateDir } from "../../project/checkout.ts";
import { Failure, oneLine } from "../../project/failure.ts";
import { quoted, shortened, visible } from "../../project/visible.ts";
import { catchUp } from "./catchUp.ts";
import { isBot } from "./find.ts";
import { userIdOf } from "./names.ts";
import type { Server } from "./server.ts";

export const messageFormats = ["text", "html", "notice"];

/** Spec: m.room.message. An HTML message has a plain body as well, for clients that show no HTML. */
export function messageContent(
    format: string,
    message: string,
): { msgtype: string; body: string; format?: string; formatted_body?: string } {
    if (format !== "html") return { msgtype: format === "notice" ? "m.notice" : "m.text", body: message };
    const body = convert(message, { wordwrap: false, selectors: [{ selector: "a", options: { hideLinkHrefIfSameAsText: true } }] });
    return { msgtype: "m.text", body: body || message, format: "org.matrix.custom.html", formatted_body: message };
}

export interface Sender {
    userId: string;
    accessToken: string;
    client: MatrixClient;
    /** Directory of its keys. Absent: it has no device, and so no keys. */
    store?: string;
}

/**
 * @param typed a bot; absent: the administrator
 * @param store directory of its keys, instead of .state/bots
 */
export async function senderOf(server: Server, typed: string | undefined, store: string | undefined): Promise<Sender> {
    const { administrator, administration, client, outputs } = server;
    const storeOf = (userId: string) =>
        store ?? join(stateDir, "bots", server.stack, userId.slice(1, userId.indexOf(":")).replaceAll("/", "=2f"));
    if (typed === undefined || userIdOf(typed, server.name) === administrator.userId) {
        // A new session is a new device with keys of its own.
        const place = store ?? join(storeOf(administrator.userId), administrator.deviceId);
        return { userId: administrator.userId, accessToken: administrator.accessToken, client, store: place };
    }
    const userId = own(outputs.bots, typed)?.userId ?? userIdOf(typed, server.name);
    const declared = Object.values(outputs.bots).find((bot) => bot.userId === userId);
    if (declared?.accessToken) {
        const { accessToken, deviceId } = declared;
        return { userId, accessToken, client: server.as(accessToken), ...(deviceId && { store: storeOf(userId) }) };
    }
    if (!(await isBot(server, userId)))
        throw new Failure(`--as: ${quoted(typed)} is not a bot of this server; see: resource-matrix-synapse content list --type bot`);
    // A token without a device, for this command only.
    const acting = await administration.actAs(userId, 60_000, server.as);
    return { userId, accessToken: acting.accessToken, client: acting };
}

/**
 * @returns the event's ID
 * @throws Failure if the sender is not in the room, or the room is encrypted and the sender has no keys
 */
export async function send(
    server: Server,
    sender: Sender,
    roomId: string,
    content: object,
): Promise<{ eventId: string; encrypted: boolean }> {
    const encrypted = await isEncrypted(sender, roomId);
    try {
        if (!encrypted) return { eventId: await sender.client.sendRawEvent(roomId, "m.room.message", content), encrypted };
        return { eventId: await sendEncrypted(server, sender, roomId, content), encrypted };
    } catch (error) {
        if (answered(error, "M_FORBIDDEN")) throw notAllowed(sender, roomId, (error as { error?: string }).error ?? "");
        throw error;
    }
}

/** @throws any error but M_NOT_FOUND: a message is not sent unless it is known whether the room is encrypted */
async function isEncrypted(sender: Sender, roomId: string): Promise<boolean> {
    try {
        await sender.client.getRoomStateEvent(roomId, "m.room.encryption", "");
        return true;
    } catch (error) {
        if (answered(error, "M_NOT_FOUND")) return false;
        if (answered(error, "M_FORBIDDEN")) throw notAllowed(sender, roomId, "it is not in the room");
        throw error;
    }
}

async function sendEncrypted(server: Server, sender: Sender, roomId: string, content: object): Promise<string> {
    if (!sender.store)
        throw new Failure(
            `${visible(roomId)} is encrypted, and ${sender.userId} has no device with keys; send as a bot of the settings, or as the administrator`,
        );
    const { openBot } = await import("../../../bots/encryptedBot.ts");
    const bot = await openBot({ homeserverUrl: server.url, accessToken: sender.accessToken, store: sender.store }).catch((error) => {
        throw new Failure(
            `${visible(roomId)} is encrypted, and the keys of ${sender.userId} cannot be opened: ${shortened(oneLine(error))}`,
        );
    });
    try {
        await catchUp(bot);
        return await bot.sendMessage(roomId, content as never);
    } finally {
        await bot.close();
    }
}

function notAllowed({ userId }: Sender, roomId: string, why: string): Failure {
    return new Failure(`${userId} may not send to ${visible(roomId)}: ${shortened(why)}`);
}
