import assert from "node:assert/strict";
import { parseSettings } from "../../../../components/settings/parse.ts";

const faults = (bridges: Record<string, unknown>, others: Record<string, unknown> = {}) =>
    parseSettings({ serverName: "example.org", users: { alice: {} }, bridges, ...others }).faults.map(
        ({ path, message }) => `${path}: ${message}`,
    );

describe("a bridge of the mautrix family that cannot be", () => {
    it("is none that says only what it must", () => {
        assert.deepEqual(faults({ whatsapp: {}, signal: {}, slack: {}, discord: {}, meta: {}, gmessages: {} }), []);
        assert.deepEqual(faults({ telegram: { apiId: 1, apiHash: "0123456789abcdef0123456789abcdef" } }), []);
    });

    it("lacks what Telegram alone wants, or has it malformed, and the hash is not repeated", () => {
        assert.equal(faults({ telegram: {} }).length, 2);
        const [fault = "", ...more] = faults({ telegram: { apiId: 1, apiHash: "not-a-hash" } });
        assert.match(fault, /^bridges\.telegram\.apiHash: .*is not an API hash, which has 32 characters of 0-9 and a-f/);
        assert.ok(!fault.includes("not-a-hash") && more.length === 0, fault);
    });

    it("names users by a pattern that it does not understand", () =>
        assert.match(
            faults({ whatsapp: { users: ["alice", "@a*:example.org"] } }).join("\n"),
            /^bridges\.whatsapp\.users\.1: "@a\*:example\.org" is neither one user ID nor all of one server/,
        ));

    it("would act as everyone's own account", () => {
        const doublePuppeting = true;
        assert.match(
            faults({ signal: { doublePuppeting } }).join("\n"),
            /^bridges\.signal\.doublePuppeting: is true, so the bridge could act as everyone on this server, administrators too; name its users in bridges\.signal\.users$/,
        );
        assert.deepEqual(faults({ signal: { doublePuppeting, users: ["alice"] } }), []);
    });

    it("has no database of its own where role and database are given", () =>
        assert.match(
            faults({ slack: {} }, { database: { host: "db.example.org", password: "hush" } }).join("\n"),
            /^bridges\.slack: needs a database of its own, and database\.password gives one for the homeserver alone; give database\.adminPassword instead$/,
        ));

    it("is told by config what a setting or this program tells it", () => {
        const told = (platform: string, config: object) => faults({ [platform]: { config } }).join("\n");
        assert.match(told("whatsapp", { appservice: { as_token: "x" } }), /^bridges\.whatsapp\.config\.appservice: cannot be changed/);
        assert.match(
            told("whatsapp", { bridge: { permissions: {} } }),
            /permissions: is what bridges\.whatsapp\.users is for; set that instead$/,
        );
        assert.match(told("whatsapp", { encryption: { allow: false } }), /is what bridges\.whatsapp\.encryption is for/);
        assert.match(told("discord", { bridge: { encryption: { default: false } } }), /is what bridges\.discord\.encryption is for/);
        assert.equal(told("whatsapp", { network: { url_previews: true }, encryption: { rotation: { messages: 5 } } }), "");
    });

    it("has the image of Meta's other network", () => {
        assert.match(
            faults({ meta: { app: "instagram" } }).join("\n"),
            /^images\.mautrixMeta: is the image of the bridge to Messenger, and bridges\.meta\.app is instagram; set dock\.mau\.dev\/mautrix\/meta:ig-v0\.2608\.0$/,
        );
        assert.deepEqual(faults({ meta: { app: "instagram" } }, { images: { mautrixMeta: "dock.mau.dev/mautrix/meta:ig-v0.2608.0" } }), []);
    });
});
