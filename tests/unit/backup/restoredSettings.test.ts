import assert from "node:assert/strict";
import { parse } from "yaml";
import type { Deposit } from "../../../scripts/backup/deposit.ts";
import { settingsOf } from "../../../scripts/backup/settings.ts";

const file = `# Ours
encryptionsalt: v1:of-the-lost-machine
config:
  matrix-synapse:serverName: example.org
  matrix-synapse:users:
    alice.b:
      password:
        secure: v1:of-the-lost-machine
`;
const deposit: Deposit = {
    stack: "prod",
    serverName: "example.org",
    file,
    config: {
        "matrix-synapse:serverName": { value: "example.org", secret: false },
        "matrix-synapse:users": { objectValue: { "alice.b": { password: "the password of alice" } }, secret: true },
    },
    state: {},
};

describe("the stack's file after a restore", () => {
    it("is the one that was backed up, its secrets apart, to be encrypted anew", () => {
        const { text, secrets, images, database } = settingsOf(deposit);
        assert.deepEqual(secrets, [{ path: 'matrix-synapse:users["alice.b"]["password"]', value: "the password of alice" }]);
        assert.deepEqual(parse(text), {
            config: { "matrix-synapse:serverName": "example.org", "matrix-synapse:users": { "alice.b": {} } },
        });
        assert.deepEqual([images.postgres, database], ["docker.io/library/postgres:15-bookworm", "synapse"]);
    });

    it("is the one that is there, with its comments, where there is one", () => {
        const present =
            "# On the new machine\nconfig:\n  matrix-synapse:serverName: example.org # ours\n  matrix-synapse:database: { port: 1234 }\n";
        assert.equal(settingsOf(deposit, `encryptionsalt: v1:new\n${present}`).text, present);
    });

    it("must be for the same server, without faults, and have no secret that was not backed up", () => {
        const with_ = (text: string) => () => settingsOf(deposit, text);
        assert.throws(with_("config: { matrix-synapse:serverName: else.org }"), {
            message: "the stack's file is for else.org, and the backup is of example.org",
        });
        assert.throws(
            with_("config: { matrix-synapse:serverName: example.org, matrix-synapse:user: {} }"),
            /the stack's file has a fault: user: is not a setting/,
        );
        assert.throws(with_(file.replace("alice.b", "bob")), {
            message: "the backup has no secret at matrix-synapse:users.bob.password; set it in the stack's file after the restore",
        });
    });
});
