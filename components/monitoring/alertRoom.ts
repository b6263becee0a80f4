/** How alerts get into a room. */
import type * as pulumi from "@pulumi/pulumi";
import type { Homeserver } from "../homeserver/homeserver.ts";
import type { Address } from "../platform/platform.ts";
import type { MonitoringSettings } from "../settings/monitored.ts";
import { own } from "../settings/own.ts";

export interface AlertRoom {
    /** The homeserver's client API. */
    homeserver: Address;
    roomId: pulumi.Output<string>;
    /** Of a bot in the room. Secret. */
    accessToken: pulumi.Output<string>;
}

/** @returns undefined where no room is told */
export function alertRoom(
    { receivers }: Pick<MonitoringSettings, "receivers">,
    { routes }: Pick<Homeserver, "routes">,
    content: { roomIds: Record<string, pulumi.Output<string>>; bots: Record<string, { accessToken: pulumi.Output<string> }> },
): AlertRoom | undefined {
    if (!receivers.room) return undefined;
    const { room, bot } = receivers.room;
    const [roomId, account, main] = [own(content.roomIds, room), own(content.bots, bot), routes.at(-1)];
    if (!roomId || !account || !main) throw new Error(`monitoring.receivers.room: there is no room ${room} or bot ${bot}`);
    return { homeserver: main.upstream, roomId, accessToken: account.accessToken };
}
