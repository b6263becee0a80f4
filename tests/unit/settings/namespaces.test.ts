/** What application services claim, against every declared name and against each other. */
import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";

function faults(raw: Record<string, unknown>): string[] {
    return parseSettings({ serverName: "example.org", ...raw }).faults.map(({ path, message }) => `${path}: ${message}`);
}

const service = (namespace: string, more: object = {}) => ({ ...more, appservice: { namespace } });
const irc = service("irc_");

describe("an application service's namespace", () => {
    const refusals: [string, Record<string, unknown>, string[]][] = [
        [
            "a user",
            { users: { irc_bob: {} }, bots: { irc } },
            ["users.irc_bob: begins with irc_, which is reserved for bots.irc.appservice; choose another name"],
        ],
        [
            "a user by localpart",
            { users: { bob: { localpart: "irc_bob" } }, bots: { irc } },
            ['users.bob.localpart: "irc_bob" begins with irc_, which is reserved for bots.irc.appservice; choose another name'],
        ],
        [
            "another bot",
            { bots: { irc, irc_log: {} } },
            ["bots.irc_log: begins with irc_, which is reserved for bots.irc.appservice; choose another name"],
        ],
        [
            "another application service's own account",
            { bots: { irc, xmpp: service("xmpp_", { localpart: "irc_xmpp" }) } },
            ['bots.xmpp.localpart: "irc_xmpp" begins with irc_, which is reserved for bots.irc.appservice; choose another name'],
        ],
        [
            "the administrator that is not declared",
            { bots: { adbot: service("ad") } },
            ['administrator: "admin" begins with ad, which is reserved for bots.adbot.appservice; choose another name'],
        ],
        [
            "the administrator by another name",
            { administrator: "operator", bots: { bot: service("op") } },
            ['administrator: "operator" begins with op, which is reserved for bots.bot.appservice; choose another name'],
        ],
        [
            "the administrator that users declares, by localpart",
            { administrator: "root", users: { root: { localpart: "irc_root", admin: true } }, bots: { irc } },
            ['users.root.localpart: "irc_root" begins with irc_, which is reserved for bots.irc.appservice; choose another name'],
        ],
        [
            "a room's alias",
            { rooms: { irc_lobby: {} }, bots: { irc } },
            [
                'rooms.irc_lobby: has the alias "irc_lobby", which begins with irc_ and so is reserved for bots.irc.appservice; choose another alias',
            ],
        ],
        [
            "a space's alias, given",
            { spaces: { team: { alias: "irc_team" } }, bots: { irc } },
            [
                'spaces.team.alias: has the alias "irc_team", which begins with irc_ and so is reserved for bots.irc.appservice; choose another alias',
            ],
        ],
        [
            "a member by user ID",
            { rooms: { lobby: { members: { "@irc_bob:example.org": 0 } } }, bots: { irc } },
            [
                "rooms.lobby.members.@irc_bob:example.org: is reserved for bots.irc.appservice, which brings its users into rooms itself; remove it here",
            ],
        ],
        [
            "the same namespace of another",
            { bots: { irc, other: irc } },
            [
                'bots.other.appservice.namespace: "irc_" overlaps bots.irc.appservice.namespace, "irc_"; choose prefixes of which none begins with the other',
            ],
        ],
        [
            "a longer namespace of another",
            { bots: { irc, libera: service("irc_libera_") } },
            [
                'bots.libera.appservice.namespace: "irc_libera_" overlaps bots.irc.appservice.namespace, "irc_"; choose prefixes of which none begins with the other',
            ],
        ],
        [
            "a shorter namespace of another",
            { bots: { libera: service("irc_libera_"), all: service("irc_") } },
            [
                'bots.all.appservice.namespace: "irc_" overlaps bots.libera.appservice.namespace, "irc_libera_"; choose prefixes of which none begins with the other',
            ],
        ],
    ];
    for (const [what, raw, expected] of refusals) it(`may not hold ${what}`, () => assert.deepEqual(faults(raw), expected));

    const accepted: [string, Record<string, unknown>][] = [
        ["its own bot inside it", { bots: { irc_bot: service("irc_") } }],
        ["names that share its letters but not its beginning", { users: { my_irc_: {}, irc: {} }, bots: { ircd: service("irc_") } }],
        ["an alias in upper case, which is another one", { rooms: { lobby: { alias: "IRC_lobby" } }, bots: { irc } }],
        [
            "its own bot under names that only services may have",
            { bots: { __irc: service("__irc_"), b: service("_12", { localpart: "_123" }) } },
        ],
        ["dots as dots, not as any character", { users: { ircabob: {} }, bots: { irc: service("irc.") } }],
        ["two that share a beginning, of which neither begins with the other", { bots: { a: service("irc_a_"), b: service("irc_b_") } }],
    ];
    for (const [what, raw] of accepted) it(`leaves alone ${what}`, () => assert.deepEqual(faults(raw), []));

    for (const [given, advice] of [
        ["irc_.*", "write irc_"],
        ["irc_.+", "write irc_"],
        ["IRC_", "write irc_"],
        ["@irc_.*:example\\.org", "write irc_"],
        ["^@irc_(.*)$", "write irc_"],
        ["[a-z]+_irc", "write the characters that they begin with, such as irc_"],
        ["", "write the characters that they begin with, such as irc_"],
    ] as const) {
        it(`may not be ${JSON.stringify(given)}, and the error says what to write`, () => {
            assert.deepEqual(faults({ bots: { irc: service(given) } }), [
                `bots.irc.appservice.namespace: ${JSON.stringify(given)} is not a prefix of user names; ${advice}`,
            ]);
        });
    }
});

describe("an application service", () => {
    it("has a registration file of its own", () => {
        assert.deepEqual(faults({ bots: { "a/b": service("x_"), a_b: service("y_") } }), [
            "bots.a_b: would have the same registration file as bots.a/b, /run/secrets/application-service-a_b.yaml; rename one of the keys, and keep its account with localpart",
        ]);
    });

    it("has a namespace into which user IDs fit", () => {
        assert.deepEqual(faults({ bots: { irc: service("i".repeat(300)) } }), [
            "bots.irc.appservice.namespace: makes a user ID of 313 bytes; Matrix allows 255",
        ]);
    });

    it("has a key and a user name with which the homeserver starts", () => {
        assert.deepEqual(faults({ bots: { "a|b": service("x_", { localpart: "ab" }), "c+d": service("y_") } }), [
            'bots.a|b: has "|" in its key, which Synapse does not take for an application service; rename the key',
            'bots.c+d: has "+" in it, which Synapse does not take for an application service; use a-z, 0-9 and . _ - /',
        ]);
    });
});

describe("an account", () => {
    it("may have any key where it has a user name of its own", () => {
        assert.deepEqual(faults({ administrator: "Root", users: { Root: { localpart: "root" } } }), []);
        assert.deepEqual(faults({ bots: { notices: { localpart: "news" } }, homeserver: { serverNotices: {} } }), []);
    });

    it("is not declared a second time under the administrator's name", () => {
        assert.deepEqual(faults({ users: { bob: { localpart: "admin" } } }), [
            'users.bob.localpart: "admin" is already the account of administrator',
        ]);
        assert.deepEqual(faults({ bots: { bob: { localpart: "admin" } } }), [
            'bots.bob.localpart: "admin" is already the account of administrator',
        ]);
    });
});
