import assert from "node:assert/strict";
import { parse } from "yaml";
import { passfile } from "../../../components/database/passfile.ts";
import { homeserverYaml, logYaml } from "../../../components/homeserver/synapse/synapseConfig.ts";
import type { SettingsInput } from "../../support/settings.ts";
import { synapseConfig } from "../../support/synapseConfig.ts";

function rendered(overrides: Partial<SettingsInput> = {}, retention = false, publicUrl?: string): Record<string, unknown> {
    const config = synapseConfig(overrides);
    const homeserver = { ...config.homeserver, ...(publicUrl !== undefined && { publicUrl }) };
    return parse(homeserverYaml({ ...config, homeserver, retention }).readable);
}

describe("homeserver.yaml", () => {
    it("is closed, limited in rate and encrypted by default", () => {
        const config = rendered();
        assert.equal(config.enable_registration, false);
        assert.equal(config.allow_guest_access, false);
        assert.equal(config.encryption_enabled_by_default_for_room_type, "invite");
        assert.equal(config.max_upload_size, "50M");
        assert.deepEqual(
            Object.keys(config).filter((key) => key.startsWith("rc_")),
            [
                "rc_message",
                "rc_login",
                "rc_registration",
                "rc_joins",
                "rc_joins_per_room",
                "rc_invites",
                "rc_room_creation",
                "rc_federation",
            ],
        );
        assert.deepEqual(config.room_list_publication_rules, [{ user_id: "@admin:example.org", action: "allow" }]);
    });

    it("says who may list rooms and name them: the administrator, and those that the settings name", () => {
        const rules = (roomDirectory: object) => {
            const { room_list_publication_rules, alias_creation_rules } = rendered({
                bots: { desk: { localpart: "help.desk" } },
                homeserver: { roomDirectory },
            });
            const allowed = (list: unknown) =>
                (list as { user_id: string; action: string }[] | undefined)?.map((rule) => Object.values(rule));
            return [allowed(room_list_publication_rules), allowed(alias_creation_rules)];
        };
        const admin = ["@admin:example.org", "allow"];
        assert.deepEqual(rules({}), [[admin], undefined]);
        assert.deepEqual(rules({ publishers: ["*"], aliasCreators: [] }), [[admin, ["*", "allow"]], [admin]]);
        assert.deepEqual(rules({ publishers: ["desk", "admin", "@irc_*:example.org"], aliasCreators: ["desk", "*"] }), [
            [admin, ["@help.desk:example.org", "allow"], ["@irc_*:example.org", "allow"]],
            undefined,
        ]);
    });

    it("tells programs that rooms may say how long messages are kept, where they may", () => {
        const { retention, experimental_features } = rendered({}, true);
        assert.deepEqual([retention, experimental_features], [{ enabled: true }, { msc1763_enabled: true }]);
        assert.deepEqual([rendered().retention, rendered().experimental_features], [undefined, undefined]);
    });

    it("names secrets by path only", () => {
        const text = JSON.stringify(rendered());
        for (const key of [
            "registration_shared_secret",
            "macaroon_secret_key",
            "form_secret",
            "turn_shared_secret",
            "password",
            "signing_key",
        ]) {
            assert.ok(!text.includes(`"${key}":`), `${key} is in homeserver.yaml`);
        }
        assert.equal((rendered().database as { args: { passfile: string } }).args.passfile, "/run/secrets/database.pgpass");
    });

    it("federates with everyone where no server is named, and never renders an empty whitelist for that", () => {
        assert.ok(!("federation_domain_whitelist" in rendered()));
        assert.ok(!("federation_domain_whitelist" in rendered({ federation: { allow: [] } })));
    });

    it("federates with the named servers only", () => {
        assert.deepEqual(rendered({ federation: { allow: ["b.org", "a.org"] } }).federation_domain_whitelist, ["a.org", "b.org"]);
    });

    it("federates with nobody where federation is off", () => {
        const config = rendered({ federation: { enabled: false } });
        assert.deepEqual(config.federation_domain_whitelist, []);
        assert.deepEqual((config.listeners as { resources: { names: string[] }[] }[])[0]?.resources[0]?.names, ["client"]);
    });

    it("asks no private address, but those that peers are named in", () => {
        const blocked = (federation: object) => rendered({ federation }).federation_ip_range_blacklist as string[];
        for (const range of ["10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "fc00::/7"]) assert.ok(blocked({}).includes(range), range);
        const ranges = blocked({ privatePeers: ["10.0.0.0/9", "fd00::/8"] });
        assert.deepEqual(
            ranges.filter((range) => /^(10\.|f[cd])/.test(range)),
            ["10.128.0.0/9", "fc00::/8"],
        );
        assert.ok(ranges.includes("172.16.0.0/12"), ranges.join());
    });

    it("tells other servers of its rooms only where that is said, and takes no TLS below 1.2 from them", () => {
        assert.equal(rendered().allow_public_rooms_over_federation, false);
        assert.equal(rendered({ federation: { publicRooms: true } }).allow_public_rooms_over_federation, true);
        assert.equal(rendered({ federation: { enabled: false } }).allow_public_rooms_over_federation, false);
        assert.equal(rendered().federation_client_minimum_tls_version, "1.2");
    });

    it("sets the key servers on purpose", () => {
        assert.deepEqual(rendered().trusted_key_servers, []);
        assert.deepEqual(rendered({ federation: { keyServers: ["matrix.org"] } }).trusted_key_servers, [{ server_name: "matrix.org" }]);
    });

    it("keeps a text that looks like YAML a text", () => {
        const publicUrl = "https://a.org/#{x: y}";
        assert.equal(rendered({}, false, publicUrl).public_baseurl, `${publicUrl}/`);
    });
});

describe("the rate limits", () => {
    it("are Synapse's own by default, but for sign-ins", () => {
        const config = rendered();
        assert.deepEqual(config.rc_message, { per_second: 0.2, burst_count: 10 });
        assert.deepEqual(config.rc_invites, {
            per_room: { per_second: 0.3, burst_count: 10 },
            per_user: { per_second: 0.003, burst_count: 5 },
            per_issuer: { per_second: 0.3, burst_count: 10 },
        });
        assert.deepEqual(config.rc_login, {
            address: { per_second: 0.1, burst_count: 30 },
            account: { per_second: 0.05, burst_count: 10 },
            failed_attempts: { per_second: 0.17, burst_count: 3 },
        });
        assert.ok(!("rc_admin_redaction" in config), "removals do not count as messages");
    });

    it("change one by one, and keep the other half of a bucket", () => {
        const config = rendered({
            homeserver: { limits: { joins: { perRoom: { burst: 500 } }, redactions: { perSecond: 5, burst: 50 } } },
        });
        assert.deepEqual(config.rc_joins_per_room, { per_second: 1, burst_count: 500 });
        assert.deepEqual(config.rc_admin_redaction, { per_second: 5, burst_count: 50 });
    });
});

describe("the log configuration", () => {
    it("keeps SQL, and with it tokens, out of a log at DEBUG", () => {
        assert.equal(parse(logYaml("DEBUG")).loggers["synapse.storage.SQL"].level, "INFO");
    });
});

describe("the password file", () => {
    it("escapes what libpq takes for a separator", () => {
        assert.equal(passfile({ host: "::1", port: 5432, name: "d", user: "u", password: "a:b\\c" }), "\\:\\:1:5432:d:u:a\\:b\\\\c\n");
    });
});
