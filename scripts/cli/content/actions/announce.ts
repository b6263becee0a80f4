/** Sends the same message to every room of the stack. */
import { z } from "zod";
import { Failure, oneLine } from "../../../project/failure.ts";
import { quoted, visible } from "../../../project/visible.ts";
import { roomIdOf } from "../names.ts";
import { messageContent, messageFormats, send, senderOf } from "../sender.ts";
import type { Server } from "../server.ts";
import { action } from "./action.ts";

const options = z.strictObject({
    message: z.string().min(1).max(10_000),
    format: z.enum(messageFormats).default("notice"),
    rooms: z.array(z.string()).min(1).optional(),
    as: z.string().optional(),
});

export const announce = action(
    'a message to all rooms of the stack, or some: {"message": "…", "rooms": ["lobby"], "as": "notifier", "format": "notice"}',
    options,
    async (server, { message, format, rooms, as }) => {
        const targets = rooms ? await named(server, rooms) : await roomsOfStack(server);
        if (targets.length === 0) throw new Failure('this stack declares no rooms; name some with "rooms"');
        const sender = await senderOf(server, as, undefined);
        const sent: Record<string, string> = {};
        const failed: string[] = [];
        for (const [alias, roomId] of targets) {
            try {
                sent[alias] = (await send(server, sender, roomId, messageContent(format, message))).eventId;
            } catch (error) {
                failed.push(`${visible(alias)} (${oneLine(error)})`);
            }
        }
        if (failed.length > 0)
            throw new Failure(`sent to ${Object.keys(sent).length} of ${targets.length} rooms, not to ${failed.join(", ")}`);
        return { line: `sent to ${targets.length} rooms as ${sender.userId}`, result: { sent } };
    },
);

async function named(server: Server, rooms: string[]): Promise<[string, string][]> {
    const found: [string, string][] = [];
    for (const room of rooms) {
        const roomId = await roomIdOf(server, room);
        if (!roomId) throw new Failure(`there is no room ${quoted(room)}; nothing was sent`);
        found.push([room, roomId]);
    }
    return found;
}

/** Without the spaces: nobody reads messages there. */
async function roomsOfStack(server: Server): Promise<[string, string][]> {
    const rooms: [string, string][] = [];
    for (const [alias, roomId] of Object.entries(server.outputs.rooms)) {
        if (!(await server.administration.room(roomId)).space) rooms.push([alias, roomId]);
    }
    return rooms;
}
