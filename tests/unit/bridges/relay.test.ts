/** What a declared relay is made of: matterbridge's configuration, its courier's, and two containers that show no secret. */
import assert from "node:assert/strict";
import { parse } from "smol-toml";
import { accountList, courierConfig } from "../../../components/bridges/relay/relay.ts";
import { parseSettings } from "../../../components/settings/parse.ts";
import { container, declareStack } from "../../support/declaredStack.ts";
import { Authority } from "../../support/federation/authority.ts";
import { declared, registrations } from "../../support/mocks.ts";

const odd = 'a "quoted" \\ word = [x] # é\t';
const telegramToken = `123456789:${"A".repeat(35)}`;
const accounts = {
    jabber: {
        platform: "xmpp",
        server: "example.net",
        jid: "relay@example.net",
        password: "hush",
        muc: "rooms.example.net",
        nick: "the relay",
    },
    voice: { platform: "mumble", server: "voice.example.net:64000", nick: "relay", password: odd.trim() },
    shell: { platform: "sshchat", server: "chat.example.net", nick: "relay" },
    team: { platform: "mattermost", server: "team.example.net", team: "main", token: "hush".repeat(7).slice(0, 26) },
    guild: { platform: "discord", server: "Example", token: `${"hush".repeat(6)}.abcdef.${"b".repeat(27)}`, webhooks: true },
    stream: { platform: "zulip", server: "zulip.example.net", login: "relay-bot@example.net", token: "hush".repeat(8) },
    rocket: { platform: "rocketchat", server: "rocket.example.net", login: "relay@example.net", password: "hush" },
    telegram: { platform: "telegram", token: telegramToken },
};
const ends = [
    ...["support@jabber", "0@voice", "town-square@team", "general@guild", "general/topic:matrix@stream", "general@rocket"],
    "-1001234567890@telegram",
];
const { cert: authority } = new Authority().issue({ names: ["example.net"], by: "itself" });
const settings = {
    bridges: { relay: { accounts, memory: 100, joins: false, certificates: authority, attachments: 3 } },
    rooms: {
        support: { visibility: "public" as const, bridge: { relay: ends } },
        lobby: { visibility: "public" as const, bridge: { relay: "sshchat@shell" } },
    },
};
const uploads = (name: string) => Object.fromEntries(container(name).uploads.map((upload) => [upload.file, upload]));

type Table = Record<string, unknown>;

interface Rendered {
    general: Record<string, unknown>;
    matrix: { homeserver: Record<string, unknown> };
    xmpp: { jabber: Table };
    mumble: { voice: Table };
    sshchat: { shell: Table };
    mattermost: { team: Table };
    discord: { guild: Table };
    zulip: { stream: Table };
    rocketchat: { rocket: Table };
    telegram: { telegram: Table };
    gateway: { name: string; inout: { account: string; channel: string }[] }[];
}

describe("a declared relay", () => {
    before(() => declareStack(settings));
    const rendered = () => parse(String(uploads("bridge-relay")["/run/secrets/matterbridge.toml"]?.content)) as unknown as Rendered;

    it("has an account in its rooms, exempt from rate limits, with a token like any bot's", () => {
        const bot = declared("matrix:index:Bot", "bridge-relay").inputs;
        assert.deepEqual([bot.userId, bot.applicationServiceToken, bot.unlimited], ["@relaybot:example.org", undefined, true]);
        assert.deepEqual(declared("matrix:index:Room", "room-support").inputs.members, { "@relaybot:example.org": 50 });
    });

    it("joins each room with its channels, and no other", () => {
        assert.deepEqual(
            rendered().gateway.map(({ name, inout }) => [name, ...inout.map(({ account, channel }) => `${channel} ${account}`)]),
            [
                ["!room-lobby", "!room-lobby matrix.homeserver", "sshchat sshchat.shell"],
                [
                    ...["!room-support", "!room-support matrix.homeserver", "support xmpp.jabber", "0 mumble.voice"],
                    ...["town-square mattermost.team", "general discord.guild", "general/topic:matrix zulip.stream"],
                    ...["general rocketchat.rocket", "-1001234567890 telegram.telegram"],
                ],
                ["health", "api api.health"],
            ],
        );
    });

    it("is on each platform with the account and port that are given, whatever a text has in it", () => {
        const { xmpp, mumble, sshchat } = rendered();
        assert.deepEqual([xmpp.jabber.Server, xmpp.jabber.Password, xmpp.jabber.Muc], ["example.net:5222", "hush", "rooms.example.net"]);
        assert.deepEqual([mumble.voice.Server, mumble.voice.Password], ["voice.example.net:64000", odd.trim()]);
        assert.equal(sshchat.shell.Server, "chat.example.net:22");
        assert.deepEqual([xmpp.jabber.Jid, xmpp.jabber.Nick, mumble.voice.Nick], ["relay@example.net", "the relay", "relay"]);
        const { mattermost, discord, zulip, rocketchat, telegram } = rendered();
        assert.deepEqual(
            [mattermost.team.Server, mattermost.team.Team, mattermost.team.Token],
            ["team.example.net", "main", accounts.team.token],
        );
        assert.deepEqual([discord.guild.Server, discord.guild.Token, discord.guild.AutoWebhooks], ["Example", accounts.guild.token, true]);
        assert.deepEqual(
            [zulip.stream.Server, zulip.stream.Login, zulip.stream.Token],
            ["https://zulip.example.net", "relay-bot@example.net", accounts.stream.token],
        );
        assert.deepEqual([rocketchat.rocket.Server, rocketchat.rocket.Login], ["https://rocket.example.net:443", "relay@example.net"]);
        assert.equal(telegram.telegram.Token, telegramToken);
        assert.ok([xmpp.jabber, mumble.voice, mattermost.team].every(({ SkipTLSVerify }) => SkipTLSVerify === false));
        assert.deepEqual(discord.guild.AllowMention, []);
        assert.equal(rendered().matrix.homeserver.ShowJoinPart, false);
        assert.equal(container("bridge-relay").memory, 100);
        assert.equal(uploads("bridge-relay")["/run/authorities/authorities.pem"]?.content, authority);
    });

    it("writes text alone into rooms, with the sender's name before it, and starts without a platform that is down", () => {
        const { general, matrix } = rendered();
        assert.deepEqual(
            [matrix.homeserver.Server, matrix.homeserver.HTMLDisable, matrix.homeserver.RemoteNickFormat],
            ["http://bridge-relay-courier:8009", true, "<{NICK}> "],
        );
        assert.deepEqual([general.IgnoreFailureOnStart, general.MediaDownloadSize], [true, 3_000_000]);
    });

    it("tells its courier the rooms, and how fast each may be", () => {
        const config = JSON.parse(String(uploads("bridge-relay-courier")["/run/secrets/courier.json"]?.content));
        assert.deepEqual(config.rooms, ["!room-lobby", "!room-support"]);
        assert.deepEqual(config.paces, { "!room-lobby": [1.3, 1], "!room-support": [1.5, 2] });
        assert.deepEqual([config.homeserver, config.user], ["http://homeserver:8008", "@relaybot:example.org"]);
    });

    it("keeps what its courier has yet to pass on, on a volume of its own", () => {
        assert.deepEqual(
            (container("bridge-relay-courier").volumes as { containerPath: string }[]).map(({ containerPath }) => containerPath),
            ["/var/tmp"],
        );
    });

    it("shows its configuration in a preview, without secrets", () => {
        const text = JSON.stringify(declared("matrix-synapse:bridges:Bridge", "bridge-relay").inputs);
        assert.match(text, /rooms\.example\.net/);
        assert.match(text, /\[secret\]/);
        assert.doesNotMatch(text, /hush|quoted|token of/);
    });

    it("has its secrets in files that it alone may read", () => {
        const { permissions, owner } = uploads("bridge-relay")["/run/secrets/matterbridge.toml"] ?? {};
        assert.deepEqual([permissions, owner], ["0400", "991"]);
        const telling = registrations.filter(({ inputs: { uploads: _, ...rest } }) => /hush|quoted/.test(JSON.stringify(rest)));
        assert.deepEqual(
            telling.map(({ name }) => name),
            [],
        );
    });
});

describe("what its programs read", () => {
    const { settings: parsed } = parseSettings({ serverName: "example.org", ...settings });
    assert.ok(parsed?.bridges.relay);
    const relay = parsed.bridges.relay;

    it("names each account's connection, and the one that is not made again", () => {
        assert.equal(
            accountList({ settings: relay }),
            [
                ...[
                    "discord.guild 0 kept",
                    "xmpp.jabber 5222 kept",
                    "rocketchat.rocket 0 kept",
                    "sshchat.shell 22 forgotten",
                    "zulip.stream 0 kept",
                ],
                ...["mattermost.team 0 kept", "telegram.telegram 0 kept", "mumble.voice 64000 kept", ""],
            ].join("\n"),
        );
    });

    it("has the pace of the slowest channel of a room", () => {
        const channels = ["jabber", "voice", "shell"].map((network) => ({ roomId: "!one", channel: "0", network }));
        const facts = { serverName: "", homeserverUrl: "", botId: "", users: [], admins: [], settings: relay };
        const config = courierConfig({
            ...facts,
            channels,
            secrets: { accessToken: "", hsToken: "", registration: "", puppetToken: "", generated: {} },
        });
        assert.deepEqual(JSON.parse(config).paces, { "!one": [1.5, 1] });
    });
});
