/** Brings declared members into a room, and removes those that are no longer declared. */
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import type { Access } from "../access.ts";
import { answered, connect, NoAnswer, reason } from "../client.ts";
import { type LiveRoom, membershipOf } from "./live.ts";
import { levelOf } from "./powerLevels.ts";

/** How long another server may take to answer an invitation, in milliseconds. */
const remotePatience = 20_000;

/**
 * Members who left by choice are asked back only if they were not declared before.
 * @param before members declared last; absent: the room is new or adopted
 */
export async function bringMembers(
    access: Access,
    roomId: string,
    live: LiveRoom,
    members: string[],
    before: string[] | undefined,
): Promise<void> {
    for (const userId of members) {
        const current = membershipOf(live, userId);
        if (current?.membership === "join" || current?.membership === "invite") continue;
        if (current?.membership === "leave" && current.own && before?.includes(userId)) continue;
        if (current?.membership === "ban") await access.client.unbanUser(userId, roomId);
        await bring(access, roomId, userId);
    }
}

async function bring({ client, administration }: Access, roomId: string, userId: string): Promise<void> {
    const self = await client.getUserId();
    if (serverOf(userId) !== serverOf(self)) return inviteFromAfar(client, roomId, userId);
    try {
        // An account of this server need not accept.
        await administration.join(roomId, userId);
    } catch (error) {
        if (error instanceof MatrixError && error.statusCode === 403 && /server admin/i.test(error.error ?? ""))
            return invite(client, roomId, userId);
        throw new Error(`members.${userId} cannot be brought in: ${reason(error)}`);
    }
}

async function invite(client: MatrixClient, roomId: string, userId: string): Promise<void> {
    try {
        await client.inviteUser(userId, roomId);
    } catch (error) {
        throw new Error(`members.${userId} cannot be invited: ${reason(error)}`);
    }
}

async function inviteFromAfar(client: MatrixClient, roomId: string, userId: string): Promise<void> {
    // No retry: the server itself has tried long enough when it says that the other one does not answer.
    const once = connect(client.homeserverUrl, client.accessToken, 0);
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/invite`;
    try {
        await once.doRequest("POST", path, undefined, { user_id: userId }, remotePatience);
    } catch (error) {
        if (answered(error, "M_LIMIT_EXCEEDED")) return invite(client, roomId, userId);
        const far = error instanceof NoAnswer || (error instanceof MatrixError && error.statusCode >= 500);
        const why = far ? `its server ${serverOf(userId)} does not answer` : reason(error);
        throw new Error(
            `members.${userId} cannot be invited: ${why}; take it out of the room's members, or run pulumi up when that server is there`,
        );
    }
}

/**
 * Brings the acting account back into a room that it left or was removed from: by itself, or by an invitation from a member
 * of this server, as whom a server admin may act. (Synapse's make_room_admin refuses creators in rooms of version 12.)
 */
export async function takeBack({ client, administration }: Access, roomId: string, live: LiveRoom, self: string): Promise<void> {
    try {
        await client.joinRoom(roomId);
        return;
    } catch (error) {
        if (!answered(error, "M_FORBIDDEN")) throw error;
    }
    const needed = typeof live.levels.invite === "number" ? live.levels.invite : 0;
    const host = [...live.state.keys()]
        .filter((key) => key.startsWith("m.room.member\0"))
        .map((key) => key.slice("m.room.member\0".length))
        .filter((userId) => userId !== self && serverOf(userId) === serverOf(self) && membershipOf(live, userId)?.membership === "join")
        .map((userId) => ({ userId, level: levelOf(live.levels, userId) }))
        .sort((a, b) => b.level - a.level)[0];
    if (!host || host.level < needed) {
        throw new Error(
            `${self} is no longer in ${roomId}, and nobody of this server is there who may invite it; delete the room, or declare another alias`,
        );
    }
    const token = await administration.tokenFor(host.userId, 60_000);
    await connect(client.homeserverUrl, token).inviteUser(self, roomId);
    await client.joinRoom(roomId);
}

/** Removes those of them who are in the room or invited. */
export async function removeMembers(client: MatrixClient, roomId: string, live: LiveRoom, userIds: string[]): Promise<void> {
    for (const userId of userIds) {
        const current = membershipOf(live, userId)?.membership;
        if (current !== "join" && current !== "invite") continue;
        await client.kickUser(userId, roomId, "no longer declared as a member");
    }
}

function serverOf(userId: string): string {
    return userId.slice(userId.indexOf(":") + 1);
}
