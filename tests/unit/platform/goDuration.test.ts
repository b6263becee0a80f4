import assert from "node:assert/strict";
import { goDuration } from "../../../components/platform/docker/health.ts";

describe("a duration", () => {
    for (const [seconds, text] of [
        [3, "3s"],
        [60, "1m0s"],
        [90, "1m30s"],
        [3600, "1h0m0s"],
        [0, "0s"],
    ] as const) {
        it(`of ${seconds} s is ${text}, as the engine writes it`, () => assert.equal(goDuration(seconds), text));
    }
});
