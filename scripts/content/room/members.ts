/** Brings declared members into a room, and takes out those that are no longer declared. */
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import { answered, connect, NoAnswer, reason } from "../client.ts";
import { type LiveRoom, membershipOf } from "./live.ts";
import { levelOf } from "./powerLevels.ts";

/** How long another server may take to answer an invitation, in milliseconds. */
const remotePatience = 20_000;

/**
 * Who left on purpose is asked back only when the declaration names them anew.
 * @param before who was declared last; absent: the room is new or adopted, so all are named anew
 */
export async function bringMembers(
    client: MatrixClient,
    roomId: string,
    live: LiveRoom,
    members: string[],
    before: string[] | undefined,
): Promise<void> {
    for (const userId of members) {
        const current = membershipOf(live, userId);
        if (current?.membership === "join" || current?.membership === "invite") continue;
        if (current?.membership === "leave" && current.own && before?.includes(userId)) continue;
        if (current?.membership === "ban") await client.unbanUser(userId, roomId);
        await bring(client, roomId, userId);
    }
}

async function bring(client: MatrixClient, roomId: string, userId: string): Promise<void> {
    const self = await client.getUserId();
    if (serverOf(userId) !== serverOf(self)) return inviteFromAfar(client, roomId, userId);
    try {
        // Local accounts need not accept: the admin API invites and joins in one.
        await client.doRequest("POST", `/_synapse/admin/v1/join/${encodeURIComponent(roomId)}`, undefined, { user_id: userId });
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
    // Without patience: the server has tried for long by itself when it says that the other one does not answer.
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
 * The acting account left or was thrown out: it comes back by itself, or by the invitation of a member of this server, in
 * whose name a server admin may act. (Synapse's make_room_admin refuses to serve a creator of a room of version 12.)
 */
export async function takeBack(client: MatrixClient, roomId: string, live: LiveRoom, self: string): Promise<void> {
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
    const path = `/_synapse/admin/v1/users/${encodeURIComponent(host.userId)}/login`;
    const { access_token } = (await client.doRequest("POST", path, undefined, { valid_until_ms: Date.now() + 60_000 })) as {
        access_token: string;
    };
    await connect(client.homeserverUrl, access_token).inviteUser(self, roomId);
    await client.joinRoom(roomId);
}

/** Whoever is there is thrown out; who has left already stays so. */
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
