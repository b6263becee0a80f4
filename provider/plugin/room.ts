/** A room or a space. */
import { lifetime } from "../../matrix/lifetime.ts";
import { ifFound } from "../../scripts/content/client.ts";
import type { DeclaredRoom } from "../../scripts/content/room/declared.ts";
import { mayEnter, readRoom } from "../../scripts/content/room/live.ts";
import { createRoom, removeRoom, updateRoom } from "../../scripts/content/room/room.ts";
import { replacementOf, tombstoneOf } from "../../scripts/content/room/upgraded.ts";
import type { Session } from "../../scripts/content/session.ts";
import type { RoomInputs, RoomOutputs } from "../resources/room.ts";
import type { Computed, Kind } from "./kind.ts";
import { faultsInRoom } from "./roomFaults.ts";
import { type FoundRoom, liveRoom } from "./roomLive.ts";
import { refusalsOfRoom } from "./roomRefusals.ts";

export type ComputedRoom = Computed<RoomOutputs, RoomInputs>;

// No input makes another room: what was said in the old one would be lost.
export const room: Kind<FoundRoom, ComputedRoom> = {
    fixed: { administered: true },
    faults: faultsInRoom,
    refusals: refusalsOfRoom,

    async create(session, inputs) {
        const declared = await declaredRoom(session, inputs, {});
        const ids = await createRoom(session, declared);
        return { id: ids.roomId, outputs: { ...ids, avatarUrl: declared.avatarUrl } };
    },

    async read(session, id, inputs, outputs) {
        const live = await readRoom(session, id);
        if (!live && (await mayEnter(session, id))) return { inputs: { ...inputs, administered: false }, outputs };
        if (!live) {
            await warnOfEmptyRoom(session, id, inputs);
            return undefined;
        }
        const tombstone = tombstoneOf(live);
        const replacement = tombstone && (await replacementOf(session, id, live));
        if (replacement) {
            const { roomId } = replacement;
            session.warn(`${inputs.alias} was upgraded by ${tombstone.sender}: ${roomId} took the place of ${id}, and is used from now on`);
            const moved = { ...outputs, roomId };
            return { id: roomId, inputs: await liveRoom(session, roomId, inputs, moved, replacement.live), outputs: moved };
        }
        if (tombstone) {
            session.warn(
                `${inputs.alias} was closed by ${tombstone.sender}, who sends people to ${tombstone.replacement}, in which the acting account has no power: let somebody there invite it and give it power level 100, or declare another alias`,
            );
        }
        return { inputs: await liveRoom(session, id, inputs, outputs, live), outputs };
    },

    async update(session, id, inputs, before, outputs) {
        const declared = await declaredRoom(session, inputs, inputs.avatar === before.avatar ? outputs : {});
        const earlier = { ...(await declaredRoom(session, { ...before, avatar: undefined }, outputs)), ...outputs };
        if (before.avatar === undefined) delete earlier.avatarUrl;
        const ids = await updateRoom(session, id, declared, earlier);
        return { ...ids, avatarUrl: declared.avatarUrl };
    },

    async delete(session, id, inputs) {
        await removeRoom(session, id, await declaredRoom(session, { ...inputs, avatar: undefined }, {}), inputs.onDelete);
    },
};

/** A room that everyone has left is still there, and nobody can enter it any more. */
async function warnOfEmptyRoom(session: Session, id: string, { alias }: RoomInputs): Promise<void> {
    if ((await session.administration.permitted()) && (await ifFound(session.administration.room(id))))
        session.warn(
            `${alias}: everybody of this server has left ${id}, which nobody can enter any more; another room will take its place`,
        );
}

async function declaredRoom(session: Session, inputs: FoundRoom, outputs: { avatarUrl?: string }): Promise<DeclaredRoom> {
    const { avatar, retention, onDelete: _, administered: __, undeclaredPowerLevels: ___, guestAccess: ____, ...declared } = inputs;
    const avatarUrl = outputs.avatarUrl ?? (avatar === undefined ? undefined : await session.mediaOf(avatar));
    return {
        ...declared,
        ...(avatarUrl !== undefined && { avatarUrl }),
        ...(retention !== undefined && { retention: lifetime(retention) }),
    };
}
