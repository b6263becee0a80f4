import assert from "node:assert/strict";
import { privilegedCreators, withMembers } from "../../../scripts/content/powerLevels.ts";

describe("power levels", () => {
    it("stay as they are where the members have theirs", () => {
        assert.equal(withMembers({ users: { "@a:x": 100 } }, { "@a:x": 100, "@b:x": 0 }, []), undefined);
    });

    it("change for the declared members and leave everything else", () => {
        assert.deepEqual(withMembers({ ban: 50, users: { "@a:x": 100, "@c:x": 7 } }, { "@b:x": 50 }, []), {
            ban: 50,
            users: { "@a:x": 100, "@b:x": 50, "@c:x": 7 },
        });
    });

    it("take a member down to nothing where the room gives more by default", () => {
        assert.deepEqual(withMembers({ users_default: 10, users: {} }, { "@b:x": 0 }, [])?.users, { "@b:x": 0 });
    });

    it("do not list who stands above them, which the server would refuse", () => {
        assert.equal(withMembers({ users: {} }, { "@a:x": 100 }, ["@a:x"]), undefined);
    });

    it("put creators above them from room version 12 on", () => {
        const create = (room_version?: string) => ({ sender: "@a:x", content: { room_version, additional_creators: ["@b:x"] } });
        assert.deepEqual(privilegedCreators(create("12")), ["@a:x", "@b:x"]);
        assert.deepEqual(privilegedCreators(create("11")), []);
        assert.deepEqual(privilegedCreators(create("1")), []);
        assert.deepEqual(privilegedCreators(create(undefined)), []);
    });
});
