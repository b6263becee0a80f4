import assert from "node:assert/strict";
import { contentStack } from "../support/contentStack.ts";
import { alice as aliceId, type Change, type Hands, space } from "../support/rooms/change.ts";
import { declaredState } from "../support/rooms/declaredState.ts";
import { DeclaredRoom, failure, type Person, type World, worldOf } from "../support/rooms/hands.ts";
import { moreDeclaredState } from "../support/rooms/moreDeclaredState.ts";
import { undeclaredState } from "../support/rooms/undeclaredState.ts";
import { wholeRoom } from "../support/rooms/wholeRoom.ts";

/** The table of docs/content.md, walked. */
describe("a room that is changed by hand", function () {
    this.timeout(180_000);
    let world: World;
    let admin: Person;
    let alice: Person;
    let team: DeclaredRoom;
    let rooms = 0;

    before(async () => {
        const { clientUrl, registrationSharedSecret } = await contentStack();
        world = worldOf(clientUrl, registrationSharedSecret);
        admin = await world.account("room-admin", true);
        alice = await world.account("alice-of-rooms");
        team = await DeclaredRoom.create(admin, { alias: "#team-of-rooms:localhost", space: true });
    });

    /** As JSON has it, so with null for what is not there, and with ALIAS and SPACE as they are. */
    const filled = (value: unknown, localpart = ""): Record<string, unknown> =>
        JSON.parse(
            JSON.stringify(value ?? {}, (_, each) => (each === undefined ? null : each))
                .replaceAll("ALIAS", `${localpart}:localhost`)
                .replaceAll(space, team.id),
        );

    const declare = async ({ inputs, version }: Change): Promise<Hands> => {
        const localpart = `changed-${rooms++}`;
        // A room of its own that has the alias is adopted.
        if (version) await admin.client.createRoom({ room_version: version, preset: "public_chat", room_alias_name: localpart });
        const given = { ...filled(inputs), alias: `#${localpart}:localhost`, members: { [aliceId]: 100 } };
        return { room: await DeclaredRoom.create(admin, given), alice, admin, space: team.id };
    };

    for (const change of [...declaredState, ...moreDeclaredState, ...wholeRoom]) {
        const { title, byHand, shows, gone, warns, fails, after } = change;
        it(`${shows || gone ? "shows" : "leaves"} ${title}`, async () => {
            const hands = await declare(change);
            const { room } = hands;
            assert.deepEqual(await room.shown(), {}, "it is not as declared from the start");
            await byHand(hands);
            world.warnings.length = 0;
            const shown = await room.shown();
            assert.equal(shown === undefined, gone === true, "gone");
            assert.deepEqual(filled(shown), filled(shows, room.inputs.alias.slice(1, -":localhost".length)));
            if (warns) assert.match(world.warnings.join("\n"), warns);
            else assert.deepEqual(world.warnings, []);
            if (gone) {
                const anew = await DeclaredRoom.create(admin, room.inputs);
                assert.notEqual(anew.id, room.id);
                assert.equal(await admin.client.resolveRoom(room.inputs.alias), anew.id);
                return;
            }
            if (fails) {
                assert.match(await failure(room.up()), fails);
                return;
            }
            await room.up();
            assert.deepEqual(await room.shown(), {}, "it is not as declared after pulumi up");
            await after?.(hands);
        });
    }

    it(`leaves state that is not declared: ${undeclaredState.map(([type]) => type).join(", ")}`, async () => {
        const { room } = await declare({ title: "", byHand: async () => {} });
        for (const [type, content, key = ""] of undeclaredState) await admin.client.sendStateEvent(room.id, type, key, content);
        assert.deepEqual(await room.shown(), {});
        await room.up({ historyVisibility: "joined" });
        for (const [type, content, key = ""] of undeclaredState) assert.deepEqual(await room.state(type, key), content, type);
    });

    describe("by an upgrade", () => {
        const upgrade = async ({ client }: Person, roomId: string, version: string): Promise<string> => {
            const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/upgrade`;
            return (await client.doRequest("POST", path, undefined, { new_version: version })).replacement_room;
        };
        const inputs = { name: "Declared", encrypted: true, parent: space, pinnedMessage: "Read me" };

        it("is followed to the room that took its place, twice, with its people and its place in the space", async () => {
            const { room } = await declare({ title: "", inputs, byHand: async () => {} });
            const first = room.id;
            const last = await upgrade(admin, await upgrade(admin, first, "12"), "12");
            world.warnings.length = 0;
            assert.deepEqual(Object.keys((await room.shown()) ?? {}).sort(), ["members", "parent", "pinnedMessage"]);
            assert.match(
                world.warnings.join("\n"),
                /was upgraded by @room-admin:localhost: !\S+ took the place of !\S+, and is used from now on/,
            );
            await room.up();
            assert.equal(room.id, last);
            assert.deepEqual(await room.shown(), {});
            assert.equal(await admin.client.resolveRoom(room.inputs.alias), last);
            assert.ok((await alice.client.getJoinedRooms()).includes(last), "a declared member is not in the new room");
        });

        it("by a member is followed as well, where the administrator has power in the new room", async () => {
            const { room } = await declare({ title: "", version: "11", inputs, byHand: async () => {} });
            const next = await upgrade(alice, room.id, "11");
            assert.deepEqual((await room.shown())?.administered, [false, true]);
            await room.up();
            assert.equal(room.id, next);
            assert.deepEqual(await room.shown(), {});
        });

        it("into a room without power is not followed, and the preview says what to do", async () => {
            const { room } = await declare({ title: "", version: "11", inputs, byHand: async () => {} });
            const levels = (await room.state("m.room.power_levels")) as { users: Record<string, number> };
            const demoted = { ...levels, users: { ...levels.users, [admin.userId]: 0 } };
            await admin.client.sendStateEvent(room.id, "m.room.power_levels", "", demoted);
            const before = room.id;
            const next = await upgrade(alice, room.id, "11");
            world.warnings.length = 0;
            await room.shown();
            assert.match(
                world.warnings.join("\n"),
                new RegExp(`closed by @alice-of-rooms:localhost, who sends people to ${next.replace("!", "!")}`),
            );
            assert.equal(room.id, before);
        });
    });
});
