/** What a change by hand is, and what they have in common. */
import assert from "node:assert/strict";
import type { RoomInputs } from "../../../provider/resources/index.ts";
import type { DeclaredRoom, Person } from "./hands.ts";

export interface Hands {
    room: DeclaredRoom;
    /** Declared with level 100. */
    alice: Person;
    /** The acting account, which the provider has too. */
    admin: Person;
    /** The declared parent of the room. */
    space: string;
}

export interface Change {
    title: string;
    inputs?: Partial<RoomInputs>;
    /** The room was made in this version before it was declared. */
    version?: string;
    byHand(hands: Hands): Promise<unknown>;
    /** What a preview shows: property → what is there and what is declared. Absent: nothing. */
    shows?: Record<string, readonly [unknown, unknown]>;
    warns?: RegExp;
    /** A preview would create it anew, and `pulumi up` does. */
    gone?: true;
    /** Why `pulumi up` cannot put it right. */
    fails?: RegExp;
    /** What is so after `pulumi up`. */
    after?(hands: Hands): Promise<unknown>;
}

export type Content = Record<string, unknown>;

export const set =
    (type: string, content: Content, stateKey = "") =>
    ({ room, admin }: Hands) =>
        admin.client.sendStateEvent(room.id, type, stateKey, content);
export const is =
    (type: string, content: Content, stateKey = "") =>
    async ({ room }: Hands) => {
        const state = (await room.state(type, stateKey)) ?? {};
        for (const [key, value] of Object.entries(content)) assert.deepEqual(state[key], value, `${type}: ${key}`);
    };
export const redact =
    (type: string) =>
    async ({ room, admin }: Hands) => {
        const events = (await admin.client.getRoomState(room.id)) as { type: string; event_id: string }[];
        await admin.client.redactEvent(room.id, events.find((event) => event.type === type)?.event_id ?? "");
    };
export const levels = (change: (content: { users: Record<string, number> } & Content) => Content) => async (hands: Hands) => {
    const now = (await hands.room.state("m.room.power_levels")) ?? {};
    await set("m.room.power_levels", { ...now, ...change({ users: {}, ...now }) })(hands);
};
export const membership = (wanted: string) => async (hands: Hands) =>
    is("m.room.member", { membership: wanted }, hands.alice.userId)(hands);
export const pinned = async ({ room }: Hands) => ((await room.state("m.room.pinned_events"))?.pinned as string[] | undefined)?.[0] ?? "";

/** Stand for the room's own alias, whose part after # is ALIAS wherever it stands, and for the ID of its parent, where the row is written. */
export const alias = "#ALIAS";
export const space = "SPACE";
export const alice = "@alice-of-rooms:localhost";
