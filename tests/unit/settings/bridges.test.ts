/** Bridges, their users, and the rooms that lead through them. */
import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";

function faults(raw: Record<string, unknown>): string[] {
    return parseSettings({ serverName: "example.org", ...raw }).faults.map(({ path, message }) => `${path}: ${message}`);
}

const libera = { servers: [{ host: "irc.libera.chat" }], nick: "example" };
const irc = (more: object = {}) => ({ irc: { networks: { libera }, ...more } });
const room = (bridge: object, more: object = {}) => ({ support: { visibility: "public", bridge, ...more } });

describe("a bridge", () => {
    const refusals: [string, Record<string, unknown>, string[]][] = [
        [
            "of a platform that there is none for, with the nearest",
            { bridges: { ircc: {} } },
            ["bridges.ircc: is not a setting; did you mean irc?"],
        ],
        ["without a network", { bridges: { irc: {} } }, ["bridges.irc.networks: is missing"]],
        [
            "with no network",
            { bridges: { irc: { networks: {} } } },
            ["bridges.irc.networks: {} is empty; declare a network, such as libera"],
        ],
        [
            "with a nickname that IRC does not take",
            { bridges: irc({ networks: { libera: { ...libera, nick: "1st bot" } } }) },
            ['bridges.irc.networks.libera.nick: "1st bot" begins with a digit or a hyphen, which no nickname of IRC does'],
        ],
        [
            "with a line break in a password, which IRC would take for a command",
            { bridges: irc({ networks: { libera: { ...libera, password: "a\nQUIT" } } }) },
            ["bridges.irc.networks.libera.password: the value given is not one line of at most 400 characters"],
        ],
        [
            "for an account that is not declared",
            { bridges: irc({ users: ["bob"] }) },
            [
                'bridges.irc.users.0: "bob" is not declared under users or bots (declared: admin); give a key, a user ID such as @bob:example.org, or * for everyone',
            ],
        ],
        [
            "with a pattern among its admins",
            { bridges: irc({ admins: ["*"] }) },
            ['bridges.irc.admins.0: "*" is a pattern, and who changes the bridge is named; give a key or a user ID'],
        ],
        [
            "whose namespace takes in a declared account",
            { bridges: irc(), users: { irc_bob: {} } },
            ["users.irc_bob: begins with irc_, which is reserved for bridges.irc; choose another name"],
        ],
        [
            "whose own account is declared",
            { bridges: irc(), users: { ircbot: {} } },
            ["users.ircbot: is the account of bridges.irc itself; choose another name"],
        ],
        [
            "whose namespace is a bot's",
            { bridges: irc(), bots: { own: { appservice: { namespace: "irc" } } } },
            ['bots.own.appservice.namespace: "irc" overlaps bridges.irc, "irc_"; choose prefixes of which none begins with the other'],
        ],
        [
            "whose account is a declared member",
            { bridges: irc(), rooms: { support: { members: { "@ircbot:example.org": 50 } } } },
            [
                "rooms.support.members.@ircbot:example.org: is brought in by bridges.irc; remove it here, and write rooms.NAME.bridge.irc instead",
            ],
        ],
    ];
    for (const [what, settings, expected] of refusals) it(`is refused ${what}`, () => assert.deepEqual(faults(settings), expected));
});

describe("a room's bridge", () => {
    const refusals: [string, Record<string, unknown>, string[]][] = [
        [
            "that is not declared",
            { rooms: room({ irc: "#support@libera" }) },
            ['rooms.support.bridge.irc: "#support@libera" leads through a bridge that is not declared; declare bridges.irc'],
        ],
        [
            "of an unknown platform, with the nearest",
            { bridges: irc(), rooms: room({ ircs: "#support@libera" }) },
            ["rooms.support.bridge.ircs: is not a setting; did you mean irc?"],
        ],
        [
            "to a channel without #",
            { bridges: irc(), rooms: room({ irc: "support@libera" }) },
            ['rooms.support.bridge.irc: "support@libera" has no # before it; write #support@libera'],
        ],
        [
            "to a channel with a space",
            { bridges: irc(), rooms: room({ irc: "#my support@libera" }) },
            [
                'rooms.support.bridge.irc: "#my support@libera" is not a channel of IRC, which has at most 50 characters and no space, comma or colon',
            ],
        ],
        [
            "to a network that is not named",
            { bridges: irc(), rooms: room({ irc: "#support" }) },
            ['rooms.support.bridge.irc: "#support" names no network; write CHANNEL@NETWORK, such as #support@libera (declared: libera)'],
        ],
        [
            "to a network that is not declared, with the nearest",
            { bridges: irc(), rooms: room({ irc: "#support@liberia" }) },
            ['rooms.support.bridge.irc: "liberia" is not declared under bridges.irc.networks (did you mean "libera"?) (declared: libera)'],
        ],
        [
            "to a channel that another room has, however it is written",
            {
                bridges: irc(),
                rooms: { ...room({ irc: "#support@libera" }), help: { visibility: "public", bridge: { irc: "#Support@libera" } } },
            },
            [
                'rooms.help.bridge.irc: "#Support@libera" is bridged already by rooms.support.bridge.irc: its messages would be in both rooms, and theirs come back; remove one',
            ],
        ],
        [
            "to several channels of IRC",
            { bridges: irc(), rooms: room({ irc: ["#support@libera", "#help@libera"] }) },
            ['rooms.support.bridge.irc: ["#support@libera","#help@libera"] is not text'],
        ],
        [
            "from a room that is encrypted by default",
            { bridges: irc(), rooms: { support: { bridge: { irc: "#support@libera" } } } },
            [
                "rooms.support.bridge.irc: the bridge to IRC cannot read encrypted messages, and a private room is encrypted unless it says otherwise; set rooms.support.encrypted to false, if the room is new",
            ],
        ],
        [
            "from a room that is encrypted",
            { bridges: irc(), rooms: room({ irc: "#support@libera" }, { encrypted: true }) },
            [
                "rooms.support.bridge.irc: the bridge to IRC cannot read encrypted messages, and rooms.support.encrypted is true; set rooms.support.encrypted to false, if the room is new",
            ],
        ],
    ];
    for (const [what, settings, expected] of refusals) it(`is refused ${what}`, () => assert.deepEqual(faults(settings), expected));
});
