import assert from "node:assert/strict";
import type { RoomInputs } from "../../provider/resources/index.ts";
import { Session } from "../../scripts/content/session.ts";
import { contentStack } from "../support/contentStack.ts";
import { type FaultyProxy, faultyProxy } from "../support/faultyProxy.ts";
import { DeclaredRoom, failure, type Person, type World, worldOf } from "../support/rooms/hands.ts";

const alice = "@alice-of-bots:localhost";

/** The table of docs/consumers.md, walked. */
describe("a room declared with a bot's token, through a gateway", function () {
    this.timeout(120_000);
    let world: World;
    let gateway: FaultyProxy;
    let bot: Person;
    let publisher: Person;
    let person: Person;
    let rooms = 0;

    before(async () => {
        const { clientUrl, registrationSharedSecret } = await contentStack();
        gateway = await faultyProxy(clientUrl, /^\/_synapse\/admin/);
        world = worldOf(clientUrl, registrationSharedSecret);
        bot = await world.account("bot-of-rooms", false, gateway.url);
        publisher = await world.account("bot-publisher", false, gateway.url);
        person = await world.account("alice-of-bots");
    });
    after(() => gateway.close());

    const declare = (inputs: Partial<RoomInputs> = {}, who = bot) =>
        DeclaredRoom.create(who, { alias: `#of-bot-${rooms++}:localhost`, ...inputs });

    /** A room of version 11 that alice made, in which the bot has the level. */
    const roomOfAlice = async (level: number): Promise<{ alias: string; roomId: string }> => {
        const alias = `#of-alice-${rooms++}:localhost`;
        const roomId = await person.client.createRoom({
            room_version: "11",
            preset: "public_chat",
            room_alias_name: alias.slice(1, -":localhost".length),
            power_level_content_override: { users: { [alice]: 100, [bot.userId]: level } },
        });
        await bot.client.joinRoom(roomId);
        return { alias, roomId };
    };

    /** Each input, and another value of it. */
    const inputs: { [Name in keyof RoomInputs]?: readonly [RoomInputs[Name], RoomInputs[Name]] } = {
        name: ["One", "Two"],
        topic: ["One", undefined],
        avatar: ["mxc://localhost/One", "mxc://localhost/Two"],
        joinRule: ["invite", "knock"],
        historyVisibility: ["shared", "joined"],
        encrypted: [false, true],
        powerLevels: [{ invite: 50, events: { "m.room.topic": 0 } }, { kick: 60 }],
        members: [{}, { [alice]: 50 }],
        retention: ["30d", "8w"],
        pinnedMessage: ["One", "Two"],
        serverAcl: [
            { deny: ["evil.example"], allow: ["*"] },
            { deny: [], allow: ["*"] },
        ],
    };

    it("may have any input but a few, from the start and later, in a space of the bot's own", async () => {
        const [parent, other] = [await declare({ space: true }), await declare({ space: true })];
        const given = Object.fromEntries(Object.entries(inputs).map(([name, [value]]) => [name, value]));
        const room = await declare({ ...given, parent: parent.id });
        assert.deepEqual(await room.shown(), {});
        for (const [name, [, value]] of Object.entries(inputs)) {
            await room.up({ [name]: value });
            assert.deepEqual(await room.shown(), {}, name);
        }
        await room.up({ parent: other.id, joinRule: "restricted" });
        await room.up({ alias: `#renamed-${rooms++}:localhost` });
        assert.deepEqual(await room.shown(), {});
        assert.equal(await bot.client.resolveRoom(room.inputs.alias), room.id);
    });

    it("invites members, who may decline, which is no drift", async () => {
        const room = await declare({ members: { [alice]: 50 } });
        assert.equal((await room.state("m.room.member", alice))?.membership, "invite");
        await person.client.leaveRoom(room.id);
        assert.deepEqual(await room.shown(), {});
    });

    it("is taken away with its alias, and from its space", async () => {
        const parent = await declare({ space: true });
        const room = await declare({ parent: parent.id });
        await room.delete();
        await assert.rejects(bot.client.resolveRoom(room.inputs.alias), /M_NOT_FOUND/);
        assert.ok(!(await bot.client.getJoinedRooms()).includes(room.id));
        assert.deepEqual(await parent.state("m.space.child", room.id), {});
    });

    it("is published by those whom homeserver.roomDirectory.publishers names", async () => {
        const room = await declare({ visibility: "public" }, publisher);
        assert.equal(await bot.client.getDirectoryVisibility(room.id), "public");
        assert.deepEqual(await room.shown(), {});
    });

    const publishers =
        "visibility cannot be public: the server does not let @bot-of-rooms:localhost do it; in the server's own stack, add @bot-of-rooms:localhost to homeserver.roomDirectory.publishers";

    it("is not published by others: that names the setting, and nothing of the room is left", async () => {
        const before = await bot.client.getJoinedRooms();
        const alias = `#public-${rooms++}:localhost`;
        assert.equal(await failure(declare({ alias, visibility: "public" })), publishers);
        assert.deepEqual(await bot.client.getJoinedRooms(), before);
        await assert.rejects(bot.client.resolveRoom(alias), /M_NOT_FOUND/);
        const room = await declare();
        assert.equal(await failure(room.up({ visibility: "public" })), publishers);
    });

    describe("is refused in the preview", () => {
        let stranger: string;
        let powerless: string;
        /** The same bot at a gateway to a server that does not know of retention. */
        let elsewhere: Person;
        let old: FaultyProxy;
        before(async () => {
            old = await faultyProxy(world.url, /^\/_synapse\/admin|msc1763/);
            elsewhere = { ...bot, session: new Session({ ...bot.session.config, homeserverUrl: old.url }, () => {}) };
            stranger = await person.client.createRoom({ creation_content: { type: "m.space" } });
            powerless = await person.client.createRoom({ creation_content: { type: "m.space" }, preset: "public_chat" });
            await bot.client.joinRoom(powerless);
            await person.client.createRoom({ room_alias_name: "taken-from-bots" });
            await declare({ alias: "#space-of-bots:localhost", space: true });
        });

        after(() => old.close());

        for (const [title, given, message] of [
            [
                "an alias of another server",
                () => ({ alias: "#lobby:example.org" }),
                "alias: #lobby:example.org is not an alias of this server; write #lobby:localhost",
            ],
            [
                "an alias of somebody else's room",
                () => ({ alias: "#taken-from-bots:localhost" }),
                /^alias: the alias #taken-from-bots:localhost belongs to a room of somebody else, !\S+; declare another alias/,
            ],
            [
                "an alias of a space, for a room",
                () => ({ alias: "#space-of-bots:localhost" }),
                /^alias: the alias #space-of-bots:localhost belongs to a space, !\S+, and a room is declared; declare another alias$/,
            ],
            [
                "purge, which takes a server admin",
                () => ({ onDelete: "purge" as const }),
                "onDelete: purge takes a server admin's token and the address of the admin API, and @bot-of-rooms:localhost has not got both; declare leave",
            ],
            [
                "a space that the bot is not in",
                () => ({ parent: stranger }),
                /^parent: @bot-of-rooms:localhost is not in the space !\S+; invite it there with power level 50, or leave parent out$/,
            ],
            [
                "a space in which it has no power",
                () => ({ parent: powerless }),
                /^parent: @bot-of-rooms:localhost has power level 0 in the space !\S+, and listing a room there takes 50; let somebody there give it that$/,
            ],
            [
                "a member who does not exist",
                () => ({ members: { [alice]: 0, "@alcie:localhost": 0 } }),
                "members: there is no account @alcie:localhost on this server",
            ],
            [
                "a retention, where the server has it turned off",
                () => ({ retention: "30d" }),
                "retention: the server deletes no messages, whatever a room says; in the server's own stack, set homeserver.retention, or the retention of a room there, and run pulumi up",
            ],
            [
                "a picture that is not there",
                () => ({ avatar: "none.png sha256:0123456789abcdef" }),
                /^avatar: there is no file "none\.png" in \//,
            ],
        ] as const) {
            it(title, async () => {
                const error = await failure(declare(given(), elsewhere));
                if (typeof message === "string") assert.equal(error, message);
                else assert.match(error, message);
            });
        }
    });

    describe("that somebody else made", () => {
        it("is adopted where the bot has power level 100, and may have any input", async () => {
            const { alias, roomId } = await roomOfAlice(100);
            const { encrypted: _, ...others } = inputs;
            const given = Object.fromEntries(Object.entries(others).map(([name, [value]]) => [name, value]));
            const room = await declare({ ...given, alias, members: { [alice]: 100 } });
            assert.equal(room.id, roomId);
            assert.deepEqual(await room.shown(), {});
        });

        it("is adopted where it has 50, and says what takes more", async () => {
            const { alias, roomId } = await roomOfAlice(50);
            assert.match(
                await failure(declare({ alias, historyVisibility: "joined", joinRule: "public", members: { [alice]: 100 } })),
                /^m\.room\.(guest_access|history_visibility) cannot be set: M_FORBIDDEN: .*; let somebody with a higher power level in !\S+ give @bot-of-rooms:localhost more$/,
            );
            assert.match(
                await failure(declare({ alias, members: { [alice]: 100, [publisher.userId]: 90 } })),
                /^@bot-of-rooms:localhost has power level 50 in !\S+ and cannot give what is declared .*; let somebody with a higher one give it 100 there/,
            );
            assert.equal((await person.client.getRoomStateEvent(roomId, "m.room.history_visibility", "")).history_visibility, "shared");
        });

        it("shows that the bot was removed, and says who must let it in again", async () => {
            const { alias, roomId } = await roomOfAlice(99);
            const room = await declare({ alias, name: "Declared", joinRule: "invite", members: { [alice]: 100 } });
            await person.client.kickUser(bot.userId, roomId);
            assert.deepEqual(await room.shown(), { administered: [false, true] });
            const invite =
                /^@bot-of-rooms:localhost is no longer in !\S+ \(removed by @alice-of-bots:localhost\); invite it there and run pulumi up again, or declare another alias$/;
            assert.match(await failure(room.up()), invite);
            await person.client.inviteUser(bot.userId, roomId);
            await room.up();
            assert.deepEqual(await room.shown(), {});
        });
    });

    it("that it made and left is not made again: it says who must let it in", async () => {
        const room = await declare({ members: { [alice]: 100 } });
        await person.client.joinRoom(room.id);
        await bot.client.leaveRoom(room.id);
        assert.deepEqual(await room.shown(), { administered: [false, true] });
        assert.match(await failure(room.up()), /^@bot-of-rooms:localhost is no longer in !\S+; invite it there and run pulumi up again/);
        await person.client.inviteUser(bot.userId, room.id);
        assert.deepEqual(await room.shown(), { administered: [false, true] });
        await room.up();
        assert.deepEqual(await room.shown(), {});
    });
});
