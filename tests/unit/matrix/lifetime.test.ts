/** Retention times of messages. */
import assert from "node:assert/strict";
import { faultInLifetime, lifetime, lifetimePattern } from "../../../matrix/lifetime.ts";

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
        it(`is refused: ${JSON.stringify(text)}`, () => {
            assert.doesNotMatch(text, lifetimePattern);
            assert.equal(faultInLifetime(text), "is not a duration with its unit, such as 12h, 30d, 8w or 1y");
        });

    for (const [longest, longer] of [
        ["2501999792h", "2501999793h"],
        ["104249991d", "104249992d"],
        ["14892855w", "14892856w"],
        ["285420y", "285421y"],
    ] as const)
        it(`is at most ${longest}, for events have no larger number`, () => {
            assert.equal(faultInLifetime(longest), undefined);
            assert.ok(Number.isSafeInteger(lifetime(longest)));
            const fault = `is longer than an event can say; at most ${longest}, or leave it out to keep messages for ever`;
            assert.equal(faultInLifetime(longer), fault);
            assert.equal(faultInLifetime(`${"9".repeat(400)}${longest.at(-1)}`), fault);
        });
});
