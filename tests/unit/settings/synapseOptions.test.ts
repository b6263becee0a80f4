/** `homeserver.config`: what is refused, what is secret, and how it is merged. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { mergedOptions, secretTexts } from "../../../components/homeserver/synapse/givenOptions.ts";
import { homeserverYaml } from "../../../components/homeserver/synapse/synapseConfig.ts";
import { faultsIn } from "../../../components/homeserver/synapse/trial.ts";
import { keptEncrypted } from "../../../components/settings/configText.ts";
import { withGivenSecrets } from "../../../components/settings/givenSecrets.ts";
import { ownedIn, ownedOptions, settingFor } from "../../../components/settings/ownedOptions.ts";
import { parseSettings } from "../../../components/settings/parse.ts";
import { SecretValue, withSecrets } from "../../../components/settings/secretValue.ts";
import { synapseConfig } from "../../support/synapseConfig.ts";

function faults(config: Record<string, unknown>): string[] {
    return parseSettings({ serverName: "example.org", homeserver: { config } }).faults.map(({ path, message }) => `${path}: ${message}`);
}

/** Every mapping's fields, one by one; a list is a value. */
function leaves(value: unknown, path: string[] = []): string[] {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [path.join(".")];
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** Options that this program has a value for, and that an operator may replace. */
const replaceable = [
    ...["report_stats", "enable_registration", "allow_guest_access", "default_room_version", "allow_public_rooms_without_auth"],
    ...[
        "federation_client_minimum_tls_version",
        "ip_range_blacklist",
        "suppress_key_server_warning",
        "experimental_features.msc1763_enabled",
    ],
    // The operator's own come after those of this program.
    "modules",
    ...["turn_user_lifetime", "turn_allow_guests", "enable_metrics", "user_directory.prefer_local_users"],
];

describe("an option of Synapse", () => {
    it("that the program renders is either refused in homeserver.config or may be replaced there", () => {
        const everything = synapseConfig({
            homeserver: {
                linkPreviews: { enabled: true },
                limits: { redactions: { perSecond: 1, burst: 1 } },
                proxy: { url: "http://proxy.example.org:3128" },
                serverNotices: { topic: "From the administrators" },
                autoJoinRooms: ["lobby"],
                retention: "1y",
                oldSigningKeys: { "ed25519:a_1": { key: "A".repeat(43), expiredTs: 1764150000000 } },
            },
            federation: { allow: ["partner.org"] },
            rooms: { lobby: {} },
        });
        const rendered = leaves(parse(homeserverYaml({ ...everything, applicationServices: ["irc"], authorities: 1 }).readable));
        assert.ok(rendered.length > 50, `${rendered.length}`);
        const isOwned = (path: string) => Object.keys(ownedOptions).some((owned) => path === owned || path.startsWith(`${owned}.`));
        const open = rendered.filter((path) => !isOwned(path));
        assert.deepEqual(open.sort(), [...replaceable].sort());
    });

    it("that the program owns is refused with the setting to use instead", () => {
        for (const [path, message] of Object.entries(ownedOptions)) {
            const value = path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), true) as Record<string, unknown>;
            assert.deepEqual(faults(value), [`homeserver.config.${path}: ${message}`]);
        }
    });

    it("reads so", () => {
        assert.deepEqual(faults({ listeners: [{ port: 80 }], signing_key_path: "/k", redis: { enabled: true } }), [
            "homeserver.config.listeners: is what the setting homeserver.port is for; set that instead",
            "homeserver.config.signing_key_path: is what the setting homeserver.signingKey is for; set that instead",
            "homeserver.config.redis: cannot be changed: Synapse runs as one process here; remove it",
        ]);
    });

    it("in which the program owns a field is refused where it is no mapping", () => {
        assert.deepEqual(
            ownedIn({ presence: false, password_config: { policy: null } }).map(({ path }) => path),
            ["presence"],
        );
        assert.deepEqual(ownedIn({ password_config: { policy: { require_digit: true } } }), []);
    });

    it("without a value leaves what the program sets", () => {
        assert.deepEqual(faults({ presence: null, experimental_features: null, password_config: { policy: null } }), []);
        assert.deepEqual(mergedOptions({ presence: { enabled: true } }, { presence: null, email: null }).readable, {
            presence: { enabled: true },
            email: null,
        });
    });

    it("is refused where it would mean something else than it says", () => {
        assert.deepEqual(faults({ "email.smtp_host": "mail", enable_set_displayname: "False", server_notices: {}, modules: ["true"] }), [
            "homeserver.config.email.smtp_host: has a dot in its name; write smtp_host in a line of its own below email",
            'homeserver.config.enable_set_displayname: is the text "False", and Synapse takes most texts for true; write false without quotes',
            "homeserver.config.server_notices: adds to the setting homeserver.serverNotices; set that too",
        ]);
    });

    it("does not end the tokens of bots", () => {
        const withBots = (bots: object) =>
            parseSettings({ serverName: "example.org", bots, homeserver: { config: { session_lifetime: "24h" } } }).faults;
        assert.deepEqual(withBots({ notifier: {} }), [
            {
                path: "homeserver.config.session_lifetime",
                message: "would end the token of bots.notifier, too, which must not expire; remove it",
            },
        ]);
        // An application service has a token of its own.
        assert.deepEqual(withBots({ irc: { appservice: { namespace: "irc_" } } }), []);
        assert.deepEqual(withBots({}), []);
    });

    it("names a setting that exists", () => {
        const external = { uris: ["turn:turn.example.org:3478"], sharedSecret: "x".repeat(32) };
        const proxy = { url: "http://proxy.example.org:3128" };
        const { settings } = parseSettings({ serverName: "example.org", homeserver: { serverNotices: {}, proxy }, turn: { external } });
        const named = Object.keys(ownedOptions).flatMap((option) => settingFor(option) ?? []);
        for (const path of new Set(named)) {
            const parent = path
                .split(".")
                .slice(0, -1)
                .filter((key) => key !== "NAME");
            const section = parent.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], settings);
            assert.equal(typeof section, "object", path);
        }
    });
});

describe("a secret in homeserver.config", () => {
    it("is refused in the clear, with the command that keeps it", () => {
        assert.deepEqual(faults({ email: { smtp_host: "mail", smtp_pass: "x" }, password_config: { pepper: "y" } }), [
            "homeserver.config.email.smtp_pass: is a secret in the clear; run: pulumi config set --secret --path 'homeserver.config.email.smtp_pass'",
            "homeserver.config.password_config.pepper: is a secret in the clear; run: pulumi config set --secret --path 'homeserver.config.password_config.pepper'",
        ]);
        assert.deepEqual(faults({ oidc_providers: [{ client_secret: "x" }] }), [
            "homeserver.config.oidc_providers.0.client_secret: is a secret in the clear; run: pulumi config set --secret --path 'homeserver.config.oidc_providers[0].client_secret'",
        ]);
    });

    it("is one by its name, as a number too, or by its text", () => {
        const key = "-----BEGIN EC PRIVATE KEY-----\nMHc=\n-----END EC PRIVATE KEY-----";
        for (const config of [
            { email: { smtp_pass: 12345 } },
            { media_storage_providers: [{ module: "s3", config: { secret_access_key: "x" } }] },
            { modules: [{ module: "m", config: { api_key: "x" } }] },
            { oidc_providers: [{ client_secret_jwt_key: { key } }] },
            { modules: [{ module: "m", config: { database: "postgresql://user:pass@db/x" } }] },
        ])
            assert.match(faults(config).join("\n"), /^[^\n]*: is a secret in the clear; run: pulumi config set --secret --path '[^\n]*$/);
        // An option that is refused anyway is refused once.
        assert.deepEqual(faults({ redis: { enabled: true, password: "x" } }), [
            "homeserver.config.redis: cannot be changed: Synapse runs as one process here; remove it",
        ]);
    });

    it("is accepted as a secret, kept encrypted, by path, or where its name only sounds like one", () => {
        assert.deepEqual(
            faults({
                email: { smtp_pass: new SecretValue("x") },
                recaptcha_private_key: keptEncrypted,
                recaptcha_private_key_path: "/x",
                registration_requires_token: true,
                recaptcha_public_key: "x",
                media_storage_providers: [{ module: "s3", config: { access_key_id: "x", endpoint_url: "https://s3.example.org:9000" } }],
                ui_auth: { session_timeout: "15s" },
            }),
            [],
        );
    });

    it("stays one while other values are put right", () => {
        const config = { email: { smtp_pass: new SecretValue("x") } };
        const { settings } = parseSettings({ serverName: "example.org", homeserver: { memory: "2048", config } });
        assert.equal(settings?.homeserver.memory, 2048);
        assert.deepEqual(mergedOptions({}, settings?.homeserver.config ?? {}).secret, { email: { smtp_pass: "x" } });
    });

    it("shows itself to nobody", () => {
        const secret = new SecretValue("hidden");
        assert.ok(!`${secret} ${JSON.stringify({ secret })}`.includes("hidden"));
    });

    it("is what the stack's file marks below homeserver.config, and all of it where the file marks nothing", () => {
        const raw = { homeserver: { port: 1, config: { email: { smtp_host: "mail", smtp_pass: "x" }, list: [{ a: "1" }] } } };
        const marked = (...paths: string[][]) => JSON.stringify(withGivenSecrets(raw, paths).homeserver);
        assert.equal(
            marked(
                ["homeserver", "config", "email", "smtp_pass"],
                ["homeserver", "config", "list", "0", "a"],
                ["homeserver", "signingKey"],
            ),
            '{"port":1,"config":{"email":{"smtp_host":"mail","smtp_pass":"[secret]"},"list":[{"a":"[secret]"}]}}',
        );
        const all = '{"port":1,"config":{"email":"[secret]","list":"[secret]"}}';
        assert.equal(marked(["homeserver"]), all);
        assert.equal(marked(["homeserver", "config"]), all);
        assert.equal(marked(["homeserver", "signingKey"], ["database"]), JSON.stringify(raw.homeserver));
    });

    it("goes into the secret file with the option that it is in, and leaves the rest readable", () => {
        const given = withSecrets({ email: { smtp_host: "mail", smtp_pass: "x" }, modules: ["y"], max_mau_value: 5 }, [
            ["email", "smtp_pass"],
            ["modules", "0"],
        ]) as Record<string, unknown>;
        assert.deepEqual(mergedOptions({ email: { app_name: "Chat" }, max_mau_value: 1 }, given), {
            readable: { email: { app_name: "Chat", smtp_host: "mail" }, max_mau_value: 5, modules: [] },
            secret: { email: { app_name: "Chat", smtp_host: "mail", smtp_pass: "x" }, modules: ["y"] },
        });
    });

    it("is not in what Synapse says about it, in whatever form Python quotes it", () => {
        for (const secret of ["hunter2", "two\nlines", `it's "it"`, "back\\slash"]) {
            const config = { email: { smtp_port: new SecretValue(secret) } };
            for (const text of secretTexts(config)) {
                const output = JSON.stringify([
                    { path: "email.smtp_port", message: `Synapse 1 does not start with this: bad value '${text}'` },
                ]);
                assert.deepEqual(faultsIn(output, config), [
                    "homeserver.config.email.smtp_port: Synapse 1 does not start with this; the reason is not shown, because a secret is in it",
                ]);
            }
        }
    });
});

describe("what is given in homeserver.config", () => {
    it("replaces values and lists, and is merged into mappings", () => {
        const own = { report_stats: false, password_config: { policy: { enabled: true } }, list: [1, 2] };
        const given = { report_stats: true, password_config: { policy: { require_digit: true } }, list: [3], new_one: null };
        assert.deepEqual(mergedOptions(own, given), {
            readable: { report_stats: true, password_config: { policy: { enabled: true, require_digit: true } }, list: [3], new_one: null },
            secret: {},
        });
    });

    it("is named by its path in what Synapse says, and an option of the program's by its setting", () => {
        const output = JSON.stringify([
            { path: "oidc_providers.<item 0>", message: "m" },
            { path: "url_preview_enabled", message: "m" },
            { path: "", message: "m" },
            { path: "recaptcha_public_key", message: "Synapse 1: Config options that expect an in-line secret as value are disabled" },
        ]);
        assert.deepEqual(faultsIn(output, { oidc_providers: [], recaptcha_public_key: "x" }), [
            "homeserver.config.oidc_providers.0: m",
            "homeserver.linkPreviews.enabled: m",
            "homeserver.config: m",
            "homeserver.config.recaptcha_public_key: is a secret to Synapse; run: pulumi config set --secret --path 'homeserver.config.recaptcha_public_key'",
        ]);
    });
});
