/** Errors of the provider, as Pulumi shows them. */
import assert from "node:assert/strict";
import { entryOf, failureText } from "../../../provider/plugin/failure.ts";

const ours = (name: string, type = "User") =>
    `urn:pulumi:dev::matrix-synapse::matrix-synapse:content:Content$matrix:index:${type}::${name}`;

describe("the entry that a resource stands for", () => {
    for (const [urn, expected] of [
        [ours("user-first.last"), "users.first.last"],
        [ours("bot-irc-log", "Bot"), "bots.irc-log"],
        [ours("room-a::b", "Room"), "rooms.a::b"],
        [ours("space-ops", "Room"), "spaces.ops"],
        [ours("administrator", "Administrator"), undefined],
        ["urn:pulumi:dev::other::matrix:index:Room::room-lobby", undefined],
    ] as const) {
        it(`of ${urn.split("$").at(-1)} is ${expected}`, () => assert.equal(entryOf(urn), expected));
    }

    it("begins its errors", () => {
        assert.equal(failureText(ours("user-al"), new Error("@alice:x is locked")), "users.al: @alice:x is locked");
        assert.equal(failureText(undefined, new Error("no URL")), "no URL");
    });
});
