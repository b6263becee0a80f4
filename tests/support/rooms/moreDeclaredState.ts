/** More of them: encryption, access list, pinned message, retention, space and members. */
import assert from "node:assert/strict";
import { alice, type Change, is, membership, pinned, redact, set, space } from "./change.ts";

const acl = { deny: ["evil.example"], allow: ["*"] };

export const moreDeclaredState: readonly Change[] = [
    {
        title: "m.room.encryption: without its algorithm",
        inputs: { encrypted: true },
        byHand: set("m.room.encryption", {}),
        shows: { encrypted: [false, true] },
        after: is("m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" }),
    },
    {
        title: "m.room.server_acl: another list",
        inputs: { serverAcl: acl },
        byHand: set("m.room.server_acl", { allow: ["*", 5], deny: "nobody", allow_ip_literals: false }),
        shows: { serverAcl: [{ deny: [], allow: ["*"] }, acl] },
        after: is("m.room.server_acl", { ...acl, allow_ip_literals: false }),
    },
    {
        title: "m.room.server_acl: addresses let in",
        inputs: { serverAcl: acl },
        byHand: set("m.room.server_acl", { ...acl, allow_ip_literals: true }),
        shows: { serverAcl: [{ ...acl, addresses: "let in" }, acl] },
        after: is("m.room.server_acl", { allow_ip_literals: false }),
    },
    {
        title: "m.room.pinned_events: nothing that is one",
        inputs: { pinnedMessage: "Read me" },
        byHand: set("m.room.pinned_events", { pinned: "nothing" }),
        shows: { pinnedMessage: [undefined, "Read me"] },
    },
    {
        title: "m.room.pinned_events: others before ours, which stay",
        inputs: { pinnedMessage: "Read me" },
        byHand: async (hands) => set("m.room.pinned_events", { pinned: ["$other", await pinned(hands)] })(hands),
        after: async (hands) => assert.equal(await pinned(hands), "$other"),
    },
    {
        title: "the pinned message: redacted",
        inputs: { pinnedMessage: "Read me" },
        byHand: async (hands) => hands.admin.client.redactEvent(hands.room.id, await pinned(hands)),
        shows: { pinnedMessage: [undefined, "Read me"] },
    },
    {
        title: "the pinned message: edited",
        inputs: { pinnedMessage: "Read me" },
        byHand: async (hands) =>
            hands.admin.client.sendRawEvent(hands.room.id, "m.room.message", {
                msgtype: "m.text",
                body: "* Edited",
                "m.new_content": { msgtype: "m.text", body: "Edited" },
                "m.relates_to": { rel_type: "m.replace", event_id: await pinned(hands) },
            }),
        shows: { pinnedMessage: ["Edited", "Read me"] },
    },
    {
        title: "m.room.retention: another time",
        inputs: { retention: "30d" },
        byHand: set("m.room.retention", { max_lifetime: 1000 }),
        shows: { retention: ["1000 ms", "30d"] },
        after: is("m.room.retention", { max_lifetime: 2_592_000_000 }),
    },
    {
        title: "m.room.retention: redacted",
        inputs: { retention: "30d" },
        byHand: redact("m.room.retention"),
        shows: { retention: [undefined, "30d"] },
        after: is("m.room.retention", { max_lifetime: 2_592_000_000 }),
    },
    {
        title: "m.space.parent: none",
        inputs: { parent: space },
        byHand: async (hands) => set("m.space.parent", {}, hands.space)(hands),
        shows: { parent: [undefined, space] },
        after: async (hands) => is("m.space.parent", { via: ["localhost"] }, hands.space)(hands),
    },
    ...[{}, { via: "localhost" }, { via: [] }].map(
        (content): Change => ({
            title: `m.space.child: ${JSON.stringify(content)}`,
            inputs: { parent: space },
            byHand: ({ admin, room, space: parent }) => admin.client.sendStateEvent(parent, "m.space.child", room.id, content),
            shows: { parent: [undefined, space] },
            after: async ({ admin, room, space: parent }) =>
                assert.deepEqual((await admin.client.getRoomStateEvent(parent, "m.space.child", room.id)).via, ["localhost"]),
        }),
    ),
    {
        title: "m.room.member: kicked",
        byHand: ({ admin, room }) => admin.client.kickUser(alice, room.id),
        shows: { members: [{}, { [alice]: 100 }] },
        after: membership("join"),
    },
    {
        title: "m.room.member: banned",
        byHand: ({ admin, room }) => admin.client.banUser(alice, room.id),
        shows: { members: [{}, { [alice]: 100 }] },
        after: membership("join"),
    },
    {
        title: "m.room.member: kicked, and knocking",
        inputs: { joinRule: "knock" },
        byHand: async ({ admin, room, alice: { client } }) => {
            await admin.client.kickUser(alice, room.id);
            await client.doRequest("POST", `/_matrix/client/v3/knock/${encodeURIComponent(room.id)}`, undefined, {});
        },
        shows: { members: [{}, { [alice]: 100 }] },
        after: membership("join"),
    },
    {
        title: "m.room.member: left by choice, which is theirs",
        byHand: ({ room, alice: { client } }) => client.leaveRoom(room.id),
        after: membership("leave"),
    },
    {
        title: "m.room.member: left by choice and invited again",
        byHand: async ({ admin, room, alice: { client } }) => {
            await client.leaveRoom(room.id);
            await admin.client.inviteUser(alice, room.id);
        },
        after: membership("invite"),
    },
];
