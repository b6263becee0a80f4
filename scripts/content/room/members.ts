/** Brings declared members into a room, and removes those that are no longer declared. */
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import type { Access } from "../access.ts";
import { answered, connect, NoAnswer, reason } from "../client.ts";
import { type LiveRoom, membershipOf } from "./live.ts";
import { serverOf } from "./takeBack.ts";

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
        if (current?.membership === "ban")
            await access.client.unbanUser(userId, roomId).catch(forbidden(`members.${userId} cannot be unbanned`));
        await bring(access, roomId, userId);
    }
}

async function bring({ client, administration }: Access, roomId: string, userId: string): Promise<void> {
    const self = await client.getUserId();
    if (serverOf(userId) !== serverOf(self)) return inviteFromAfar(client, roomId, userId);
    if (!(await administration.permitted())) return invite(client, roomId, userId);
    try {
        // An account of this server need not accept.
        await administration.join(roomId, userId);
    } catch (error) {
        if (answered(error, "M_USER_SUSPENDED")) throw new Error(suspendedMember(userId));
        throw new Error(`members.${userId} cannot be brought in: ${reason(error)}`);
    }
}

export function suspendedMember(userId: string): string {
    return `members.${userId} cannot be brought in while the account is suspended; lift that (docs/accounts.md), or take it out of the room's members`;
}

async function invite(client: MatrixClient, roomId: string, userId: string): Promise<void> {
    await client.inviteUser(userId, roomId).catch(forbidden(`members.${userId} cannot be invited`));
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

/** Removes those of them who are in the room or invited. */
export async function removeMembers(client: MatrixClient, roomId: string, live: LiveRoom, userIds: string[]): Promise<void> {
    for (const userId of userIds) {
        const current = membershipOf(live, userId)?.membership;
        if (current !== "join" && current !== "invite") continue;
        await client
            .kickUser(userId, roomId, "no longer declared as a member")
            .catch(forbidden(`${userId}, who is no longer among members, cannot be removed`));
    }
}

const forbidden = (what: string) => (error: unknown) => {
    throw new Error(`${what}: ${reason(error)}`);
};
