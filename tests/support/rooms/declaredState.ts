/** State events that are declared: a change of them shows, and is taken back. */
import assert from "node:assert/strict";
import { alias, alice, type Change, is, levels, redact, set, space } from "./change.ts";

const other = { type: "m.room_membership", room_id: "!another:localhost" };

export const declaredState: readonly Change[] = [
    {
        title: "m.room.name: another name",
        inputs: { name: "Declared" },
        byHand: set("m.room.name", { name: "Other" }),
        shows: { name: ["Other", "Declared"] },
        after: is("m.room.name", { name: "Declared" }),
    },
    {
        title: "m.room.name: redacted",
        inputs: { name: "Declared" },
        byHand: redact("m.room.name"),
        shows: { name: [undefined, "Declared"] },
        after: is("m.room.name", { name: "Declared" }),
    },
    {
        title: "m.room.topic: another topic",
        inputs: { topic: "Declared" },
        byHand: set("m.room.topic", { topic: "Other" }),
        shows: { topic: ["Other", "Declared"] },
        after: is("m.room.topic", { topic: "Declared" }),
    },
    {
        title: "m.room.topic: the same as text, and another one in m.topic, which clients show",
        inputs: { topic: "Declared" },
        byHand: set("m.room.topic", {
            topic: "Declared",
            "m.topic": { "m.text": [{ body: "<b>x</b>", mimetype: "text/html" }, { body: "Other" }] },
        }),
        shows: { topic: ["Other", "Declared"] },
        after: is("m.room.topic", { topic: "Declared", "m.topic": undefined }),
    },
    {
        title: "m.room.avatar: another picture",
        inputs: { avatar: "mxc://localhost/Declared" },
        byHand: set("m.room.avatar", { url: "mxc://localhost/Other" }),
        shows: { avatar: ["mxc://localhost/Other", "mxc://localhost/Declared"] },
        after: is("m.room.avatar", { url: "mxc://localhost/Declared" }),
    },
    {
        title: "m.room.avatar: none",
        inputs: { avatar: "mxc://localhost/Declared" },
        byHand: set("m.room.avatar", { url: 5 }),
        shows: { avatar: [undefined, "mxc://localhost/Declared"] },
        after: is("m.room.avatar", { url: "mxc://localhost/Declared" }),
    },
    {
        title: "m.room.canonical_alias: none",
        byHand: set("m.room.canonical_alias", {}),
        shows: { alias: [undefined, alias] },
    },
    {
        title: "m.room.canonical_alias: one of somebody else, which stays as an alternative",
        byHand: async ({ room, alice: { client } }) => {
            const theirs = room.inputs.alias.replace("#", "#theirs-");
            await client.createRoomAlias(theirs, room.id);
            await client.sendStateEvent(room.id, "m.room.canonical_alias", "", { alias: theirs, alt_aliases: [room.inputs.alias] });
        },
        shows: { alias: ["#theirs-ALIAS", alias] },
        after: async (hands) => {
            const theirs = hands.room.inputs.alias.replace("#", "#theirs-");
            await is("m.room.canonical_alias", { alias: hands.room.inputs.alias, alt_aliases: [theirs] })(hands);
            assert.equal(await hands.alice.client.resolveRoom(theirs), hands.room.id);
        },
    },
    {
        title: "m.room.join_rules: public",
        byHand: set("m.room.join_rules", { join_rule: "public" }),
        shows: { joinRule: ["public", "invite"] },
        after: is("m.room.join_rules", { join_rule: "invite" }),
    },
    {
        title: "m.room.join_rules: empty",
        byHand: set("m.room.join_rules", {}),
        shows: { joinRule: [undefined, "invite"] },
        after: is("m.room.join_rules", { join_rule: "invite" }),
    },
    {
        title: "m.room.join_rules: restricted to members of another room than the parent",
        inputs: { joinRule: "restricted", parent: space },
        byHand: set("m.room.join_rules", { join_rule: "restricted", allow: [other] }),
        shows: { joinRule: ["restricted to members of !another:localhost", "restricted"] },
        after: async (hands) =>
            is("m.room.join_rules", { join_rule: "restricted", allow: [{ type: "m.room_membership", room_id: hands.space }] })(hands),
    },
    {
        title: "m.room.history_visibility: world_readable",
        byHand: set("m.room.history_visibility", { history_visibility: "world_readable" }),
        shows: { historyVisibility: ["world_readable", "shared"] },
        after: is("m.room.history_visibility", { history_visibility: "shared" }),
    },
    {
        title: "m.room.history_visibility: a value that is none",
        byHand: set("m.room.history_visibility", { history_visibility: "bogus" }),
        shows: { historyVisibility: ["bogus", "shared"] },
        after: is("m.room.history_visibility", { history_visibility: "shared" }),
    },
    {
        title: "m.room.guest_access: can_join",
        byHand: set("m.room.guest_access", { guest_access: "can_join" }),
        shows: { guestAccess: ["can_join", undefined] },
        after: is("m.room.guest_access", { guest_access: "forbidden" }),
    },
    {
        title: "m.room.power_levels: a member's level",
        byHand: levels(({ users }) => ({ users: { ...users, [alice]: 20 } })),
        shows: { members: [{ [alice]: 20 }, { [alice]: 100 }] },
        after: async (hands) => is("m.room.power_levels", { users: { [alice]: 100 } })(hands),
    },
    {
        title: "m.room.power_levels: a level of somebody who is not declared",
        byHand: levels(({ users }) => ({ users: { ...users, "@eve:localhost": 50 } })),
        shows: { undeclaredPowerLevels: [{ "@eve:localhost": 50 }, undefined] },
        after: async (hands) => is("m.room.power_levels", { users: { [alice]: 100 } })(hands),
    },
    {
        title: "m.room.power_levels: a declared action's level, and one that is not declared, which stays",
        inputs: { powerLevels: { invite: 50 } },
        byHand: levels(() => ({ invite: 0, kick: 77 })),
        shows: { powerLevels: [{ invite: 0 }, { invite: 50 }] },
        after: is("m.room.power_levels", { invite: 50, kick: 77 }),
    },
];
