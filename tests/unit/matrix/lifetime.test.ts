/** Retention times of messages. */
import assert from "node:assert/strict";
import { lifetime, lifetimePattern } from "../../../matrix/lifetime.ts";

describe("how long messages are kept", () => {
    for (const [text, hours] of [
        ["12h", 12],
        ["30d", 30 * 24],
        ["8w", 8 * 7 * 24],
        ["1y", 365.25 * 24],
    ] as const) {
        it(`is counted in milliseconds: ${text}`, () => {
            assert.match(text, lifetimePattern);
            assert.equal(lifetime(text), hours * 3_600_000);
        });
    }

    for (const text of ["30", "d", "0d", "-1d", "1.5d", "30 d", "30m", "30D"])
        it(`is refused: ${JSON.stringify(text)}`, () => assert.doesNotMatch(text, lifetimePattern));
});
