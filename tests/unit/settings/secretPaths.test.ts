/** Which settings stay secret in the state. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { secretPaths, shownAllTheSame, withSecretMarks } from "../../../components/settings/secretPaths.ts";

const file = `
config:
  matrix-synapse:rooms:
    lobby:
      topic: Welcome
      pinnedMessage:
        secure: v1:abc
      serverAcl:
        deny:
          - secure: v1:def
  bots:
    notifier:
      displayName:
        secure: v1:ghi
  matrix-synapse:users:
    secure: v1:jkl
`;

describe("secret settings", () => {
    it("are those that the stack's file keeps encrypted, however far in", () => {
        assert.deepEqual(secretPaths(["rooms", "bots", "users"], file, "matrix-synapse"), [
            ["rooms", "lobby", "pinnedMessage"],
            ["rooms", "lobby", "serverAcl", "deny", "0"],
            ["bots", "notifier", "displayName"],
            ["users"],
        ]);
    });

    it("are all of a section where the stack's file does not say which", () => {
        assert.deepEqual(secretPaths(["rooms"], undefined, "matrix-synapse"), [["rooms"]]);
        assert.deepEqual(secretPaths(["spaces"], file, "matrix-synapse"), [["spaces"]]);
        assert.deepEqual(secretPaths([], file, "matrix-synapse"), []);
    });

    it("stay secret as inputs, and the others are shown", async () => {
        const inputs = { topic: "Welcome", pinnedMessage: "1234", serverAcl: { deny: ["evil.example"] }, parent: undefined };
        const marks = async (key: string, paths: string[][]) => {
            const marked = withSecretMarks(inputs, "rooms", key, paths);
            const secret = async (value: unknown) => pulumi.Output.isInstance(value) && (await pulumi.isSecret(value));
            const names = await Promise.all(Object.entries(marked).map(async ([name, value]) => ((await secret(value)) ? [name] : [])));
            return names.flat();
        };
        const paths = [
            ["rooms", "lobby", "pinnedMessage"],
            ["rooms", "lobby", "serverAcl", "deny", "0"],
        ];
        assert.deepEqual(await marks("lobby", paths), ["pinnedMessage", "serverAcl"]);
        assert.deepEqual(await marks("other", paths), []);
        assert.deepEqual(await marks("other", [["rooms"]]), ["topic", "pinnedMessage", "serverAcl"]);
        assert.deepEqual(await marks("other", [["users"]]), []);
    });

    it("that are shown all the same are told: those of readable configuration", () => {
        assert.deepEqual(
            shownAllTheSame([
                ["homeserver", "serverNotices", "roomName"],
                ["gateway", "contacts", "0"],
                ["homeserver", "config", "email", "smtp_user"],
                ["homeserver", "signingKey"],
                ["homeserver", "proxy", "password"],
                ["database", "adminPassword"],
                ["gateway", "certificate", "key"],
                ["rooms", "lobby", "pinnedMessage"],
                ["homeserver", "config"],
                ["turn", "external", "username"],
                ["homeserver"],
            ]),
            ["homeserver.serverNotices.roomName", "gateway.contacts.0"],
        );
    });
});
