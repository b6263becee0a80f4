/** Bots of several servers that share rooms: who they are, and what their servers know. */
import assert from "node:assert/strict";
import type { MatrixClient } from "matrix-bot-sdk";
import { connect } from "../../scripts/content/client.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { eventually } from "./docker.ts";
import type { Event } from "./listener.ts";
import type { Mesh } from "./mesh.ts";
import type { StackOutputs } from "./stack.ts";

export interface Server {
    /** From 1. */
    number: number;
    name: string;
    outputs: StackOutputs;
    /** May use the admin API. */
    administrator: MatrixClient;
    bot(key: string): Bot;
}

export interface Bot {
    client: MatrixClient;
    userId: string;
}

/** Brings up all, the first at the end: its rooms invite the others' bots. */
export async function bringUp(mesh: Mesh, count: number, settings: (server: number) => Parameters<Mesh["up"]>[1]): Promise<Server[]> {
    const servers: Server[] = [];
    for (let number = count; number >= 1; number--) servers.unshift(await serverOf(mesh, number, await mesh.up(number, settings(number))));
    return servers;
}

async function serverOf(mesh: Mesh, number: number, outputs: StackOutputs): Promise<Server> {
    const { clientUrl, adminUserId, adminPassword, bots } = outputs;
    return {
        number,
        name: mesh.serverName(number),
        outputs,
        administrator: connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS")),
        bot(key) {
            const bot = bots[key];
            assert.ok(bot, `server ${number} has no bot ${key}`);
            return { client: connect(clientUrl, bot.accessToken), userId: bot.userId };
        },
    };
}

export function roomOf(servers: Server[], alias: string): string {
    const room = servers[0]?.outputs.rooms[`#${alias}:${servers[0].name}`];
    assert.ok(room, `there is no room ${alias}`);
    return room;
}

/** @throws unless every server has the event within the time */
export async function arrivesAt(bots: Bot[], roomId: string, eventId: string, timeoutMilliseconds = 30_000): Promise<void> {
    await Promise.all(
        bots.map(({ client, userId }) =>
            eventually(`${eventId} at the server of ${userId}`, timeoutMilliseconds, () => client.getEvent(roomId, eventId)),
        ),
    );
}

/** @throws unless every bot's server knows the user's membership to be this */
export async function membershipIs(bots: Bot[], roomId: string, userId: string, membership: string): Promise<void> {
    await Promise.all(
        bots.map((bot) =>
            eventually(`${userId} is "${membership}" at the server of ${bot.userId}`, 30_000, async () => {
                const content = await bot.client.getRoomStateEvent(roomId, "m.room.member", userId);
                assert.equal(content.membership, membership);
            }),
        ),
    );
}

/** Type and state key → event ID. */
export async function stateOf({ client }: Bot, roomId: string): Promise<Record<string, string>> {
    const events: Event[] = await client.getRoomState(roomId);
    return Object.fromEntries(events.map(({ type, state_key, event_id }) => [`${type} ${state_key}`, event_id]).sort());
}

/** How many ends the room's history has at this server; new events follow all of them, so the number goes down to one. */
export async function extremities({ administrator }: Server, roomId: string): Promise<number> {
    const path = `/_synapse/admin/v1/rooms/${encodeURIComponent(roomId)}/forward_extremities`;
    return ((await administrator.doRequest("GET", path)) as { count: number }).count;
}
