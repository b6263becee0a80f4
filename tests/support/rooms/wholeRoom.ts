/** What clients and server admins do to a room as a whole. */
import assert from "node:assert/strict";
import { alias, alice, type Change, type Hands, is, levels, set } from "./change.ts";

const admins = (path: string) => `/_synapse/admin/v1/rooms/${path}`;

export const wholeRoom: readonly Change[] = [
    {
        title: "encrypted by hand, which cannot be taken back",
        byHand: set("m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" }),
        warns: /was encrypted by @room-admin:localhost, which cannot be taken back: declare encrypted: true/,
    },
    {
        title: "closed by a tombstone in favour of a room that is no upgrade of it",
        byHand: set("m.room.tombstone", { body: "moved", replacement_room: "!elsewhere:localhost" }),
        warns: /was closed by @room-admin:localhost, who sends people to !elsewhere:localhost, .*declare another alias/,
    },
    {
        title: "listed in the directory by a server admin",
        byHand: ({ room, admin }) => admin.client.setDirectoryVisibility(room.id, "public"),
        shows: { visibility: ["public", "private"] },
        after: async ({ room, admin }) => assert.equal(await admin.client.getDirectoryVisibility(room.id), "private"),
    },
    {
        title: "taken out of the directory",
        inputs: { visibility: "public", joinRule: "public" },
        byHand: ({ room, admin }) => admin.client.setDirectoryVisibility(room.id, "private"),
        shows: { visibility: ["private", "public"] },
    },
    {
        title: "without its alias",
        byHand: ({ room, admin }) => admin.client.deleteRoomAlias(room.inputs.alias),
        shows: { alias: [undefined, alias] },
        after: async ({ room, admin }) => assert.equal(await admin.client.resolveRoom(room.inputs.alias), room.id),
    },
    {
        title: "its alias given to another room",
        byHand: async ({ room, alice: { client } }) => {
            await client.deleteRoomAlias(room.inputs.alias);
            await client.createRoom({ room_alias_name: room.inputs.alias.slice(1, -":localhost".length) });
        },
        shows: { alias: [undefined, alias] },
        warns: /leads to another room now, !\S+, and cannot be put back: remove it there, or declare another alias/,
        fails: /^the alias #\S+ belongs to another room, !\S+; remove it there, or declare another alias$/,
    },
    {
        title: "left by the administrator",
        byHand: ({ room, admin }) => admin.client.leaveRoom(room.id),
        shows: { administered: [false, true] },
        after: async ({ room, admin }) => is("m.room.member", { membership: "join" }, admin.userId)({ room } as Hands),
    },
    {
        title: "left and forgotten by the administrator",
        byHand: async ({ room, admin }) => {
            await admin.client.leaveRoom(room.id);
            await admin.client.doRequest("POST", `/_matrix/client/v3/rooms/${encodeURIComponent(room.id)}/forget`, undefined, {});
        },
        shows: { administered: [false, true] },
        after: async ({ room, admin }) => is("m.room.member", { membership: "join" }, admin.userId)({ room } as Hands),
    },
    {
        title: "left by everyone",
        byHand: async ({ room, admin, alice: { client } }) => {
            await client.leaveRoom(room.id);
            await admin.client.leaveRoom(room.id);
        },
        gone: true,
        warns: /^#changed-\d+:localhost: everybody of this server has left !\S+, which nobody can enter any more; another room will take its place$/,
    },
    {
        title: "in version 11, the administrator demoted by themselves",
        version: "11",
        byHand: levels(({ users }) => ({ users: { ...users, "@room-admin:localhost": 0 } })),
        shows: { administered: [false, true] },
        after: is("m.room.power_levels", { users: { [alice]: 100, "@room-admin:localhost": 100 } }),
    },
    {
        title: "in version 11, the administrator demoted and banned",
        version: "11",
        byHand: async (hands) => {
            await levels(({ users }) => ({ users: { ...users, "@room-admin:localhost": 0 } }))(hands);
            await hands.alice.client.banUser("@room-admin:localhost", hands.room.id);
        },
        shows: { administered: [false, true] },
        after: is("m.room.power_levels", { users: { [alice]: 100, "@room-admin:localhost": 100 } }),
    },
    {
        title: "in version 11, nobody left who could give the administrator power",
        version: "11",
        byHand: async (hands) => {
            const content = (await hands.room.state("m.room.power_levels")) ?? {};
            const users = { "@room-admin:localhost": 100 };
            await hands.alice.client.sendStateEvent(hands.room.id, "m.room.power_levels", "", { ...content, users });
            await levels(() => ({ users: {} }))(hands);
        },
        shows: { administered: [false, true], members: [{ [alice]: 0 }, { [alice]: 100 }] },
        fails: /^@room-admin:localhost made !\S+ and has power level 0 there, too low to change it; let somebody with a higher one give it 100$/,
    },
    {
        title: "blocked by a server admin, and a member kicked",
        byHand: async ({ room, admin }) => {
            await admin.client.doRequest("PUT", admins(`${encodeURIComponent(room.id)}/block`), undefined, { block: true });
            await admin.client.kickUser(alice, room.id);
        },
        shows: { members: [{}, { [alice]: 100 }] },
        fails: /^members\.@alice-of-rooms:localhost cannot be brought in: .*This room has been blocked on this server/,
    },
    {
        title: "shut down by a server admin, and not purged",
        byHand: async ({ room, admin }) => {
            await admin.client.doRequest("DELETE", admins(encodeURIComponent(room.id)), undefined, { purge: false });
        },
        gone: true,
        warns: /everybody of this server has left !/,
    },
    {
        title: "deleted by a server admin",
        byHand: async ({ room, admin }) => {
            await admin.client.doRequest("DELETE", admins(encodeURIComponent(room.id)), undefined, { purge: true, block: true });
        },
        gone: true,
    },
    {
        title: "its history purged, the pinned message with it",
        inputs: { pinnedMessage: "Read me" },
        byHand: async (hands) => {
            const { room, admin } = hands;
            await admin.client.sendRawEvent(room.id, "m.room.message", { msgtype: "m.text", body: "later" });
            const path = `/_synapse/admin/v1/purge_history/${encodeURIComponent(room.id)}`;
            const body = { delete_local_events: true, purge_up_to_ts: Date.now() };
            const { purge_id } = await admin.client.doRequest("POST", path, undefined, body);
            for (let tries = 0; tries < 100; tries++) {
                const { status } = await admin.client.doRequest("GET", `/_synapse/admin/v1/purge_history_status/${purge_id}`);
                if (status === "complete") return;
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
            assert.fail("not purged");
        },
        shows: { pinnedMessage: [undefined, "Read me"] },
    },
];
