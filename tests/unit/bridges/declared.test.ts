/** What bridges declare: a container each, its account, its registration and its rooms, and nothing that tells a secret. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { container, declareStack } from "../../support/declaredStack.ts";
import { declared, registrations } from "../../support/mocks.ts";

const networks = { libera: { servers: [{ host: "irc.libera.chat" }], nick: "example", sasl: { username: "example", password: "hush" } } };
const settings = {
    bridges: { irc: { networks, users: ["*"], admins: ["alice"] } },
    users: { alice: {} },
    rooms: { support: { visibility: "public" as const, members: { alice: 100 }, bridge: { irc: "#support@libera" } } },
};
const uploads = (name: string) => Object.fromEntries(container(name).uploads.map((upload) => [upload.file, upload]));

describe("a declared bridge", () => {
    before(() => declareStack(settings));

    it("has an account in the rooms that lead through it, by its own token", () => {
        const bot = declared("matrix:index:Bot", "bridge-irc").inputs;
        assert.deepEqual(
            [bot.userId, bot.applicationServiceToken, bot.unlimited],
            ["@ircbot:example.org", "password of application-service-bridge-irc-as-token", false],
        );
        assert.deepEqual(declared("matrix:index:Room", "room-support").inputs.members, {
            "@alice:example.org": 100,
            "@ircbot:example.org": 50,
        });
    });

    it("is registered with the homeserver, which sends it the namespace's events", () => {
        const files = uploads("homeserver");
        const registration = parse(String(files["/run/secrets/application-service-bridge-irc.yaml"]?.content));
        assert.equal(registration.url, "http://bridge-irc:9898");
        assert.equal(registration.rate_limited, false);
        assert.deepEqual(registration.namespaces.users, [{ exclusive: true, regex: "@irc_.*:example\\.org" }]);
        const config = parse(String(files["/etc/synapse/homeserver.yaml"]?.content));
        assert.deepEqual(config.app_service_config_files, ["/run/secrets/application-service-bridge-irc.yaml"]);
    });

    it("knows its rooms by their IDs, its admins and users, in files that it alone may read", () => {
        const file = uploads("bridge-irc")["/run/secrets/declaration.json"];
        const declaration = JSON.parse(String(file?.content));
        assert.deepEqual(declaration.channels, [{ roomId: "!room-support", channel: "#support", network: "libera" }]);
        assert.deepEqual([declaration.users, declaration.admins], [["@*:example.org"], ["@alice:example.org"]]);
        assert.equal(declaration.networks[0].sasl_password, "hush");
        assert.deepEqual([file?.permissions, file?.owner], ["0400", "991"]);
    });

    it("shows its configuration in a preview, without secrets", () => {
        const { inputs } = declared("matrix-synapse:bridges:Bridge", "bridge-irc");
        const text = JSON.stringify(inputs);
        assert.match(text, /irc\.libera\.chat/);
        assert.match(text, /\[secret\]/);
        assert.doesNotMatch(text, /hush|password of/);
    });

    it("keeps its secrets out of everything but its secret files", () => {
        const telling = registrations.filter(({ type, inputs }) => {
            const { uploads: _, applicationServiceToken: __, ...rest } = inputs;
            return (
                type !== "random:index/randomPassword:RandomPassword" &&
                JSON.stringify(rest).includes("application-service-bridge-irc-as-token")
            );
        });
        assert.deepEqual(
            telling.map(({ name }) => name),
            [],
        );
    });
});

describe("a bridge that is turned off", () => {
    it("has neither a container, nor a registration, nor an account in its rooms", async () => {
        await declareStack({ ...settings, bridges: { irc: { ...settings.bridges.irc, enabled: false } } });
        assert.ok(!registrations.some(({ name }) => name === "bridge-irc"));
        assert.ok(!Object.keys(uploads("homeserver")).some((file) => file.includes("application-service")));
        assert.deepEqual(declared("matrix:index:Room", "room-support").inputs.members, { "@alice:example.org": 100 });
    });
});

const family = ["whatsapp", "signal", "slack", "discord", "meta", "gmessages", "bluesky", "telegram"] as const;
const ofFamily = {
    ...Object.fromEntries(family.map((platform) => [platform, {}])),
    telegram: { apiId: 1, apiHash: "0123456789abcdef0123456789abcdef" },
};

describe("bridges of the mautrix family", function () {
    // Eight of them are some hundred resources.
    this.timeout(60_000);
    it("has a container each, from the image that is given", async () => {
        const images = Object.fromEntries(
            family.map((platform) => [`mautrix${platform[0]?.toUpperCase()}${platform.slice(1)}`, `own/${platform}:1`]),
        );
        await declareStack({ bridges: ofFamily, images });
        for (const platform of family) assert.equal(container(`bridge-${platform}`).image, `sha256:own/${platform}:1`);
    });

    it("keeps the database of one that is turned off", async () => {
        await declareStack({ bridges: { ...ofFamily, whatsapp: { enabled: false } } });
        assert.ok(declared("postgresql:index/database:Database", "database-bridge-whatsapp"));
        assert.ok(!registrations.some(({ name }) => name === "bridge-whatsapp"));
    });
});

describe("a stack without bridges", () => {
    it("has nothing of them", async () => {
        await declareStack();
        assert.ok(!registrations.some(({ type, name }) => /bridge/i.test(`${type} ${name}`)));
    });
});
