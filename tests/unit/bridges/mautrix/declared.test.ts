/** What bridges of the mautrix family declare: a container, a database and secrets of its own each, and what the homeserver is told. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { mautrixNetworks, mautrixPlatforms } from "../../../../components/bridges/mautrix/networks.ts";
import { container, declareStack } from "../../../support/declaredStack.ts";
import { declared, registrations } from "../../../support/mocks.ts";

const uploads = (name: string) => Object.fromEntries(container(name).uploads.map((upload) => [upload.file, upload]));
const parsed = (name: string, file: string) => parse(String(uploads(name)[file]?.content));

describe("declared bridges of the mautrix family", function () {
    this.timeout(60_000);
    before(() =>
        declareStack({
            users: { alice: {}, bob: {} },
            bridges: {
                whatsapp: { users: ["alice", "bob"], admins: ["bob"], doublePuppeting: true, memory: 300, onRemoval: "drop" },
                signal: {},
                slack: { encryption: "off" },
                discord: {},
                bluesky: {},
                meta: {},
                gmessages: { enabled: false },
                telegram: { apiId: 12, apiHash: "0123456789abcdef0123456789abcdef" },
            },
            images: { mautrixWhatsapp: "example.org/whatsapp:1" },
        }),
    );

    it("has a container of its own with its image, memory and configuration, which it alone may read", () => {
        const { image, memory, command } = container("bridge-whatsapp");
        assert.match(String(image), /example\.org\/whatsapp:1/);
        assert.equal(memory, 300);
        assert.deepEqual(command, ["/usr/bin/mautrix-whatsapp", "--no-update", "--config", "/run/secrets/bridge.yaml"]);
        const file = uploads("bridge-whatsapp")["/run/secrets/bridge.yaml"];
        assert.deepEqual([file?.permissions, file?.owner], ["0400", "991"]);
        const { bridge, database, provisioning, encryption } = parse(String(file?.content));
        assert.deepEqual(bridge.permissions, { "@alice:example.org": "user", "@bob:example.org": "admin" });
        assert.match(
            database.uri,
            /^postgres:\/\/synapse_whatsapp:password%20of%20bridge-whatsapp-database-password@database:5432\/synapse_whatsapp\?/,
        );
        assert.equal(provisioning.shared_secret, "password of bridge-whatsapp-provisioning-secret");
        assert.equal(encryption.pickle_key, "password of bridge-whatsapp-pickle-key");
        for (const platform of mautrixPlatforms.filter((one) => one !== "gmessages" && one !== "whatsapp"))
            assert.match(
                String(container(`bridge-${platform}`).image),
                new RegExp(`mautrix/${platform}:${mautrixNetworks[platform].version}$`),
            );
        assert.ok(!registrations.some(({ name }) => name === "bridge-gmessages"), "a bridge runs that is turned off");
    });

    it("is registered to take part in encrypted rooms, unless it is told not to", () => {
        const registration = (id: string) => parsed("homeserver", `/run/secrets/application-service-${id}.yaml`);
        const features = ["receive_ephemeral", "de.sorunome.msc2409.push_ephemeral", "org.matrix.msc3202", "io.element.msc4190"];
        for (const feature of features) {
            assert.equal(registration("bridge-signal")[feature], true, feature);
            assert.equal(registration("bridge-slack")[feature], undefined, feature);
        }
        assert.equal(registration("bridge-signal").url, "http://bridge-signal:29328");
        assert.deepEqual(parsed("homeserver", "/etc/synapse/homeserver.yaml").experimental_features, {
            msc2409_to_device_messages_enabled: true,
            msc3202_transaction_extensions: true,
        });
    });

    it("acts by a registration of its own for the users who are named, which is sent nothing and reserves nothing", () => {
        const { url, namespaces, sender_localpart, as_token } = parsed(
            "homeserver",
            "/run/secrets/application-service-bridge-whatsapp-puppets.yaml",
        );
        assert.deepEqual([url, sender_localpart], [null, "whatsappbot-puppets"]);
        assert.deepEqual(namespaces, {
            users: [
                { exclusive: false, regex: "@alice:example\\.org$" },
                { exclusive: false, regex: "@bob:example\\.org$" },
            ],
            aliases: [],
            rooms: [],
        });
        const { double_puppet } = parsed("bridge-whatsapp", "/run/secrets/bridge.yaml");
        assert.deepEqual(double_puppet.secrets, { "example.org": `as_token:${as_token}` });
        assert.ok(!uploads("homeserver")["/run/secrets/application-service-bridge-signal-puppets.yaml"], "signal was not asked to");
    });

    it("shows its configuration in a preview without its secrets", () => {
        for (const platform of ["whatsapp", "telegram"]) {
            const text = JSON.stringify(declared("matrix-synapse:bridges:Bridge", `bridge-${platform}`).inputs);
            assert.match(text, /command_prefix/);
            assert.doesNotMatch(text, /password of|password%20of|0123456789abcdef/);
        }
    });
});

describe("a stack whose bridges encrypt nothing", function () {
    this.timeout(60_000);

    it("turns on none of Synapse's experimental features", async () => {
        await declareStack({ bridges: { slack: { encryption: "off" } } });
        assert.equal(parsed("homeserver", "/etc/synapse/homeserver.yaml").experimental_features, undefined);
    });
});
