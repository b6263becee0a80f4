/** Suggestions for mistyped names. */
import assert from "node:assert/strict";
import { didYouMean, nearest } from "../../../components/settings/nearest.ts";

describe("the nearest name", () => {
    it("is the one that takes the fewest edits", () => {
        assert.equal(nearest("homserver", ["gateway", "homeserver"]), "homeserver");
        assert.equal(didYouMean("statsu", ["info", "status"]), ' (did you mean "status"?)');
    });

    it("is none where all are far, or there are none; the command line names one all the same", () => {
        assert.equal(nearest("colour", ["bind", "port"]), undefined);
        assert.equal(didYouMean("colour", ["bind", "port"]), ' (did you mean "port"?)');
        assert.deepEqual([nearest("x", []), didYouMean("x", [])], [undefined, ""]);
    });
});
