import assert from "node:assert/strict";
import type { EngineEvent, Stack, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import type { MatrixClient } from "matrix-bot-sdk";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { type Access, accessBy } from "../../scripts/content/access.ts";
import { connect } from "../../scripts/content/client.ts";
import { stateKeyOf } from "../../scripts/content/room/declared.ts";
import { membershipOf, readRoom } from "../../scripts/content/room/live.ts";
import { signIn, whoIs } from "../../scripts/content/signIn.ts";
import { allHealthy, eventually } from "../support/docker.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-drift";
const base = 30000;

/** What somebody does by hand, what the next preview must say of it, and what must be so again after `pulumi up`. */
interface Drift {
    title: string;
    /** Name of the resource. */
    of: string;
    byHand(hands: Hands): Promise<unknown>;
    /** Path → what is there and what is declared. */
    shows: Record<string, readonly [unknown, unknown]> | "create";
    restored(hands: Hands): Promise<unknown>;
}

interface Hands {
    administrator: MatrixClient;
    administration: Access["administration"];
    /** Room ID by key. */
    room(key: string): string;
    as(user: string): Promise<MatrixClient>;
    bot(key: string): MatrixClient;
    /** Content of a state event. */
    state(key: string, type: string, stateKey?: string): Promise<Record<string, unknown> | undefined>;
    membership(key: string, user: string): Promise<string | undefined>;
}

const id = (name: string) => `@${name}:localhost`;
const open = { encrypted: false } as const;

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

const picture = "mxc://localhost/SomePicture";
const another = "mxc://localhost/AnotherPicture";

const drifts: Drift[] = [
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

async function pinnedText(hands: Hands, key: string): Promise<void> {
    const [first] = ((await hands.state(key, "m.room.pinned_events"))?.pinned ?? []) as string[];
    assert.ok(first, "nothing is pinned");
    assert.equal((await hands.administrator.getRawEvent(hands.room(key), first)).content.body, "Read me");
}

async function purge({ administrator, room }: Hands, key: string): Promise<void> {
    const path = `/_synapse/admin/v1/rooms/${encodeURIComponent(room(key))}`;
    await administrator.doRequest("DELETE", path, undefined, { purge: true });
}

const declared: Partial<SettingsInput> = {
    users: {
        admin: { displayName: "Operator" },
        named: { displayName: "Named" },
        pictured: { avatar: picture },
        plain: {},
        gone: {},
        member: {},
        leaver: {},
    },
    bots: { revoked: {}, unlimited: { unlimited: true } },
    spaces: { team: {} },
    rooms: {
        home: { ...open, members: { gone: 10 } },
        topic: { ...open, topic: "Declared" },
        name: { ...open, name: "Declared" },
        avatar: { ...open, avatar: picture },
        listed: open,
        opened: open,
        history: { ...open, historyVisibility: "joined" },
        alias: open,
        kicked: { ...open, members: { member: 25 } },
        banned: { ...open, members: { member: 25 } },
        raised: { ...open, members: { member: 25 } },
        guest: open,
        invites: { ...open, powerLevels: { invite: 50 } },
        events: { ...open, powerLevels: { events: { "m.room.topic": 0 } } },
        unpinned: { ...open, pinnedMessage: "Read me" },
        redacted: { ...open, pinnedMessage: "Read me" },
        kept: { ...open, retention: "30d" },
        child: { ...open, parent: "team" },
        left: { ...open, members: { member: 100 } },
        deleted: open,
        quit: { ...open, members: { leaver: 0 } },
    },
};

/** What a preview would do to each resource, refreshes left out. */
async function previewed(stack: Stack): Promise<{ steps: Map<string, StepEventMetadata>; warnings: string }> {
    const steps = new Map<string, StepEventMetadata>();
    let warnings = "";
    await stack.preview({
        onEvent: ({ resourcePreEvent, diagnosticEvent }: EngineEvent) => {
            const metadata = resourcePreEvent?.metadata;
            if (metadata && !["same", "refresh"].includes(metadata.op)) steps.set(metadata.urn.split("::").at(-1) ?? "", metadata);
            if (diagnosticEvent?.severity === "warning") warnings += diagnosticEvent.message;
        },
    });
    return { steps, warnings };
}

function at(value: unknown, path: string): unknown {
    const keys = [...path.matchAll(/\["([^"]+)"\]|([^.[\]]+)/g)].map(([, quoted, plainKey]) => quoted ?? plainKey ?? "");
    return keys.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], value);
}

describe("drift", function () {
    this.timeout(300_000);
    let stack: Stack;
    let outputs: StackOutputs;
    let found: Awaited<ReturnType<typeof previewed>>;
    let hands: Hands;

    const handsOf = async (current: StackOutputs): Promise<Hands> => {
        const { clientUrl, adminUserId, adminPassword } = current;
        const administrator = hands?.administrator ?? connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "BY_HAND"));
        const access = accessBy(administrator);
        const room = (key: string) => current.rooms[`#${key}:localhost`] as string;
        const live = async (key: string) => {
            const found = await readRoom(access, room(key));
            assert.ok(found, `there is no room ${key}`);
            return found;
        };
        return {
            administrator,
            administration: access.administration,
            room,
            as: async (user) => connect(clientUrl, await signIn(clientUrl, id(user), current.users[user]?.password ?? "", "BY_HAND")),
            bot: (key) => connect(clientUrl, current.bots[key]?.accessToken ?? ""),
            state: async (key, type, stateKey = "") => (await live(key)).state.get(stateKeyOf(type, stateKey))?.content,
            membership: async (key, user) => membershipOf(await live(key), id(user))?.membership,
        };
    };

    before(async () => {
        await destroyStack(stackName);
        configure(stackName, smallStack(base, declared));
        stack = await openStack(stackName);
        outputs = plain((await stack.up()).outputs);
        hands = await handsOf(outputs);
        await (await hands.as("leaver")).leaveRoom(hands.room("quit"));
        for (const { byHand } of drifts) await byHand(hands);
        found = await previewed(stack);
        await stack.up();
        outputs = plain(await stack.outputs());
        hands = await handsOf(outputs);
    });
    after(() => destroyStack(stackName));

    for (const { title, of, shows, restored } of drifts) {
        it(`shows and takes back: ${title}`, async () => {
            const step = found.steps.get(of);
            assert.ok(step, `the preview says nothing of ${of}`);
            if (shows === "create") assert.equal(step.op, "create");
            else {
                assert.equal(step.op, "update");
                assert.deepEqual(Object.keys(step.detailedDiff ?? {}), Object.keys(shows));
                for (const [path, [live, wanted]] of Object.entries(shows)) {
                    assert.deepEqual(at(step.old?.inputs, path), live);
                    if (wanted === "the space") assert.equal(at(step.new?.inputs, path), hands.room("team"));
                    else assert.deepEqual(at(step.new?.inputs, path), wanted);
                }
            }
            await restored(hands);
        });
    }

    it("is nothing else: no other resource is in the preview", () => {
        assert.deepEqual([...found.steps.keys()].sort(), drifts.map(({ of }) => of).sort());
    });

    it("is none after `pulumi up`", async () => {
        assert.deepEqual([...(await previewed(stack)).steps.keys()], []);
    });

    it("is not seen in a member who left on purpose, and nobody calls them back", async () => {
        assert.equal(await hands.membership("quit", "leaver"), "leave");
    });

    it("is put back for a member who left, once the declaration names them anew", async () => {
        const without = { ...declared, rooms: { ...declared.rooms, quit: open } };
        configure(stackName, smallStack(base, without));
        await stack.up();
        configure(stackName, smallStack(base, declared));
        await stack.up();
        assert.equal(await hands.membership("quit", "leaver"), "join");
    });

    it("of the administrator's own token is renewed, and the preview says so", async () => {
        await hands.administrator.doRequest("POST", "/_matrix/client/v3/logout/all");
        const { steps, warnings } = await previewed(stack);
        assert.deepEqual(steps.get("administrator")?.old?.inputs.token, "revoked");
        assert.match(warnings, /Drift was not looked at: the server no longer takes the token/);
        await stack.up();
        assert.deepEqual([...(await previewed(stack)).steps.keys()], []);
    });

    for (const [role, what] of [
        ["homeserver", /Drift was not looked at: http:\/\/127\.0\.0\.1:30008 does not answer/],
        ["database", /Drift was not looked at: /],
    ] as const) {
        it(`is not looked at where ${role} is stopped, and the preview works and says so`, async () => {
            const container = `matrix-synapse-${stackName}-${role}`;
            await execa("docker", ["stop", container]);
            try {
                const { steps, warnings } = await previewed(stack);
                assert.match(warnings, what);
                assert.deepEqual([...steps.keys()], []);
            } finally {
                await execa("docker", ["start", container]);
                await eventually("all healthy", 60_000, () => allHealthy(stackName));
            }
        });
    }
});
