/** The relay: its accounts on other platforms, and the channels that rooms are bridged to through them. */
import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";
import { relayPlatformNames } from "../../../components/settings/relayPlatforms.ts";

function faults(raw: Record<string, unknown>): string[] {
    return parseSettings({ serverName: "example.org", ...raw }).faults.map(({ path, message }) => `${path}: ${message}`);
}

const jabber = {
    platform: "xmpp",
    server: "example.net",
    jid: "relay@example.net",
    password: "hush",
    muc: "rooms.example.net",
    nick: "relay",
};
const voice = { platform: "mumble", server: "voice.example.net", nick: "relay" };
const shell = { platform: "sshchat", server: "chat.example.net", nick: "relay" };
const telegram = { platform: "telegram", token: "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1" };
const team = { platform: "mattermost", server: "team.example.net", team: "main", token: "abcdefghijklmnopqrstuvwxyz" };

/** A stack with these accounts, and one room that leads to these ends. */
function relayed(accounts: object, ends: string | string[], more: object = {}) {
    return { bridges: { relay: { accounts, ...more } }, rooms: { support: { visibility: "public", bridge: { relay: ends } } } };
}

/** An account of a platform, with one setting of it changed. */
const changed = (account: object, change: object) => relayed({ one: { ...account, ...change } }, "support@one");

describe("an account of the relay", () => {
    const refusals: [string, Record<string, unknown>, string[]][] = [
        [
            "of a platform that there is none for, with the nearest",
            changed(jabber, { platform: "xmp" }),
            ['bridges.relay.accounts.one.platform: "xmp" is not a platform of the relay; did you mean xmpp?'],
        ],
        [
            "of a platform that nothing is near to",
            changed(jabber, { platform: "carrier pigeons" }),
            [
                `bridges.relay.accounts.one.platform: "carrier pigeons" is not a platform of the relay; those are ${relayPlatformNames.join(", ")}`,
            ],
        ],
        [
            "of Slack, which has a bridge of its own",
            changed(team, { platform: "slack" }),
            [
                'bridges.relay.accounts.one.platform: "slack" is reached by bridges.slack; the relay\'s program speaks RTM alone, which Slack has closed for new apps',
            ],
        ],
        [
            "of IRC, which has one, too",
            changed(shell, { platform: "irc" }),
            ['bridges.relay.accounts.one.platform: "irc" is reached by bridges.irc, which gives everybody there a name in the room'],
        ],
        [
            "without what its platform needs",
            relayed({ one: { platform: "xmpp", server: "example.net", nick: "relay" } }, "support@one"),
            ['bridges.relay.accounts.one.platform: "xmpp" needs jid, password and muc, too (XMPP)'],
        ],
        [
            "with what means nothing on its platform",
            changed(voice, { team: "main" }),
            ['bridges.relay.accounts.one.team: "main" means nothing for Mumble; take the line out'],
        ],
        [
            "with a malformed token, which is not shown",
            changed(telegram, { token: "123456789" }),
            [
                "bridges.relay.accounts.one.token: the value given is no token of Telegram, which has digits, a colon, and 35 letters, digits, _ and -, as @BotFather gives it",
            ],
        ],
        [
            "with a URL for a host",
            changed(team, { server: "https://team.example.net/main" }),
            ['bridges.relay.accounts.one.server: "https://team.example.net/main" is a URL; write the host alone, team.example.net'],
        ],
        [
            "with a port that there is none of",
            changed(shell, { server: "chat.example.net:70000" }),
            ['bridges.relay.accounts.one.server: "chat.example.net:70000" has a port above 65535'],
        ],
        [
            "with a nickname that SSH-chat would change",
            changed(shell, { nick: "the relay" }),
            ['bridges.relay.accounts.one.nick: "the relay" is not possible in SSH-chat; use at most 16 of A-Z, a-z, 0-9, _, . and -'],
        ],
        [
            "with a line break in a password",
            changed(jabber, { password: "a\nb" }),
            ["bridges.relay.accounts.one.password: the value given is not one line of 1 to 255 characters"],
        ],
        [
            "with a name that its program could not tell from another",
            relayed({ "One.Two": shell }, "sshchat@One.Two"),
            ["bridges.relay.accounts.One.Two: is not possible as an account's name; use a-z and 0-9, beginning with a letter"],
        ],
        [
            "that no room leads to",
            relayed({ jabber, voice }, "support@jabber"),
            [
                "bridges.relay.accounts.voice: has one end only: no room leads to it; write CHANNEL@voice under rooms.ROOM.bridge.relay, or take the account out",
            ],
        ],
        [
            "beside a declared account of the relay's own name",
            { ...relayed({ jabber }, "support@jabber"), users: { relaybot: {} } },
            ["users.relaybot: is the account of bridges.relay itself; choose another name"],
        ],
    ];
    for (const [what, settings, expected] of refusals)
        it(`is refused ${what}`, () =>
            assert.deepEqual(
                faults(settings).filter((fault) => !fault.startsWith("rooms.")),
                expected,
            ));

    it("is taken on each of its platforms", () => {
        const accounts = {
            jabber,
            voice: { ...voice, password: "hush" },
            shell,
            team,
            telegram,
            discord: {
                platform: "discord",
                server: "ID:123456789012345678",
                token: `${"a".repeat(24)}.abcdef.${"b".repeat(27)}`,
                webhooks: true,
            },
            zulip: { platform: "zulip", server: "zulip.example.net", login: "relay-bot@example.net", token: "a1".repeat(16) },
            rocket: { platform: "rocketchat", server: "rocket.example.net:8443", login: "relay@example.net", password: "hush" },
        };
        const ends = [
            ...["support@jabber", "0@voice", "sshchat@shell", "town-square@team", "-1001234567890@telegram"],
            ...["ID:123456789012345678@discord", "general/topic:matrix@zulip", "general@rocket"],
        ];
        assert.deepEqual(faults(relayed(accounts, ends)), []);
        assert.deepEqual([...new Set(Object.values(accounts).map(({ platform }) => platform))].sort(), relayPlatformNames);
    });
});

describe("a channel of the relay", () => {
    const refusals: [string, Record<string, unknown>, string[]][] = [
        [
            "of an account that is not declared, with the nearest",
            relayed({ jabber }, ["support@jabber", "other@jaber"]),
            [
                'rooms.support.bridge.relay.1: "jaber" is not declared under bridges.relay.accounts (did you mean "jabber"?) (declared: jabber)',
            ],
        ],
        [
            "that is a whole address of XMPP",
            relayed({ jabber }, "support@rooms.example.net@jabber"),
            [
                'rooms.support.bridge.relay: "support@rooms.example.net@jabber" is a whole address; write support@jabber, for the account\'s muc names the service',
            ],
        ],
        [
            "of Mumble that is no number",
            relayed({ voice }, "Lobby@voice"),
            ["rooms.support.bridge.relay: \"Lobby@voice\" is not a channel's number; 0 is the server's root channel"],
        ],
        [
            "of SSH-chat that is not its one room",
            relayed({ shell }, "support@shell"),
            ['rooms.support.bridge.relay: "support@shell" is not the one room of an SSH-chat server; write sshchat@shell'],
        ],
        [
            "of Mattermost that begins with #",
            relayed({ team }, "#town-square@team"),
            ['rooms.support.bridge.relay: "#town-square@team" begins with #, which channels of Mattermost do not; write town-square@team'],
        ],
        [
            "of Telegram that is a name",
            relayed({ telegram }, "@support@telegram"),
            [
                'rooms.support.bridge.relay: "@support@telegram" is not a chat\'s ID, such as -1001234567890; names and invitation links do not lead there',
            ],
        ],
        [
            "that is reached by two accounts, so that messages would go round",
            relayed({ jabber, second: { ...jabber, jid: "two@example.net", nick: "two" } }, ["support@jabber", "Support@second"]),
            [
                'rooms.support.bridge.relay.1: "Support@second" is bridged already by rooms.support.bridge.relay.0: each message would come twice; remove one',
            ],
        ],
        [
            "that is a second one of an account that can be in one",
            relayed({ voice }, ["0@voice", "1@voice"]),
            [
                'rooms.support.bridge.relay.1: "1@voice" is a second channel of voice, and an account of Mumble is in one (rooms.support.bridge.relay.0); declare another account',
            ],
        ],
    ];
    for (const [what, settings, expected] of refusals) it(`is refused ${what}`, () => assert.deepEqual(faults(settings), expected));

    it("is refused for an encrypted room, which the relay cannot read", () => {
        const settings = relayed({ jabber }, "support@jabber");
        assert.deepEqual(faults({ ...settings, rooms: { support: { encrypted: true, bridge: { relay: "support@jabber" } } } }), [
            "rooms.support.bridge.relay: the bridge to other platforms cannot read encrypted messages, and rooms.support.encrypted is true; set rooms.support.encrypted to false, if the room is new",
        ]);
    });
});

describe("how the relay writes names", () => {
    const refusals: [string, string][] = [
        ["[{PROTOCOL}] ", "has no {NICK}, which the sender's name stands for"],
        ["{NICK}: ", "begins with / or {, so that a message could become a command; write <{NICK}> , for instance"],
        [
            "<{NICK}> {TENGO}",
            "has {TENGO}, which nothing stands for; possible are {NICK}, {NOPINGNICK}, {USERID}, {PROTOCOL}, {BRIDGE}, {CHANNEL}, {LABEL}, {GATEWAY}",
        ],
        ["<{NICK}>\n", "is not one line of 1 to 100 characters"],
    ];
    for (const [format, expected] of refusals)
        it(`is refused as ${JSON.stringify(format)}`, () =>
            assert.match(
                faults(relayed({ jabber }, "support@jabber", { nickFormat: format })).join("\n"),
                new RegExp(
                    `^bridges\\.relay\\.nickFormat: (the value given|${JSON.stringify(format).replace(/[[\]{}()\\]/g, "\\$&")}) ${expected.replace(/[[\]{}()/]/g, "\\$&")}$`,
                ),
            ));
});
