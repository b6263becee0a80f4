import assert from "node:assert/strict";
import {
    privilegedCreators,
    readActions,
    undeclaredLevels,
    type WantedLevels,
    withDeclared,
} from "../../../scripts/content/room/powerLevels.ts";

const wanted = (overrides: Partial<WantedLevels>): WantedLevels => ({ members: {}, creators: [], self: "@self:x", ...overrides });

describe("power levels", () => {
    it("stay as they are where the members have theirs", () => {
        assert.equal(withDeclared({ users: { "@a:x": 100 } }, wanted({ members: { "@a:x": 100, "@b:x": 0 } })), undefined);
    });

    it("change for the declared members, and leave what is not declared of the actions", () => {
        const current = { ban: 50, events: { "m.room.name": 50 }, users: { "@a:x": 100, "@self:x": 100 } };
        assert.deepEqual(withDeclared(current, wanted({ members: { "@a:x": 100, "@b:x": 50 } })), {
            ...current,
            users: { "@a:x": 100, "@self:x": 100, "@b:x": 50 },
        });
    });

    it("are taken from who was given them by hand", () => {
        const current = { users: { "@eve:x": 90, "@self:x": 100 } };
        assert.deepEqual(undeclaredLevels(current, ["@self:x"]), { "@eve:x": 90 });
        assert.deepEqual(withDeclared(current, wanted({}))?.users, { "@self:x": 100 });
    });

    it("take a member down to nothing where the room gives more by default", () => {
        assert.deepEqual(withDeclared({ users_default: 10, users: {} }, wanted({ members: { "@b:x": 0 } }))?.users, { "@b:x": 0 });
    });

    it("do not list who stands above them, which the server would refuse", () => {
        assert.equal(withDeclared({ users: {} }, wanted({ members: { "@a:x": 100 }, creators: ["@a:x"] })), undefined);
    });

    it("set the declared actions by the spec's names, and leave other events' levels", () => {
        const next = withDeclared({ events: { "m.room.name": 50 } }, wanted({ actions: { invite: 50, events: { "m.room.topic": 0 } } }));
        assert.deepEqual(next, { invite: 50, events: { "m.room.name": 50, "m.room.topic": 0 } });
    });

    it("go back to the spec's value where an action is no longer declared", () => {
        const earlierActions = { kick: 80, events: { "m.room.topic": 0 } };
        assert.deepEqual(withDeclared({ kick: 80, events: { "m.room.topic": 0 } }, wanted({ earlierActions })), { kick: 50, events: {} });
    });

    it("are read with the spec's values where the event has none", () => {
        assert.deepEqual(readActions({ state_default: 30 }, { ban: 60, invite: 1, events: { "m.room.topic": 0 } }), {
            ban: 50,
            invite: 0,
            events: { "m.room.topic": 30 },
        });
    });

    it("put creators above them from room version 12 on", () => {
        const create = (room_version?: string) => ({ sender: "@a:x", content: { room_version, additional_creators: ["@b:x"] } });
        assert.deepEqual(privilegedCreators(create("12")), ["@a:x", "@b:x"]);
        assert.deepEqual(privilegedCreators(create("11")), []);
        assert.deepEqual(privilegedCreators(create("1")), []);
        assert.deepEqual(privilegedCreators(create(undefined)), []);
    });
});
