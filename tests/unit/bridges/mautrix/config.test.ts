import assert from "node:assert/strict";
import { parse } from "yaml";
import { databaseUri } from "../../../../components/bridges/mautrix/databaseUri.ts";
import { type MautrixPlatform, mautrixPlatforms } from "../../../../components/bridges/mautrix/networks.ts";
import { faultInPermitted, permissions } from "../../../../components/bridges/mautrix/permissions.ts";
import { withGivenSecrets } from "../../../../components/settings/givenSecrets.ts";
import { SecretValue } from "../../../../components/settings/secretValue.ts";
import { facts, rendered, secretTexts } from "./rendered.ts";

const bridgev2 = mautrixPlatforms.filter((platform) => platform !== "discord");
const whole = (platform: MautrixPlatform, given = {}, of = {}) => parse(rendered(platform, given, of).whole);

describe("a bridge of the mautrix family", () => {
    for (const platform of mautrixPlatforms) {
        it(`has its secrets in the secret file alone: ${platform}`, () => {
            const { whole, readable } = rendered(platform, { doublePuppeting: true });
            const inFile = platform === "discord" ? { ...secretTexts, pickleKey: secretTexts.asToken } : secretTexts;
            for (const [name, text] of Object.entries(inFile)) {
                const written = name === "databasePassword" ? encodeURIComponent(text) : text;
                assert.ok(whole.includes(written), `${name} is not in the configuration`);
                assert.ok(!readable.includes(written), `${name} can be read`);
            }
            // All else is there for people to read.
            const hidden = (text: string) => text.split("\n").length;
            assert.equal(hidden(readable), hidden(whole));
            assert.match(readable, /domain: example\.org/);
        });
    }

    it("encrypts by default, with keys that come with the homeserver's transactions, and vouches for its own device", () => {
        for (const platform of bridgev2) {
            const { encryption } = whole(platform);
            assert.deepEqual(
                { ...encryption, pickle_key: undefined },
                {
                    allow: true,
                    default: true,
                    require: false,
                    appservice: true,
                    msc4190: true,
                    self_sign: true,
                    allow_key_sharing: true,
                    pickle_key: undefined,
                },
                platform,
            );
        }
        const { allow, appservice, msc4190 } = whole("discord").bridge.encryption;
        assert.deepEqual([allow, appservice, msc4190], [true, true, true]);
    });

    it("encrypts as much as it is told to", () => {
        const told = (encryption: string) => {
            const { allow, default: always, require, appservice, msc4190, self_sign } = whole("signal", { encryption }).encryption;
            return [allow, always, require, appservice, msc4190, self_sign];
        };
        assert.deepEqual(told("required"), [true, true, true, true, true, true]);
        assert.deepEqual(told("allowed"), [true, false, false, true, true, true]);
        assert.deepEqual(told("off"), [false, false, false, false, false, false]);
    });

    it("acts as people's own accounts only where that is asked for", () => {
        const puppets = { servers: {}, allow_discovery: false };
        assert.deepEqual(whole("whatsapp").double_puppet, { ...puppets, secrets: {} });
        assert.deepEqual(whole("whatsapp", { doublePuppeting: true }).double_puppet, {
            ...puppets,
            secrets: { "example.org": `as_token:${secretTexts.doublePuppetToken}` },
        });
        assert.deepEqual(whole("discord").bridge.login_shared_secret_map, {});
    });

    it("lets people without an account of the network talk through another's as it is told to", () => {
        const relay = (relayMode: string) => {
            const { relay, permissions } = whole("slack", { relayMode }).bridge;
            return [relay.enabled, relay.admin_only, permissions["*"]];
        };
        assert.deepEqual(relay("off"), [false, true, undefined]);
        assert.deepEqual(relay("admins"), [true, true, "relay"]);
        assert.deepEqual(relay("everyone"), [true, false, "relay"]);
    });

    it("fetches what it missed while it was down, and older messages only if told to", () => {
        assert.deepEqual(whole("slack").backfill, { enabled: true, max_initial_messages: 0, max_catchup_messages: 500 });
        assert.equal(whole("slack", { backfill: 50 }).backfill.max_initial_messages, 50);
        const { initial, missed } = whole("discord", { backfill: 20 }).bridge.backfill.forward_limits;
        assert.deepEqual(
            [initial, missed],
            [
                { dm: 20, channel: 20, thread: 20 },
                { dm: 500, channel: 500, thread: 500 },
            ],
        );
    });

    it("has what each network alone has", () => {
        assert.deepEqual(whole("whatsapp", { deviceName: "Acme", statusMessages: false }).network, {
            os_name: "Acme",
            enable_status_broadcast: false,
        });
        assert.deepEqual(whole("telegram").network, { api_id: 12, api_hash: "0123456789abcdef0123456789abcdef" });
        assert.ok(!rendered("telegram").readable.includes("0123456789abcdef"), "the API hash can be read");
        assert.deepEqual(whole("gmessages", { deviceName: "Acme" }).network, { device_meta: { os: "Acme" } });
    });

    it("has further options of its own merged over what is set, and theirs that are secret in the secret file alone", () => {
        const config = {
            network: { proxy: new SecretValue("socks5://name:word@proxy.example.org") },
            bridge: { bridge_notices: true },
            backfill: { max_catchup_messages: 5 },
        };
        const { whole, readable } = rendered("whatsapp", { config });
        const values = parse(whole);
        assert.deepEqual([values.network.proxy, values.bridge.bridge_notices], ["socks5://name:word@proxy.example.org", true]);
        assert.deepEqual(values.backfill, { enabled: true, max_initial_messages: 0, max_catchup_messages: 5 });
        assert.equal(parse(readable).network.proxy, "[secret]");
        assert.equal(values.bridge.command_prefix, "!wa");
    });

    it("has what the stack's file keeps encrypted in config marked as secret, and nothing else there", () => {
        const raw = {
            bridges: { whatsapp: { config: { network: { proxy: "hush", url_previews: true } } }, signal: { config: { network: {} } } },
        };
        const marked = (...path: string[]) => JSON.stringify(withGivenSecrets(raw, [["bridges", ...path]]));
        const open = { whatsapp: { config: { network: { proxy: "[secret]", url_previews: true } } }, signal: { config: { network: {} } } };
        assert.equal(marked("whatsapp", "config", "network", "proxy"), JSON.stringify({ bridges: open }));
        assert.equal(
            marked(),
            JSON.stringify({ bridges: { whatsapp: { config: { network: "[secret]" } }, signal: { config: { network: "[secret]" } } } }),
        );
        assert.equal(marked("signal", "admins"), JSON.stringify(raw));
    });

    it("is told its addresses, and publishes none", () => {
        const { homeserver, appservice, public_media, direct_media } = whole("gmessages");
        assert.deepEqual(homeserver, { address: "http://homeserver:8008", domain: "example.org", software: "standard" });
        const { address, public_address, hostname, port, id, bot, username_template } = appservice;
        assert.deepEqual(
            { address, public_address, hostname, port, id, username: bot.username, username_template },
            {
                address: "http://bridge-gmessages:29336",
                public_address: null,
                hostname: "0.0.0.0",
                port: 29336,
                id: "bridge-gmessages",
                username: "gmessagesbot",
                username_template: "gmessages_{{.}}",
            },
        );
        assert.deepEqual([public_media.enabled, direct_media.enabled], [false, false]);
    });
});

describe("the database of a bridge", () => {
    const uri = (overrides: object, password = "secret") => databaseUri({ ...facts("whatsapp").database, ...overrides }, password);

    it("has a URI from which the password comes back as it is, whatever characters are in it", () => {
        const text = uri({}, "p@ss/word:of?the#data base%41");
        assert.equal(decodeURIComponent(new URL(text).password), "p@ss/word:of?the#data base%41");
        assert.equal(uri({}), "postgres://whatsapp:secret@database:5432/whatsapp?sslmode=disable");
    });

    it("is connected to by its authority where that is checked", () => {
        const authority = "-----BEGIN CERTIFICATE-----";
        assert.equal(
            new URL(uri({ sslMode: "verify-full", authority })).searchParams.get("sslrootcert"),
            "/etc/bridge/database-authority.pem",
        );
        assert.equal(new URL(uri({ sslMode: "verify-full" })).searchParams.get("sslrootcert"), null);
        assert.equal(new URL(uri({ sslMode: "require", authority })).searchParams.get("sslrootcert"), null);
        assert.equal(new URL(uri({ host: "2001:db8::1" })).host, "[2001:db8::1]:5432");
    });
});

describe("those who may use a bridge", () => {
    it("are all of a server or single people, and nobody else", () =>
        assert.deepEqual(permissions(["@*:example.org", "@bob:partner.org"], ["@admin:example.org"], false), {
            "@admin:example.org": "admin",
            "@bob:partner.org": "user",
            "example.org": "user",
        }));

    it("have an administrator's rights even if they are named as users, too", () =>
        assert.deepEqual(permissions(["@admin:example.org"], ["@admin:example.org"], false), { "@admin:example.org": "admin" }));

    it("cannot be named by a part of their names, which the bridge does not understand", () => {
        assert.equal(faultInPermitted("@*:example.org"), undefined);
        assert.equal(faultInPermitted("@bob:example.org"), undefined);
        for (const text of ["@b*:example.org", "@*:*.org", "@*:*", "*"])
            assert.match(faultInPermitted(text) ?? "", /^is neither one user ID nor all of one server/, text);
    });
});
