/** What cannot be declared of a room, whatever language the program is written in. */
import assert from "node:assert/strict";
import { MatrixError } from "matrix-bot-sdk";
import { faultsInRoom } from "../../../provider/plugin/roomFaults.ts";
import { unknown } from "../../../provider/plugin/wire.ts";
import type { RoomInputs } from "../../../provider/resources/index.ts";
import { refusal } from "../../../scripts/content/room/refusal.ts";

const room: RoomInputs = {
    alias: "#lobby:example.org",
    space: false,
    visibility: "private",
    joinRule: "invite",
    historyVisibility: "shared",
    encrypted: false,
    members: {},
    onDelete: "leave",
};

function faults(inputs: object, before?: object): string[] {
    const found = faultsInRoom({ ...room, ...inputs }, before && { ...room, ...before });
    return found.map(({ property, reason }) => `${property}: ${reason}`);
}

describe("a room of a program", () => {
    it("may have every input", () => {
        const all: Partial<RoomInputs> = {
            name: "Lobby",
            topic: "Welcome",
            avatar: "picture.png sha256:0123456789abcdef",
            joinRule: "restricted",
            parent: "!space",
            powerLevels: { invite: 50, usersDefault: -1, events: { "m.room.topic": 0 } },
            members: { "@alice:example.org": 100, "@bob:other.org:8448": 0 },
            retention: "30d",
            pinnedMessage: "Read me",
            serverAcl: { deny: ["evil.example"], allow: ["*"] },
        };
        assert.deepEqual(faults(all), []);
    });

    it("may have inputs that a preview does not know yet", () => {
        const parts = { alias: `#lobby:${unknown}`, parent: unknown, members: { [unknown]: 0 }, retention: unknown };
        assert.deepEqual(faults({ ...parts, joinRule: "restricted", serverAcl: { deny: [], allow: ["other.org"] } }), []);
    });

    for (const [inputs, message] of [
        [{ alias: "lobby" }, 'alias: "lobby" is not an alias with # and server name, such as #lobby:example.org'],
        [{ alias: "#lobby" }, 'alias: "#lobby" is not an alias with # and server name, such as #lobby:example.org'],
        [{ alias: "#lobby:https://example.org" }, "alias: has a scheme; give the bare name, such as example.org"],
        [{ alias: `#${"a".repeat(250)}:example.org` }, "alias: makes a room alias of 263 bytes; Matrix allows 255"],
        [{ visibility: "listed" }, 'visibility: "listed" is not one of private, public'],
        [{ joinRule: "open" }, 'joinRule: "open" is not one of public, invite, knock, restricted'],
        [{ joinRule: "restricted" }, "joinRule: restricted needs a parent, whose members may join"],
        [{ historyVisibility: "all" }, 'historyVisibility: "all" is not one of invited, joined, shared, world_readable'],
        [{ onDelete: "delete" }, 'onDelete: "delete" is not one of leave, purge'],
        [{ parent: "#team:example.org" }, 'parent: "#team:example.org" is not a room ID; give the roomId of the space'],
        [{ retention: "30" }, 'retention: "30" is not a duration with its unit, such as 12h, 30d, 8w or 1y'],
        [
            { retention: "300000y" },
            'retention: "300000y" is longer than an event can say; at most 285420y, or leave it out to keep messages for ever',
        ],
        [{ pinnedMessage: "" }, "pinnedMessage: is empty; leave it out to pin nothing"],
        [{ topic: "x".repeat(30_000) }, "topic: makes an m.room.topic event with 30002 bytes of this; at most 30000 fit into an event"],
        [{ members: { alice: 0 } }, 'members: "alice" is not a user ID, such as @bob:example.org'],
        [
            { members: { "@alice:example.org": 50.5 } },
            "members.@alice:example.org: 50.5 is not a power level, which is a whole number such as 0, 50 or 100",
        ],
        [{ powerLevels: { kick: 2 ** 53 } }, /^powerLevels\.kick: 9007199254740992 is not a power level/],
        [{ powerLevels: { events: { "m.room.name": Number.NaN } } }, /^powerLevels\.m\.room\.name: NaN is not a power level/],
        [
            { serverAcl: { deny: ["https://evil.example"], allow: ["*"] } },
            'serverAcl.deny[0]: "https://evil.example" has a scheme; give the bare name, such as example.org or *.example.org',
        ],
        [{ serverAcl: { deny: [], allow: ["other.org"] } }, "serverAcl.allow: would shut out this server itself; add example.org"],
        [{ avatar: "https://example.org/a.png" }, /^avatar: is a web address; give a file's path/],
    ] as const)
        it(`may not have ${JSON.stringify(inputs).slice(0, 80)}`, () => {
            const [only, ...more] = faults(inputs);
            assert.deepEqual(more, []);
            if (typeof message === "string") assert.equal(only, message);
            else assert.match(only ?? "", message);
        });

    it("stays encrypted, and what it is: a room or a space", () => {
        assert.deepEqual(faults({ space: true }, { encrypted: true }), [
            "encrypted: the room is encrypted, which cannot be taken back; declare encrypted: true, or another room",
            "space: a room cannot become a space, nor a space a room; declare another one",
        ]);
    });
});

describe("a homeserver's refusal", () => {
    const said = (status: number, errcode: string, error: string) =>
        refusal("it cannot be done", new MatrixError({ errcode, error }, status), "@bot:example.org", "!room").message;

    it("names the setting of the server's stack that would allow it", () => {
        assert.match(
            said(403, "M_UNKNOWN", "Not allowed to publish room"),
            /add @bot:example\.org to homeserver\.roomDirectory\.publishers$/,
        );
        assert.match(
            said(403, "M_UNKNOWN", "Not allowed to create alias"),
            /add @bot:example\.org to homeserver\.roomDirectory\.aliasCreators$/,
        );
    });

    it("says whose power level is too low, and everything else as it is", () => {
        assert.equal(
            said(403, "M_FORBIDDEN", "too low"),
            "it cannot be done: M_FORBIDDEN: too low; let somebody with a higher power level in !room give @bot:example.org more",
        );
        assert.equal(said(400, "M_BAD_JSON", "bad"), "it cannot be done: M_BAD_JSON: bad");
    });
});
