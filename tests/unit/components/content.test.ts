import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { container, declareStack } from "../../support/declaredStack.ts";
import { declared, registrations, resolved, secretSignature } from "../../support/mocks.ts";

describe("content", () => {
    const room = (name: string) => declared("matrix:index:Room", name).inputs;

    it("is one resource a thing", async () => {
        await declareStack({ users: { u: {} }, bots: { b: {} }, spaces: { s: {} }, rooms: { r: { parent: "s" } } });
        const things = registrations.filter(({ type }) => type.startsWith("matrix:"));
        assert.deepEqual(things.map(({ type, name }) => `${type} ${name}`).sort(), [
            "matrix:index:Administrator administrator",
            "matrix:index:Bot bot-b",
            "matrix:index:Room room-r",
            "matrix:index:Room space-s",
            "matrix:index:User user-u",
        ]);
    });

    it("shows what a room is to be in readable inputs", async () => {
        await declareStack({ bots: { b: {} }, rooms: { r: { topic: "T", members: { b: 50, admin: 100 } } } });
        assert.deepEqual(room("room-r"), {
            alias: "#r:example.org",
            space: false,
            topic: "T",
            visibility: "private",
            joinRule: "invite",
            historyVisibility: "shared",
            encrypted: true,
            members: { "@admin:example.org": 100, "@b:example.org": 50 },
            onDelete: "leave",
        });
    });

    it("encrypts neither public rooms nor spaces", async () => {
        await declareStack({ spaces: { s: {} }, rooms: { r: { visibility: "public" } } });
        assert.deepEqual([room("space-s").encrypted, room("room-r").encrypted], [false, false]);
        assert.deepEqual([room("space-s").space, room("room-r").joinRule], [true, "public"]);
    });

    it("leads to the parent space, whichever is declared first", async () => {
        await declareStack({ spaces: { a: { parent: "b" }, b: {} }, rooms: { r: { parent: "a" } } });
        assert.deepEqual([room("room-r").parent, room("space-a").parent, room("space-b").parent], ["!space-a", "!space-b", undefined]);
    });

    it("leaves deactivated accounts out of their rooms, as the server does", async () => {
        await declareStack({ users: { u: { deactivated: true } }, rooms: { r: { members: { u: 50, "@x:other.org": 0 } } } });
        assert.deepEqual(room("room-r").members, { "@x:other.org": 0 });
    });

    it("gives tokens as secrets and room IDs in the clear", async () => {
        const { bots, rooms, users, adminPassword } = await declareStack({ bots: { b: {} }, rooms: { r: {} }, spaces: { s: {} } });
        assert.deepEqual(
            [await pulumi.isSecret(bots), await pulumi.isSecret(users), await pulumi.isSecret(adminPassword)],
            [true, true, true],
        );
        assert.equal(await pulumi.isSecret(rooms), false);
        assert.deepEqual(await resolved(rooms), { "#s:example.org": "!space-s", "#r:example.org": "!room-r" });
    });

    it("hands a given password over as a secret", async () => {
        await declareStack({ users: { u: { password: "a long password" } } });
        const raw = registrations.find(({ name }) => name === "user-u")?.raw as Record<string, object>;
        assert.ok(secretSignature in (raw.password ?? {}), "the password is in the clear");
    });

    it("always has an administrator", async () => {
        await declareStack({ administrator: "root" });
        assert.equal(declared("matrix:index:Administrator", "administrator").inputs.userId, "@root:example.org");
    });

    it("names the setting of the administrator's password where the user name does not tell it", async () => {
        const settingOf = () => declared("matrix:index:Administrator", "administrator").inputs.passwordSetting;
        await declareStack({});
        assert.equal(settingOf(), undefined);
        await declareStack({ administrator: "root", users: { root: { localpart: "admin" } } });
        assert.equal(settingOf(), "users.root.password");
        await declareStack({ administrator: "first.last" });
        assert.equal(settingOf(), `'users["first.last"].password'`);
    });

    it("registers an application service with the homeserver, its tokens in a secret file", async () => {
        await declareStack({ bots: { irc: { appservice: { namespace: "irc_" } } } });
        const path = "/run/secrets/application-service-irc.yaml";
        const { uploads } = container("homeserver");
        const config = parse(String(uploads.find(({ file }) => file.endsWith("homeserver.yaml"))?.content));
        assert.deepEqual(config.app_service_config_files, [path]);
        const registration = parse(String(uploads.find(({ file }) => file === path)?.content));
        assert.deepEqual(registration.namespaces.users, [{ exclusive: true, regex: "@irc_.*:example\\.org" }]);
        assert.equal(registration.as_token, "password of application-service-irc-as-token");
    });
});
