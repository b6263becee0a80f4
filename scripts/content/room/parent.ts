/** The space that a room belongs to. */
import type { MatrixClient } from "matrix-bot-sdk";
import { answered } from "../client.ts";
import type { DeclaredRoom } from "./declared.ts";
import type { LiveRoom } from "./live.ts";
import { refusal } from "./refusal.ts";
import { ignoreForbidden } from "./setState.ts";

/** Lists the room in its space, in place of the one that it was upgraded from. The room's own side is part of its state. */
export async function settleParent(
    client: MatrixClient,
    roomId: string,
    { predecessor }: LiveRoom,
    declared: DeclaredRoom,
    before: DeclaredRoom | undefined,
): Promise<void> {
    const via = [declared.alias.slice(declared.alias.indexOf(":") + 1)];
    if (before?.parent && before.parent !== declared.parent) {
        await client.sendStateEvent(before.parent, "m.space.child", roomId, {}).catch(ignoreForbidden);
    }
    const { parent } = declared;
    if (!parent || (await isChild(client, parent, roomId))) return;
    try {
        await client.sendStateEvent(parent, "m.space.child", roomId, { via });
        if (predecessor && (await isChild(client, parent, predecessor)))
            await client.sendStateEvent(parent, "m.space.child", predecessor, {});
    } catch (error) {
        throw refusal(`the space ${parent} cannot list it`, error, await client.getUserId(), parent);
    }
}

/** Whether the space lists the room. */
export async function isChild(client: MatrixClient, space: string, roomId: string): Promise<boolean> {
    try {
        const { via } = await client.getRoomStateEvent(space, "m.space.child", roomId);
        return Array.isArray(via) && via.length > 0;
    } catch (error) {
        if (answered(error, "M_NOT_FOUND") || answered(error, "M_FORBIDDEN")) return false;
        throw error;
    }
}
