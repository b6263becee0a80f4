/** A room's alias. */
import type { MatrixClient } from "matrix-bot-sdk";
import { answered } from "../client.ts";
import { stateKeyOf } from "./declared.ts";
import type { LiveRoom } from "./live.ts";
import { refusal } from "./refusal.ts";
import { setState } from "./setState.ts";

/** @returns the room that the alias leads to, on whichever server it began */
export async function findRoom(client: MatrixClient, alias: string): Promise<string | undefined> {
    try {
        return await client.resolveRoom(alias);
    } catch (error) {
        if (answered(error, "M_NOT_FOUND")) return undefined;
        throw error;
    }
}

/** Moves the alias where another was declared before. One that somebody else made the canonical one stays, as an alternative. */
export async function settleAlias(client: MatrixClient, roomId: string, live: LiveRoom, alias: string, self: string): Promise<void> {
    if (!live.aliases.includes(alias)) {
        const holder = await findRoom(client, alias);
        if (holder !== undefined && holder !== roomId)
            throw new Error(`the alias ${alias} belongs to another room, ${holder}; remove it there, or declare another alias`);
        if (holder === undefined)
            await client.createRoomAlias(alias, roomId).catch((error) => {
                throw refusal(`the alias ${alias} cannot be given`, error, self, roomId);
            });
    }
    const event = live.state.get(stateKeyOf("m.room.canonical_alias"));
    const { alias: canonical, alt_aliases: alternatives } = event?.content ?? {};
    if (canonical === alias) return;
    const others = new Set(Array.isArray(alternatives) ? (alternatives as string[]) : []);
    const replaced = typeof canonical === "string" && live.aliases.includes(canonical) ? canonical : undefined;
    const ours = event?.sender === self;
    if (replaced !== undefined) others[ours ? "delete" : "add"](replaced);
    others.delete(alias);
    const content = { alias, ...(others.size > 0 && { alt_aliases: [...others] }) };
    await setState(client, roomId, live, { type: "m.room.canonical_alias", stateKey: "", content });
    if (replaced !== undefined && ours) await client.deleteRoomAlias(replaced);
}
