/** Brings the acting account back into a room, and into power in a room that it made. */
import type { Access } from "../access.ts";
import { answered, reason } from "../client.ts";
import { stateKeyOf } from "./declared.ts";
import { hasLostPower, type LiveRoom, membershipOf, powerOf } from "./live.ts";
import { levelToChangeLevels } from "./powerLevels.ts";

/** As a member of this server, as whom a server admin may act. (Synapse's make_room_admin refuses creators in rooms of version 12.) */
const briefly = 60_000;

/** Rejoins a room that the account left or was removed from: by itself, or by an invitation from a member of this server. */
export async function rejoin(access: Access, roomId: string, live: LiveRoom, self: string): Promise<void> {
    const { client, administration } = access;
    try {
        await client.joinRoom(roomId);
        return;
    } catch (error) {
        // Of a ban, Synapse says M_BAD_STATE.
        if (!answered(error, "M_FORBIDDEN") && !answered(error, "M_BAD_STATE"))
            throw new Error(`${self} is no longer in ${roomId} and cannot join it: ${reason(error)}`);
    }
    const event = live.state.get(stateKeyOf("m.room.member", self));
    const by = event && event.sender !== self ? ` (removed by ${event.sender})` : "";
    if (!(await administration.permitted()))
        throw new Error(`${self} is no longer in ${roomId}${by}; invite it there and run pulumi up again, or declare another alias`);
    const banned = membershipOf(live, self)?.membership === "ban";
    const { invite = 0, ban = 50 } = live.levels as { invite?: number; ban?: number };
    const host = hostIn(live, self);
    if (!host || host.level < Math.max(invite, banned ? ban : 0)) {
        throw new Error(
            `${self} is no longer in ${roomId}${by}, and nobody of this server is there who may invite it; delete the room, or declare another alias`,
        );
    }
    const asHost = await administration.actAs(host.userId, briefly);
    if (banned) await asHost.unbanUser(self, roomId);
    await asHost.inviteUser(self, roomId);
    await client.joinRoom(roomId);
}

/** Gives the account, which made the room, the power back that it lost there. */
export async function regainPower({ administration }: Access, roomId: string, live: LiveRoom, self: string): Promise<void> {
    if (!hasLostPower(live, self)) return;
    const needed = levelToChangeLevels(live.levels);
    const host = hostIn(live, self);
    if (!host || host.level < needed || !(await administration.permitted())) {
        throw new Error(
            `${self} made ${roomId} and has power level ${powerOf(live, self)} there, too low to change it; let somebody with a higher one give it 100`,
        );
    }
    const asHost = await administration.actAs(host.userId, briefly);
    const users = { ...live.levels.users, [self]: Number.isFinite(host.level) ? host.level : 100 };
    await asHost.sendStateEvent(roomId, "m.room.power_levels", "", { ...live.levels, users });
}

/** The member of this server with the highest power level. */
function hostIn(live: LiveRoom, self: string): { userId: string; level: number } | undefined {
    return [...live.state.keys()]
        .filter((key) => key.startsWith("m.room.member\0"))
        .map((key) => key.slice("m.room.member\0".length))
        .filter((userId) => userId !== self && serverOf(userId) === serverOf(self) && membershipOf(live, userId)?.membership === "join")
        .map((userId) => ({ userId, level: powerOf(live, userId) }))
        .sort((a, b) => b.level - a.level)[0];
}

/** The part of a user ID after the first colon. */
export function serverOf(userId: string): string {
    return userId.slice(userId.indexOf(":") + 1);
}
