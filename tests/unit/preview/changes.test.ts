import assert from "node:assert/strict";
import { previewOf } from "../../../scripts/preview/changes.ts";
import { event, refreshed, type Step, said, urnOf } from "./events.ts";

const changesOf = (...steps: Step[]) => previewOf("dev", steps.map(event)).changes;
const secretMark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
const container = "docker:index/container:Container";
const volume = "docker:index/volume:Volume";
const room = "matrix:index:Room";
const password = "random:index/randomPassword:RandomPassword";

describe("the changes of a preview", () => {
    it("are named as people know things", () => {
        const found = changesOf(
            { op: "create", type: room, name: "room-lobby" },
            { op: "create", type: "matrix:index:Bot", name: "bot-notifier" },
            { op: "create", type: container, name: "synapse" },
            { op: "create", type: "postgresql:index/role:Role", name: "database-role" },
            { op: "create", type: "acme:index:ShinyNewThing", name: "x" },
        );
        assert.deepEqual(found.map(({ kind, name }) => `${kind} ${name}`).sort(), [
            "bot notifier",
            "container synapse",
            "database role database-role",
            "room lobby",
            "shiny new thing x",
        ]);
    });

    it("leave out what is unchanged, providers, the stack itself and Pulumi's own inputs", () => {
        assert.deepEqual(
            changesOf(
                { op: "same", type: container, name: "caddy", before: {}, after: {} },
                {
                    op: "update",
                    type: "pulumi:providers:docker",
                    name: "default_5_2_0",
                    before: { version: "5.1" },
                    after: { version: "5.2" },
                },
                { op: "update", type: "pulumi:pulumi:Stack", name: "dev", custom: false, before: {}, after: { x: 1 } },
                { op: "read", type: "pulumi:pulumi:StackReference", name: "other", after: {} },
            ),
            [],
        );
        const [change] = changesOf({
            op: "update",
            type: room,
            name: "lobby",
            before: { __provider: "1", topic: "a", __defaults: [] },
            after: { __provider: "2", topic: "b", __defaults: ["x"] },
        });
        assert.deepEqual(change?.differences, [{ path: "topic", before: "a", after: "b" }]);
    });

    it("count a replacement once", () => {
        const steps = (["create-replacement", "replace", "delete-replaced"] as const).map(
            (op): Step => ({ op, type: container, name: "synapse", before: { image: "a" }, after: { image: "b" }, diffs: ["image"] }),
        );
        assert.deepEqual(
            changesOf(...steps).map(({ operation, differences }) => ({ operation, differences })),
            [{ operation: "replaced", differences: [{ path: "image", before: "a", after: "b" }] }],
        );
    });

    it("say of a container's files what its component knows, where the files themselves are masked", () => {
        const component = "matrix-synapse:homeserver:Synapse";
        const found = changesOf(
            {
                op: "update",
                type: component,
                name: "homeserver",
                custom: false,
                before: { files: { "/etc/homeserver.yaml": "a: 1\nb: 2\n" } },
                after: { files: { "/etc/homeserver.yaml": "a: 1\nb: 3\n" } },
            },
            {
                op: "replace",
                type: container,
                name: "synapse",
                parent: urnOf(component, "homeserver"),
                before: { uploads: secretMark },
                after: { uploads: secretMark },
                diffs: ["uploads"],
            },
        );
        assert.equal(found.length, 1);
        assert.deepEqual(found[0]?.differences, [{ path: "/etc/homeserver.yaml: b", before: "2", after: "3" }]);
    });

    it("show each secret that is created, renewed or deleted, also beside its account", () => {
        const alice = (op: Step["op"]): string[] =>
            changesOf(
                { op, type: "matrix:index:User", name: "user-alice", before: {}, after: {} },
                { op, type: password, name: "user-alice-password", before: {}, after: {} },
            ).map(({ operation, kind, name }) => `${operation} ${kind} ${name}`);
        for (const [op, word] of [
            ["create", "created"],
            ["replace", "replaced"],
            ["delete", "deleted"],
        ] as const) {
            assert.deepEqual(alice(op).sort(), [`${word} secret user-alice-password`, `${word} user alice`]);
        }
    });

    it("show that the signing key's seed is deleted, and what is lost with it", () => {
        const [change, ...others] = changesOf({ op: "delete", type: password, name: "signing-key-seed", before: { length: 64 } });
        assert.deepEqual(others, []);
        assert.deepEqual([change?.operation, change?.kind, change?.name], ["deleted", "secret", "signing-key-seed"]);
        assert.match(change?.loss ?? "", /the server's identity/);
    });

    it("show a list whose length changed by what was put in and taken out, not by each entry that moved", () => {
        const [change] = changesOf({
            op: "update",
            type: room,
            name: "lobby",
            before: { serverAcl: { deny: ["b", "c"] } },
            after: { serverAcl: { deny: ["a", "b", "c"] } },
            diffs: ["serverAcl.deny[0]", "serverAcl.deny[1]", "serverAcl.deny[2]"],
        });
        assert.deepEqual(change?.differences, [{ path: "serverAcl.deny", after: "a" }]);
    });

    it("put first what loses data, and say what is lost", () => {
        const found = changesOf(
            { op: "create", type: room, name: "a" },
            { op: "replace", type: container, name: "postgres", before: {}, after: {} },
            { op: "delete", type: room, name: "gone", before: { onDelete: "purge" } },
            { op: "delete", type: room, name: "left", before: { onDelete: "leave" } },
            { op: "delete", type: "matrix:index:User", name: "erased", before: { onDelete: "erase" } },
            { op: "delete", type: "matrix:index:User", name: "deactivated", before: { onDelete: "deactivate" } },
            { op: "replace", type: volume, name: "postgres", before: { name: "a" }, after: { name: "b" } },
            { op: "replace", type: password, name: "signing-key-seed", before: {}, after: {} },
            { op: "replace", type: password, name: "form-secret", before: {}, after: {} },
            { op: "delete", type: "postgresql:index/database:Database", name: "database" },
        );
        assert.deepEqual(
            found.filter(({ loss }) => loss).map(({ kind, name }) => `${kind} ${name}`),
            found.slice(0, 5).map(({ kind, name }) => `${kind} ${name}`),
        );
        assert.deepEqual(
            found.slice(0, 5).map(({ kind, name }) => `${kind} ${name}`),
            ["database database", "room gone", "secret signing-key-seed", "user erased", "volume postgres"],
        );
        assert.match(found.find(({ name }) => name === "left")?.note ?? "", /stays on the server/);
    });

    it("do not call lost what stays when it is taken out of the stack", () => {
        const [change] = changesOf({ op: "delete", type: volume, name: "media", before: {}, retainOnDelete: true });
        assert.equal(change?.operation, "kept");
        assert.equal(change?.loss, undefined);
    });

    it("say that the homeserver restarts where its container is replaced, and what becomes of requests", () => {
        const note = (name: string, op: "replace" | "update" | "create") =>
            changesOf({ op, type: container, name, before: {}, after: {} })[0]?.note;
        assert.match(note("homeserver", "replace") ?? "", /^the homeserver restarts .*requests wait/);
        assert.match(note("gateway", "replace") ?? "", /refused/);
        assert.deepEqual(
            [note("homeserver", "update"), note("homeserver", "create"), note("relay", "replace")],
            [undefined, undefined, undefined],
        );
    });

    it("leave out that a deleted database's list of who may enter goes with it", () => {
        const grant = { type: "postgresql:index/grant:Grant", name: "database-bridge-access", retainOnDelete: true };
        assert.deepEqual(changesOf({ ...grant, op: "delete" }), []);
        assert.deepEqual(
            changesOf({ ...grant, op: "create" }).map(({ operation, kind }) => [operation, kind]),
            [["created", "database access"]],
        );
    });

    it("tell what somebody changed on the server from what is declared anew", () => {
        const lobby = { type: room, name: "lobby" };
        const drifted = previewOf("dev", [
            refreshed({ ...lobby, before: { topic: "Welcome", name: "Lobby" }, after: { topic: "hacked", name: "Lobby" } }),
            event({ ...lobby, op: "update", before: { topic: "hacked", name: "Lobby" }, after: { topic: "Welcome", name: "Foyer" } }),
        ]);
        assert.deepEqual(drifted.changes[0]?.differences, [
            { path: "name", before: "Lobby", after: "Foyer" },
            { path: "topic", before: "hacked", after: "Welcome", drift: true },
        ]);
    });

    it("show drift that only the outputs know, without what the provider filled in", () => {
        const [change] = changesOf({
            op: "update",
            type: container,
            name: "caddy",
            before: { memory: 256, ports: [{ internal: 1 }] },
            outputs: { memory: 512, ports: [{ internal: 2, ip: "0.0.0.0" }] },
            after: { memory: 256, ports: [{ internal: 1 }] },
            diffs: ["memory", "ports"],
        });
        assert.deepEqual(change?.differences, [
            { path: "memory", before: 512, after: 256, drift: true },
            { path: "ports[0].internal", before: 2, after: 1, drift: true },
        ]);
    });

    it("show no secret: the engine masks it, and the word stays", () => {
        const [change] = changesOf({
            op: "update",
            type: "acme:index:Thing",
            name: "x",
            before: { token: secretMark },
            after: { token: secretMark },
            diffs: ["token"],
        });
        assert.match(JSON.stringify(change?.differences), /\(secret\).*\(secret\)/);
        assert.doesNotMatch(JSON.stringify(change), /ciphertext|1b470612/);
    });
});

describe("what Pulumi says beside the changes", () => {
    it("is one line each, once, without colours or stack traces", () => {
        const { warnings, failures } = previewOf("dev", [
            said("warning", "\u001b[33mwarning: drift was not looked at: the server does not answer\u001b[0m\n"),
            said("warning", "warning: drift was not looked at: the server does not answer\n"),
            said("error", "<{%reset%}>it failed<{%reset%}>\n    at file:///x/index.ts:3:7\n    at async main (index.ts:1:1)\n"),
        ]);
        assert.deepEqual(warnings, ["warning: drift was not looked at: the server does not answer"]);
        assert.deepEqual(failures, ["it failed"]);
    });

    const ofBridge = (op: "create" | "delete"): Step[] => [
        { op, type: "matrix-synapse:bridges:Bridge", name: "bridge-irc", custom: false },
        { op, type: container, name: "bridge-irc" },
        { op, type: volume, name: "bridge-irc-data" },
        { op, type: "matrix:index:Bot", name: "bridge-irc" },
        { op, type: password, name: "application-service-bridge-irc-as-token" },
        { op, type: password, name: "application-service-bridge-irc-hs-token" },
    ];

    it("have one line for a bridge that comes, and say that the homeserver restarts", () => {
        const restart: Step = {
            op: "replace",
            type: container,
            name: "homeserver",
            before: { image: "a" },
            after: { image: "b" },
            diffs: ["image"],
        };
        const found = changesOf(...ofBridge("create"), restart);
        assert.deepEqual(
            found.map(({ operation, kind, name }) => `${operation} ${kind} ${name}`),
            ["replaced container homeserver", "created bridge irc"],
        );
        assert.match(found[1]?.note ?? "", /to IRC: .*; the homeserver restarts, and requests wait for it$/);
        assert.doesNotMatch(changesOf(...ofBridge("create"))[0]?.note ?? "", /restarts/);
    });

    it("have one line for a bridge that goes, and another for its database", () => {
        const database = { op: "delete", type: "postgresql:index/database:Database", name: "database-bridge-irc" } as const;
        const kept = changesOf(...ofBridge("delete"), { ...database, retainOnDelete: true });
        assert.deepEqual(
            kept.map(({ operation, kind, name }) => `${operation} ${kind} ${name}`),
            ["deleted bridge irc", "kept database database-bridge-irc"],
        );
        const [lost] = changesOf(...ofBridge("delete"), database);
        assert.deepEqual([lost?.kind, lost?.loss], ["database", "everything in it"]);
    });
});
