/** Declared users, bots, rooms and spaces, and what is refused in them. */
import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";

function faults(raw: Record<string, unknown>): string[] {
    return parseSettings({ serverName: "example.org", ...raw }).faults.map(({ path, message }) => `${path}: ${message}`);
}

describe("declared content", () => {
    it("may be all that the settings know", () => {
        assert.deepEqual(
            faults({
                users: { alice: { displayName: "Alice", avatar: "avatars/alice.png", password: "long enough", onDelete: "erase" } },
                bots: {
                    irc: { unlimited: true, appservice: { namespace: "irc_" } },
                    mail: { localpart: "_mail", appservice: { namespace: "_mail_" } },
                    ircd: {},
                    herald: { formerly: "notifier", localpart: "notifier" },
                },
                spaces: { all: {}, team: { parent: "all" } },
                rooms: {
                    lobby: {
                        parent: "team",
                        joinRule: "restricted",
                        retention: "30d",
                        serverAcl: { deny: ["evil.example", "*.evil.example"], allow: ["*.org", "partner.example"] },
                        powerLevels: { invite: 50, usersDefault: -1, events: { "m.room.topic": 0, "m.room.tombstone": 150 } },
                        members: { alice: 100, irc: 0, "@bob:other.org": 0 },
                    },
                },
            }),
            [],
        );
    });

    const refusals: [string, Record<string, unknown>, string[]][] = [
        [
            "a password under the least length",
            { users: { alice: { password: "short" } } },
            ["users.alice.password: is too weak: it has 5 characters, and homeserver.passwords.minimumLength is 10"],
        ],
        [
            "a retention that no event can say",
            { rooms: { lobby: { retention: "300000y" } } },
            [
                'rooms.lobby.retention: "300000y" is longer than an event can say; at most 285420y, or leave it out to keep messages for ever',
            ],
        ],
        [
            "a topic that fits into no event, for it is written twice",
            { rooms: { lobby: { topic: "\u0001".repeat(6_000) } } },
            ["rooms.lobby.topic: the value given makes an m.room.topic event with 36002 bytes of this; at most 30000 fit into an event"],
        ],
        [
            "an access list that fits into no event",
            { rooms: { lobby: { serverAcl: { deny: Array.from({ length: 300 }, (_, n) => `${n}${"x".repeat(200)}`) } } } },
            ["rooms.lobby.serverAcl: makes an m.room.server_acl event with 61714 bytes of this; at most 60000 fit into an event"],
        ],
        [
            "more power levels than fit into an event, and as many members as you like who have none",
            {
                rooms: {
                    many: { members: Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`@u${n}:other.org`, 0])) },
                    lobby: { members: Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`@u${n}:other.org`, 50])) },
                },
            },
            [
                "rooms.lobby.members: makes an m.room.power_levels event with 64891 bytes of this; at most 60000 fit into an event: give more members the level 0, which takes no room, or raise powerLevels.usersDefault",
            ],
        ],
        [
            "people who may publish rooms and are not of this server",
            {
                users: { alice: {} },
                homeserver: {
                    roomDirectory: {
                        publishers: [
                            "alice",
                            "admin",
                            "*",
                            "bob",
                            "@carol:example.org",
                            "@x_*:example.org",
                            "@dave:other.org",
                            "@:example.org",
                        ],
                        aliasCreators: ["@a b:example.org"],
                    },
                },
            },
            [
                'homeserver.roomDirectory.publishers.3: "bob" is not declared under users or bots (declared: admin, alice); give a key, a user ID such as @bob:example.org, or * for everyone',
                'homeserver.roomDirectory.publishers.6: "@dave:other.org" is no account of this server; give a user ID that ends in :example.org',
                'homeserver.roomDirectory.publishers.7: "@:example.org" is not a user ID, such as @bob:example.org or @irc_*:example.org',
                'homeserver.roomDirectory.aliasCreators.0: "@a b:example.org" is not a user ID, such as @bob:example.org or @irc_*:example.org',
            ],
        ],
        [
            "a room without encryption where the server encrypts every new one",
            {
                homeserver: { encryption: "all" },
                spaces: { team: {} },
                rooms: { a: {}, b: { visibility: "public" }, c: { encrypted: false } },
            },
            [
                "rooms.b.encrypted: is false by default for a public room, and homeserver.encryption: all encrypts every new room; set it to true",
                "rooms.c.encrypted: is false, and homeserver.encryption: all encrypts every new room; set it to true",
            ],
        ],
        [
            "two entries of one account",
            { users: { alice: {}, other: { localpart: "alice" } } },
            ['users.other.localpart: "alice" is already the account of users.alice'],
        ],
        [
            "a renamed user without the user name, which cannot change",
            { users: { robert: { formerly: "bob" } } },
            ["users.robert.localpart: is missing: a user ID cannot be renamed; add localpart: bob"],
        ],
        [
            "a former key that is still in use",
            { rooms: { hall: { formerly: "lobby" }, lobby: {} } },
            ['rooms.hall.formerly: "lobby" is still declared under rooms'],
        ],
        [
            "two entries that were one before",
            { users: { b: { formerly: "a", localpart: "a" }, c: { formerly: "a", localpart: "c" } } },
            ['users.c.formerly: "a" is the former key of users.b as well; only one entry can take its place'],
        ],
        [
            "a room that its own server is denied in",
            { rooms: { lobby: { serverAcl: { deny: ["evil.example", "*.org"] } } } },
            ['rooms.lobby.serverAcl.deny.1: "*.org" would shut out this server itself, example.org'],
        ],
        [
            "a room that its own server is not allowed in",
            { rooms: { lobby: { serverAcl: { allow: ["partner.example"] } } } },
            ["rooms.lobby.serverAcl.allow: would shut out this server itself; add example.org"],
        ],
        [
            "a server to deny with a scheme, and one with a port",
            { rooms: { lobby: { serverAcl: { deny: ["https://evil.example", "evil.example:8448"] } } } },
            [
                'rooms.lobby.serverAcl.deny.0: "https://evil.example" has a scheme; give the bare name, such as example.org or *.example.org',
                'rooms.lobby.serverAcl.deny.1: "evil.example:8448" has a port, which access lists ignore; write evil.example',
            ],
        ],
        [
            "a parent that is no space",
            { spaces: { team: {} }, rooms: { lobby: { parent: "taem" } } },
            ['rooms.lobby.parent: "taem" is not declared under spaces (declared: team)'],
        ],
        [
            "spaces that form a cycle",
            { spaces: { a: { parent: "b" }, b: { parent: "a" } } },
            ["spaces.a.parent: forms a cycle", "spaces.b.parent: forms a cycle"],
        ],
        [
            "a restricted room without a parent",
            { rooms: { lobby: { joinRule: "restricted" } } },
            ["rooms.lobby.joinRule: restricted needs a parent, whose members may join"],
        ],
        [
            "a member of this server by user ID",
            { rooms: { lobby: { members: { "@bob:example.org": 0 } } } },
            ["rooms.lobby.members.@bob:example.org: belongs to this server; declare it under users or bots, and give its key here"],
        ],
        [
            "a declared account by its user name or user ID instead of its key",
            {
                users: { al: { localpart: "alice" } },
                bots: { desk: {} },
                rooms: { lobby: { members: { alice: 0, "@alice:example.org": 0, "@desk:example.org": 0 } } },
                homeserver: { roomDirectory: { publishers: ["alice"] } },
            },
            [
                'rooms.lobby.members.alice: is the account of "al"; give that key here',
                'rooms.lobby.members.@alice:example.org: is the account of "al"; give that key here',
                'rooms.lobby.members.@desk:example.org: is the account of "desk"; give that key here',
                'homeserver.roomDirectory.publishers.0: "alice" is the account of "al"; give that key',
            ],
        ],
        [
            "a level in words",
            { users: { alice: {} }, rooms: { lobby: { members: { alice: "admin" } } } },
            ['rooms.lobby.members.alice: "admin" is not a number'],
        ],
        [
            "text that cannot be stored",
            {
                users: { alice: { password: "long enough\0" } },
                rooms: { lobby: { name: "A\0B", topic: "half: \ud83c", pinnedMessage: "🎉" } },
            },
            [
                "users.alice.password: has a NUL character in it, which cannot be stored; remove it",
                "rooms.lobby.name: has a NUL character in it, which cannot be stored; remove it",
                "rooms.lobby.topic: has half of a character in it (a lone surrogate); write the whole character",
            ],
        ],
        [
            "a member that is no user ID",
            { rooms: { lobby: { members: { "@bob": 0 } } } },
            ["rooms.lobby.members.@bob: is not a user ID, such as @bob:example.org"],
        ],
        [
            "a room and a space of one alias",
            { spaces: { team: {} }, rooms: { lobby: { alias: "team" } } },
            ['rooms.lobby.alias: "team" is already the alias of spaces.team'],
        ],
        [
            "a deactivated administrator",
            { users: { admin: { deactivated: true } } },
            ["users.admin.deactivated: must be false: this is the administrator"],
        ],
        [
            "a duration without a unit",
            { rooms: { lobby: { retention: "30" } } },
            ['rooms.lobby.retention: "30" is not a duration with its unit, such as 12h, 30d, 8w or 1y'],
        ],
        [
            "a picture outside the project",
            { users: { alice: { avatar: "../alice.png" } } },
            ['users.alice.avatar: "../alice.png" leads out of this project; give a path inside it, such as avatars/alice.png'],
        ],
        [
            "an avatar that is no picture",
            { rooms: { lobby: { avatar: "x.txt" } } },
            ['rooms.lobby.avatar: "x.txt" is not a picture; use png, jpg, gif or webp'],
        ],
    ];
    for (const [what, raw, expected] of refusals) it(`may not be ${what}`, () => assert.deepEqual(faults(raw), expected));
});
