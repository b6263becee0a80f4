import assert from "node:assert/strict";
import { differences, fromWire, toWire } from "../../../provider/plugin/wire.ts";

const secretKey = "4dabf18193072939515e22adb298388d";

describe("the provider's properties", () => {
    it("differ down to the single value, under the path that Pulumi reads", () => {
        const before = { topic: "hacked", members: { "@a:x": 50, "@b:x": 0 }, gone: 1 };
        const after = { topic: "First", members: { "@a:x": 100, "@b:x": 0, "@c:x": 0 } };
        assert.deepEqual(differences(before, after), [
            { path: "gone", kind: "delete" },
            { path: 'members["@a:x"]', kind: "update" },
            { path: 'members["@c:x"]', kind: "add" },
            { path: "topic", kind: "update" },
        ]);
    });

    it("do not differ for the order of their keys", () => {
        assert.deepEqual(differences({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }), []);
    });

    it("quote what a path could not hold otherwise", () => {
        assert.deepEqual(differences({ a: { 'x"y\\': 1 } }, { a: { 'x"y\\': 2 } }), [{ path: 'a["x\\"y\\\\"]', kind: "update" }]);
    });

    it("are secret on the wire where they are named so, and opened when they come back", () => {
        const wire = toWire({ accessToken: "syt_x", userId: "@a:x", absent: undefined }, ["accessToken"]);
        const sent = wire.toJavaScript() as Record<string, Record<string, unknown>>;
        assert.ok(secretKey in (sent.accessToken ?? {}), "the token is in the clear");
        assert.equal("absent" in sent, false);
        assert.deepEqual(fromWire(wire), { accessToken: "syt_x", userId: "@a:x" });
    });
});
