/** Measures whether a message is delivered, and how fast. */
import { z } from "zod";
import { Failure } from "../../../project/failure.ts";
import { quoted } from "../../../project/visible.ts";
import { roomIdOf } from "../names.ts";
import { messageContent, send, senderOf } from "../sender.ts";
import type { Server } from "../server.ts";
import { action } from "./action.ts";

const options = z.strictObject({ bot: z.string().optional(), room: z.string().optional() });
const arrivalMilliseconds = 10_000;

interface SyncAnswer {
    next_batch: string;
    rooms?: { join?: Record<string, { timeline: { events: { event_id: string }[] } }> };
}

export const deliveryCheck = action(
    'a bot sends a message, the administrator reads it by /sync: {"bot": "notifier", "room": "lobby"}, both optional',
    options,
    async (server, { bot = Object.keys(server.outputs.bots)[0], room }) => {
        if (bot === undefined) throw new Failure('this stack has no bot; add one with: content add-bot, and name it with {"bot": "…"}');
        const sender = await senderOf(server, bot, undefined);
        const [, roomId] = room === undefined ? await sharedRoom(server, sender.client) : [room, await roomIdOf(server, room)];
        if (!roomId) throw new Failure(`there is no room ${quoted(room ?? "")}`);

        let since = (await sync(server, roomId, undefined, 0)).next_batch;
        const began = performance.now();
        const { eventId, encrypted } = await send(
            server,
            sender,
            roomId,
            messageContent("notice", "Delivery check; this message is removed at once."),
        );
        for (let arrived = false; !arrived; ) {
            if (performance.now() - began > arrivalMilliseconds)
                throw new Failure(`${eventId} of ${sender.userId} did not arrive in ${roomId} within 10 s`);
            const answer = await sync(server, roomId, since, 2000);
            since = answer.next_batch;
            arrived = (answer.rooms?.join?.[roomId]?.timeline.events ?? []).some(({ event_id }) => event_id === eventId);
        }
        const milliseconds = Math.round(performance.now() - began);
        await sender.client.redactEvent(roomId, eventId, "delivery check");
        return {
            line: `delivered from ${sender.userId} to ${server.administrator.userId} in ${milliseconds} ms`,
            result: { milliseconds, sender: sender.userId, roomId, encrypted },
        };
    },
);

/** A room of the stack that the bot and the administrator are both in. */
async function sharedRoom(server: Server, bot: Server["client"]): Promise<[string, string]> {
    const [own, theirs] = await Promise.all([server.client.getJoinedRooms(), bot.getJoinedRooms()]);
    const shared = Object.entries(server.outputs.rooms).find(([, roomId]) => own.includes(roomId) && theirs.includes(roomId));
    if (!shared) throw new Failure('the bot and the administrator share no room of the stack; name one with {"room": "…"}');
    return shared;
}

async function sync(server: Server, roomId: string, since: string | undefined, timeout: number): Promise<SyncAnswer> {
    const filter = JSON.stringify({
        room: { rooms: [roomId], timeline: { limit: 50 }, state: { types: [] }, ephemeral: { types: [] } },
        presence: { types: [] },
    });
    return (await server.client.doRequest("GET", "/_matrix/client/v3/sync", {
        ...(since && { since }),
        timeout,
        filter,
        set_presence: "offline",
    })) as SyncAnswer;
}
