import assert from "node:assert/strict";
import { fromWire, toWire } from "../../../provider/plugin/wire.ts";

const secretKey = "4dabf18193072939515e22adb298388d";

describe("the provider's properties", () => {
    it("are secret on the wire where they are named so, and opened when they come back", () => {
        const wire = toWire({ accessToken: "syt_x", userId: "@a:x", absent: undefined }, ["accessToken"]);
        const sent = wire.toJavaScript() as Record<string, Record<string, unknown>>;
        assert.ok(secretKey in (sent.accessToken ?? {}), "the token is in the clear");
        assert.equal("absent" in sent, false);
        assert.deepEqual(fromWire(wire), { accessToken: "syt_x", userId: "@a:x" });
    });
});
