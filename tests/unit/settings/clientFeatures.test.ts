/** Settings that people notice in their clients, and what they become in homeserver.yaml. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { homeserverYaml } from "../../../components/homeserver/synapse/synapseConfig.ts";
import { parseSettings } from "../../../components/settings/parse.ts";
import { specialRanges } from "../../../matrix/addressRanges.ts";
import type { SettingsInput } from "../../support/settings.ts";
import { synapseConfig } from "../../support/synapseConfig.ts";

function faults(homeserver: object, others: object = {}): string[] {
    return parseSettings({ serverName: "example.org", homeserver, ...others }).faults.map(({ path, message }) => `${path}: ${message}`);
}

function rendered(homeserver: SettingsInput["homeserver"] = {}, others: Partial<SettingsInput> = {}): Record<string, unknown> {
    return parse(homeserverYaml(synapseConfig({ homeserver, ...others })).readable);
}

describe("a client's features", () => {
    it("have safe defaults: colleagues find each other, nothing is fetched, sent, joined or deleted", () => {
        const config = rendered();
        assert.deepEqual(config.presence, { enabled: true });
        assert.deepEqual(config.user_directory, { enabled: true, search_all_users: true, prefer_local_users: true });
        for (const off of ["url_preview_enabled", "server_notices", "auto_join_rooms", "retention", "old_signing_keys"])
            assert.ok(!(off in config), off);
    });

    it("fetch no page at an address set aside for special use, not even at one that peers are in", () => {
        const config = rendered(
            { linkPreviews: { enabled: true, languages: ["de", "en;q=0.8"] } },
            { federation: { privatePeers: ["10.0.0.0/8"] } },
        );
        assert.equal(config.url_preview_enabled, true);
        assert.deepEqual(config.url_preview_accept_language, ["de", "en;q=0.8"]);
        assert.deepEqual(
            config.url_preview_ip_range_blacklist,
            specialRanges.filter(({ embedsIpv4 }) => !embedsIpv4).map(({ range }) => range),
        );
    });

    it("become what Synapse calls them", () => {
        const config = rendered(
            {
                presence: "untracked",
                userDirectory: "shared",
                autoJoinRooms: ["lobby", "team", "#hall:partner.org"],
                retention: "90d",
                serverNotices: { localpart: "post", roomName: "News", topic: "T", autoJoin: true },
            },
            { rooms: { lobby: { alias: "entrance" } }, spaces: { team: {} } },
        );
        assert.deepEqual(config.presence, { enabled: "untracked" });
        assert.deepEqual(config.user_directory, { enabled: true, search_all_users: false, prefer_local_users: true });
        assert.deepEqual(config.auto_join_rooms, ["#entrance:example.org", "#team:example.org", "#hall:partner.org"]);
        assert.equal(config.autocreate_auto_join_rooms, false);
        assert.equal(config.auto_join_mxid_localpart, "admin");
        assert.deepEqual(config.retention, { enabled: true, default_policy: { max_lifetime: "90d" } });
        assert.deepEqual(config.server_notices, {
            system_mxid_localpart: "post",
            system_mxid_display_name: "Server notices",
            room_name: "News",
            room_topic: "T",
            auto_join: true,
        });
        assert.deepEqual(rendered({ userDirectory: "off" }).user_directory, {
            enabled: false,
            search_all_users: false,
            prefer_local_users: true,
        });
    });

    it("may have names that every object has", () => {
        assert.deepEqual(faults({ serverNotices: { localpart: "constructor" } }, {}), []);
        assert.deepEqual(faults({ autoJoinRooms: ["constructor"] }, { spaces: { constructor: { alias: "all" } } }), []);
        assert.deepEqual(rendered({ autoJoinRooms: ["constructor"] }, { spaces: { constructor: { alias: "all" } } }).auto_join_rooms, [
            "#all:example.org",
        ]);
    });

    const refusals: [string, object, object, string][] = [
        [
            "a room that is not declared",
            { autoJoinRooms: ["hall"] },
            { rooms: { lobby: {} } },
            'homeserver.autoJoinRooms.0: "hall" is not declared under rooms or spaces (declared: lobby)',
        ],
        [
            "a name that every object has",
            { autoJoinRooms: ["constructor"] },
            {},
            'homeserver.autoJoinRooms.0: "constructor" is not declared under rooms or spaces (declared: none)',
        ],
        [
            "an alias on this server",
            { autoJoinRooms: ["#lobby:example.org"] },
            { rooms: { lobby: {} } },
            'homeserver.autoJoinRooms.0: "#lobby:example.org" is on this server; give its key under rooms or spaces',
        ],
        [
            "an alias without a server",
            { autoJoinRooms: ["#lobby"] },
            {},
            'homeserver.autoJoinRooms.0: "#lobby" is not a room alias, such as #welcome:partner.org',
        ],
        [
            "an alias elsewhere without federation",
            { autoJoinRooms: ["#a:b.org"] },
            { federation: { enabled: false } },
            'homeserver.autoJoinRooms.0: "#a:b.org" is on another server, and federation.enabled is false',
        ],
        [
            "an alias on a server that is not allowed",
            { autoJoinRooms: ["#a:b.org"] },
            { federation: { allow: ["c.org"] } },
            'homeserver.autoJoinRooms.0: "#a:b.org" is on b.org, which is not in federation.allow; add it there',
        ],
        [
            "notices from a person",
            { serverNotices: { localpart: "bob" } },
            { users: { bob: {} } },
            'homeserver.serverNotices.localpart: "bob" is the account of users.bob; notices need an account of their own',
        ],
        [
            "notices from a person by their name",
            { serverNotices: {} },
            { users: { bob: { localpart: "notices" } } },
            'homeserver.serverNotices.localpart: "notices" is the account of users.bob; notices need an account of their own',
        ],
        [
            "notices from a bot",
            { serverNotices: { localpart: "bot" } },
            { bots: { bot: {} } },
            'homeserver.serverNotices.localpart: "bot" is the account of bots.bot; notices need an account of their own',
        ],
        [
            "notices from the administrator",
            { serverNotices: { localpart: "admin" } },
            {},
            'homeserver.serverNotices.localpart: "admin" is the account of users.admin; notices need an account of their own',
        ],
        [
            "notices from an application service's user",
            { serverNotices: {} },
            { bots: { b: { appservice: { namespace: "not" } } } },
            "homeserver.serverNotices.localpart: begins with not, which is reserved for bots.b.appservice; choose another name",
        ],
        [
            "notices from a name that Matrix does not allow",
            { serverNotices: { localpart: "Notices" } },
            {},
            "homeserver.serverNotices.localpart: has upper-case letters, which Matrix does not allow in user names; write notices",
        ],
        ["another word for presence", { presence: "off" }, {}, 'homeserver.presence: "off" is not one of true, false, untracked'],
        ["another word for the directory", { userDirectory: true }, {}, "homeserver.userDirectory: true is not one of all, shared, off"],
        [
            "a retention without a unit",
            { retention: "90" },
            {},
            'homeserver.retention: "90" is not a duration with its unit, such as 12h, 30d, 8w or 1y',
        ],
        [
            "a language that is none",
            { linkPreviews: { languages: ["de_DE"] } },
            {},
            'homeserver.linkPreviews.languages.0: "de_DE" is not a language, such as en-GB or fr;q=0.8',
        ],
    ];
    for (const [name, homeserver, others, line] of refusals)
        it(`refuse ${name}`, () => assert.deepEqual(faults(homeserver, others), [line]));
});
