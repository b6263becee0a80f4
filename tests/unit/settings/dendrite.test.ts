import assert from "node:assert/strict";
import { refusals, supported } from "../../../components/settings/dendriteSupport.ts";
import { parseSettings } from "../../../components/settings/parse.ts";
import { settingLeaves } from "../../support/settingLeaves.ts";

/** A value that Dendrite refuses, for each setting that it may refuse; the whole settings where it cannot be alone. */
const refusedValues: Record<string, unknown> = {
    "homeserver.encryption": "all",
    "homeserver.media.uploadLimits": [{ period: "1d", maxSize: "500M" }],
    "homeserver.media.retention.local": "30d",
    "homeserver.media.retention.remote": "30d",
    "homeserver.media.scan": {},
    "homeserver.media.s3": { endpoint: "https://s3.example.org", bucket: "chat-media", accessKeyId: "a", secretAccessKey: "b" },
    "homeserver.passwords.minimumLength": 10,
    "homeserver.roomDirectory.publishers": ["*"],
    "homeserver.roomDirectory.aliasCreators": [],
    "homeserver.linkPreviews": { enabled: true },
    "homeserver.serverNotices.topic": "News",
    "homeserver.serverNotices.autoJoin": true,
    "homeserver.presence": "untracked",
    "homeserver.userDirectory": "all",
    "homeserver.retention": "52w",
    "homeserver.limits": { messages: { burst: 20 } },
    "homeserver.proxy": { url: "http://proxy.example.org:3128" },
    "homeserver.config": { some_option: 1 },
    "federation.allow": ["partner.org"],
    "federation.keyServers": ["matrix.org"],
    "federation.privatePeers": ["10.94.0.0/24"],
    backup: { repository: "/srv/backup" },
    "rotation.macaroonSecretKey": 2,
    "rotation.formSecret": 2,
    "rotation.backupPassword": 2,
    monitoring: { enabled: true },
    bridges: { whatsapp: { users: ["*"] } },
    "users.*.onDelete": "erase",
    "bots.*.onDelete": "erase",
    "rooms.*.joinRule": "knock",
    "spaces.*.joinRule": "knock",
    "rooms.*.retention": "52w",
};

/** Settings with one value at a path, in which * is the key `one`. */
function settingsWith(path: string, value: unknown): Record<string, unknown> {
    const keys = path.split(".").map((key) => (key === "*" ? "one" : key));
    return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<string, unknown>;
}

function faultsOf(settings: Record<string, unknown>, kind = "dendrite"): string[] {
    const homeserver = { ...(settings.homeserver as object), kind };
    return parseSettings({ serverName: "example.org", ...settings, homeserver }).faults.map(({ path, message }) => `${path}: ${message}`);
}

describe("With homeserver.kind: dendrite", () => {
    it("every setting of the schema is either honoured or refused by name", () => {
        const plain = (path: string) => path.replaceAll("[]", "");
        const isRefused = (leaf: string) =>
            Object.keys(refusals).some((path) => plain(leaf) === path || plain(leaf).startsWith(`${path}.`));
        const isHonoured = (leaf: string) =>
            supported.some((path) => (path.endsWith(".") ? leaf.startsWith(path) : plain(leaf) === plain(path)));
        const undecided = settingLeaves().filter((leaf) => !isRefused(leaf) && !isHonoured(leaf));
        assert.deepEqual(undecided, [], "say in components/settings/dendriteSupport.ts what Dendrite makes of these settings");
        const both = settingLeaves().filter((leaf) => isRefused(leaf) && isHonoured(leaf));
        assert.deepEqual(both, []);
    });

    it("the table names no setting that there is not", () => {
        const leaves = settingLeaves().map((leaf) => leaf.replaceAll("[]", ""));
        const unknown = [...Object.keys(refusals), ...supported].filter(
            (path) => !leaves.some((leaf) => leaf === path.replaceAll("[]", "") || leaf.startsWith(path.endsWith(".") ? path : `${path}.`)),
        );
        assert.deepEqual(unknown, []);
    });

    it("the table of refused values names every setting that may be refused", () => {
        assert.deepEqual(Object.keys(refusedValues).sort(), Object.keys(refusals).sort());
    });

    for (const [path, value] of Object.entries(refusedValues)) {
        it(`${path} is refused in one line that names it and the alternative, and Synapse takes it`, () => {
            const settings = settingsWith(path, value);
            assert.deepEqual(faultsOf(settings, "synapse"), []);
            const faults = faultsOf(settings);
            assert.equal(faults.length, 1, faults.join("\n"));
            const [fault = ""] = faults;
            assert.ok(fault.startsWith(path.replace("*", "one")), fault);
            assert.match(fault, /is not possible|has no effect|is for options of Synapse/);
            assert.match(fault, /homeserver\.kind: synapse|bots\.NAME\.unlimited/);
            assert.ok(!fault.includes('"b"'), "it shows a secret");
        });
    }

    it("settings that say what Dendrite does anyway are taken", () => {
        const same = {
            homeserver: {
                encryption: "off",
                passwords: { minimumLength: 8 },
                userDirectory: "shared",
                config: {},
                linkPreviews: { enabled: false },
            },
            federation: { allow: [], keyServers: [], privatePeers: [] },
            monitoring: { enabled: false },
            users: { one: { onDelete: "deactivate", password: "long enough" } },
            rooms: { one: { joinRule: "restricted", parent: "team" } },
            spaces: { team: {} },
        };
        assert.deepEqual(faultsOf(same), []);
    });

    it("a room that new accounts join must be open to all", () => {
        const homeserver = { autoJoinRooms: ["open", "closed", "#far:partner.org"] };
        const rooms = { open: { visibility: "public" }, closed: {} };
        assert.deepEqual(faultsOf({ homeserver, rooms }), [
            'homeserver.autoJoinRooms.1: "closed" is not open to join, and Dendrite invites nobody to it; set joinRule: public there, or homeserver.kind: synapse',
        ]);
    });

    it("the account that the program administers it by is nobody else's", () => {
        const appservice = { namespace: "_pulumi_" };
        assert.deepEqual(faultsOf({ bots: { irc: { localpart: "_pulumi", appservice } } }), [
            "bots.irc.localpart: _pulumi is the account that this program administers Dendrite by; choose another name",
        ]);
        assert.deepEqual(faultsOf({ bots: { _pulumi: { appservice } } }), [
            "bots._pulumi: _pulumi is the account that this program administers Dendrite by; choose another name",
        ]);
    });
});
