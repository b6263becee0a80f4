import assert from "node:assert/strict";
import { fromWire, secretsIn, toWire } from "../../../provider/plugin/wire.ts";

const secretKey = "4dabf18193072939515e22adb298388d";

describe("the provider's properties", () => {
    it("are secret on the wire where they are named so, and opened when they come back", () => {
        const wire = toWire({ accessToken: "syt_x", userId: "@a:x", absent: undefined }, ["accessToken"]);
        const sent = wire.toJavaScript() as Record<string, Record<string, unknown>>;
        assert.ok(secretKey in (sent.accessToken ?? {}), "the token is in the clear");
        assert.equal("absent" in sent, false);
        assert.deepEqual(fromWire(wire), { accessToken: "syt_x", userId: "@a:x" });
    });

    it("that came as secrets are known, also where the secret is further in", () => {
        const inner = { [secretKey]: "1b47061264138c4ac30d75fd1eb44270", value: "evil.example" };
        const wire = toWire({ pinnedMessage: "the door code", serverAcl: { deny: [inner], allow: [] }, topic: "x" }, ["pinnedMessage"]);
        assert.deepEqual(secretsIn(wire), ["pinnedMessage", "serverAcl"]);
        assert.deepEqual(secretsIn(undefined), []);
    });
});
