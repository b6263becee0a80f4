/** Every process of a stack is killed, again and again, while bots talk: nothing acknowledged is lost or doubled. */
import assert from "node:assert/strict";
import { apart } from "../support/kills/engine.ts";

describe("50 kills with SIGKILL, the Docker daemon's among them", function () {
    this.timeout(1_800_000);

    it("on an engine and a network of their own", async () => {
        const mocha = [process.execPath, "node_modules/mocha/bin/mocha.js", "tests/support/kills/accounting.ts"];
        assert.equal(await apart("matrix-synapse-kills", mocha), 0, "see above");
    });
});
