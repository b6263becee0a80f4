/** Changes by hand to what is declared, one of each kind. */
import assert from "node:assert/strict";
import { whoIs } from "../../scripts/content/signIn.ts";
import type { Hands } from "./hands.ts";
import { homeserverKind } from "./homeserverKind.ts";
import { leftOutDrifts } from "./leftOutOnDendrite.ts";

/** What somebody does by hand, what the next preview must say of it, and what must be so again after `pulumi up`. */
export interface Drift {
    title: string;
    /** Name of the resource. */
    of: string;
    byHand(hands: Hands): Promise<unknown>;
    /** Path → what is there and what is declared. */
    shows: Record<string, readonly [unknown, unknown]> | "create";
    restored(hands: Hands): Promise<unknown>;
}

export const id = (name: string) => `@${name}:localhost`;
export const open = { encrypted: false } as const;

type Levels = Record<"users" | "events", Record<string, number>>;

async function setLevels(hands: Hands, key: string, change: (levels: Levels) => object): Promise<void> {
    const levels = await levelsOf(hands, key);
    await hands.administrator.sendStateEvent(hands.room(key), "m.room.power_levels", "", { ...levels, ...change(levels) });
}

async function levelsOf(hands: Hands, key: string): Promise<Levels> {
    return { users: {}, events: {}, ...(await hands.state(key, "m.room.power_levels")) };
}

const say = (key: string, type: string, content: object) => (hands: Hands) =>
    hands.administrator.sendStateEvent(hands.room(key), type, "", content);

const says = (key: string, type: string, property: string, value: unknown) => async (hands: Hands) =>
    assert.deepEqual((await hands.state(key, type))?.[property], value);

export const picture = "mxc://localhost/SomePicture";
const another = "mxc://localhost/AnotherPicture";

const everyKind: Drift[] = [
    {
        title: "a user's display name",
        of: "user-named",
        byHand: (hands) => hands.administration.save(id("named"), { displayName: "Mallory" }),
        shows: { displayName: ["Mallory", "Named"] },
        restored: async (hands) => assert.equal((await hands.administration.account(id("named")))?.displayName, "Named"),
    },
    {
        title: "a user's avatar",
        of: "user-pictured",
        byHand: (hands) => hands.administration.save(id("pictured"), { avatarUrl: another }),
        shows: { avatar: [another, picture] },
        restored: async (hands) => assert.equal((await hands.administration.account(id("pictured")))?.avatarUrl, picture),
    },
    {
        title: "a user who was made a server admin",
        of: "user-plain",
        byHand: (hands) => hands.administration.save(id("plain"), { admin: true }),
        shows: { admin: [true, false] },
        restored: async (hands) => assert.equal((await hands.administration.account(id("plain")))?.admin, false),
    },
    {
        title: "a user who was deactivated, and can sign in again with the password of the outputs",
        of: "user-gone",
        byHand: (hands) => hands.administration.save(id("gone"), { deactivated: true }),
        shows: { deactivated: [true, false] },
        restored: async (hands) => whoIs(await hands.as("gone")),
    },
    {
        title: "the rooms that such a user was in",
        of: "room-home",
        byHand: async () => {},
        shows: { 'members["@gone:localhost"]': [undefined, 10] },
        restored: async (hands) => assert.equal(await hands.membership("home", "gone"), "join"),
    },
    {
        title: "a bot's revoked token, which is renewed",
        of: "bot-revoked",
        byHand: (hands) => hands.bot("revoked").doRequest("POST", "/_matrix/client/v3/logout"),
        shows: { token: ["revoked", "valid"] },
        restored: async (hands) => assert.equal((await whoIs(hands.bot("revoked")))?.userId, id("revoked")),
    },
    {
        title: "a bot's exemption from rate limits",
        of: "bot-unlimited",
        byHand: (hands) => hands.administration.setUnlimited(id("unlimited"), false),
        shows: { unlimited: [false, true] },
        restored: async (hands) => assert.equal(await hands.administration.isUnlimited(id("unlimited")), true),
    },
    {
        title: "the administrator's display name",
        of: "administrator",
        byHand: (hands) => hands.administrator.setDisplayName("Nobody"),
        shows: { displayName: ["Nobody", "Operator"] },
        restored: async (hands) => assert.equal((await hands.administration.account(id("admin")))?.displayName, "Operator"),
    },
    {
        title: "a room's topic",
        of: "room-topic",
        byHand: say("topic", "m.room.topic", { topic: "hacked" }),
        shows: { topic: ["hacked", "Declared"] },
        restored: says("topic", "m.room.topic", "topic", "Declared"),
    },
    {
        title: "a room's name that was removed",
        of: "room-name",
        byHand: say("name", "m.room.name", { name: "" }),
        shows: { name: [undefined, "Declared"] },
        restored: says("name", "m.room.name", "name", "Declared"),
    },
    {
        title: "a room's avatar",
        of: "room-avatar",
        byHand: say("avatar", "m.room.avatar", { url: another }),
        shows: { avatar: [another, picture] },
        restored: says("avatar", "m.room.avatar", "url", picture),
    },
    {
        title: "a private room that was listed in the directory",
        of: "room-listed",
        byHand: (hands) => hands.administrator.setDirectoryVisibility(hands.room("listed"), "public"),
        shows: { visibility: ["public", "private"] },
        restored: async (hands) => assert.equal(await hands.administrator.getDirectoryVisibility(hands.room("listed")), "private"),
    },
    {
        title: "a room that was opened to everyone",
        of: "room-opened",
        byHand: say("opened", "m.room.join_rules", { join_rule: "public" }),
        shows: { joinRule: ["public", "invite"] },
        restored: says("opened", "m.room.join_rules", "join_rule", "invite"),
    },
    {
        title: "a room whose history was opened",
        of: "room-history",
        byHand: say("history", "m.room.history_visibility", { history_visibility: "world_readable" }),
        shows: { historyVisibility: ["world_readable", "joined"] },
        restored: says("history", "m.room.history_visibility", "history_visibility", "joined"),
    },
    {
        title: "an alias that was removed",
        of: "room-alias",
        byHand: (hands) => hands.administrator.deleteRoomAlias("#alias:localhost"),
        shows: { alias: [undefined, "#alias:localhost"] },
        restored: async (hands) => assert.equal(await hands.administrator.resolveRoom("#alias:localhost"), hands.room("alias")),
    },
    {
        title: "a member who was kicked",
        of: "room-kicked",
        byHand: (hands) => hands.administrator.kickUser(id("member"), hands.room("kicked")),
        shows: { 'members["@member:localhost"]': [undefined, 25] },
        restored: async (hands) => assert.equal(await hands.membership("kicked", "member"), "join"),
    },
    {
        title: "a member who was banned",
        of: "room-banned",
        byHand: (hands) => hands.administrator.banUser(id("member"), hands.room("banned")),
        shows: { 'members["@member:localhost"]': [undefined, 25] },
        restored: async (hands) => assert.equal(await hands.membership("banned", "member"), "join"),
    },
    {
        title: "a member's power level that was raised",
        of: "room-raised",
        byHand: (hands) => setLevels(hands, "raised", ({ users }) => ({ users: { ...users, [id("member")]: 90 } })),
        shows: { 'members["@member:localhost"]': [90, 25] },
        restored: async (hands) => assert.equal((await levelsOf(hands, "raised")).users[id("member")], 25),
    },
    {
        title: "a power level given to somebody who is not declared",
        of: "room-guest",
        byHand: (hands) => setLevels(hands, "guest", ({ users }) => ({ users: { ...users, "@eve:localhost": 60 } })),
        shows: { undeclaredPowerLevels: [{ "@eve:localhost": 60 }, undefined] },
        restored: async (hands) => assert.equal((await levelsOf(hands, "guest")).users["@eve:localhost"], undefined),
    },
    {
        title: "who may invite",
        of: "room-invites",
        byHand: (hands) => setLevels(hands, "invites", () => ({ invite: 0 })),
        shows: { "powerLevels.invite": [0, 50] },
        restored: says("invites", "m.room.power_levels", "invite", 50),
    },
    {
        title: "who may send an event of some type",
        of: "room-events",
        byHand: (hands) => setLevels(hands, "events", ({ events }) => ({ events: { ...events, "m.room.topic": 100 } })),
        shows: { 'powerLevels.events["m.room.topic"]': [100, 0] },
        restored: async (hands) => assert.equal((await levelsOf(hands, "events")).events["m.room.topic"], 0),
    },
    {
        title: "a message that is pinned no more",
        of: "room-unpinned",
        byHand: say("unpinned", "m.room.pinned_events", { pinned: [] }),
        shows: { pinnedMessage: [undefined, "Read me"] },
        restored: (hands) => pinnedText(hands, "unpinned"),
    },
    {
        title: "a pinned message that was redacted",
        of: "room-redacted",
        byHand: async (hands) => {
            const pinned = (await hands.state("redacted", "m.room.pinned_events"))?.pinned as string[];
            await hands.administrator.redactEvent(hands.room("redacted"), pinned[0] as string, "by hand");
        },
        shows: { pinnedMessage: [undefined, "Read me"] },
        restored: (hands) => pinnedText(hands, "redacted"),
    },
    {
        title: "how long messages are kept",
        of: "room-kept",
        byHand: say("kept", "m.room.retention", { max_lifetime: 1000 }),
        shows: { retention: ["1000 ms", "30d"] },
        restored: says("kept", "m.room.retention", "max_lifetime", 30 * 24 * 3_600_000),
    },
    {
        title: "a room that was taken out of its space",
        of: "room-child",
        byHand: (hands) => hands.administrator.sendStateEvent(hands.room("team"), "m.space.child", hands.room("child"), {}),
        shows: { parent: [undefined, "the space"] },
        restored: async (hands) =>
            assert.ok((await hands.state("team", "m.space.child", hands.room("child")))?.via, "it is no child of the space"),
    },
    {
        title: "the administrator, who left the room",
        of: "room-left",
        byHand: (hands) => hands.administrator.leaveRoom(hands.room("left")),
        shows: { administered: [false, true] },
        restored: async (hands) => assert.ok((await hands.administrator.getJoinedRooms()).includes(hands.room("left")), "it is not back"),
    },
    {
        title: "a room that was deleted",
        of: "room-deleted",
        byHand: (hands) => purge(hands, "deleted"),
        shows: "create",
        restored: async (hands) => assert.ok(await hands.administrator.resolveRoom("#deleted:localhost"), "there is no such alias"),
    },
];

/** Those that this run's homeserver can have. */
export const drifts = everyKind.filter(({ title }) => homeserverKind === "synapse" || leftOutDrifts[title] === undefined);

async function pinnedText(hands: Hands, key: string): Promise<void> {
    const [first] = ((await hands.state(key, "m.room.pinned_events"))?.pinned ?? []) as string[];
    assert.ok(first, "nothing is pinned");
    assert.equal((await hands.administrator.getRawEvent(hands.room(key), first)).content.body, "Read me");
}

async function purge({ administration, room }: Hands, key: string): Promise<void> {
    await administration.purge(room(key));
}
