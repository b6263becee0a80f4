import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { packageSchema } from "../../../provider/plugin/schema/schema.ts";
import { fromWire, toWire } from "../../../provider/plugin/wire.ts";
import { root } from "../../../scripts/project/checkout.ts";

const require = createRequire(import.meta.url);
const messages = require("@pulumi/pulumi/proto/provider_pb.js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
const { version } = require("../../../package.json") as { version: string };

// biome-ignore lint/suspicious/noExplicitAny: generated messages, whose getters the protocol names
type Message = any;

const urnOf = (type: string) => `urn:pulumi:dev::matrix-synapse::matrix-synapse:gateway:Gateway$matrix:index:${type}::it`;

describe("the provider's plugin", function () {
    this.timeout(30_000);
    let plugin: ChildProcess;
    let ask: (method: string, request: Message) => Promise<Message>;

    before(async () => {
        plugin = spawn(join(root, "provider/plugin/pulumi-resource-matrix"), { stdio: ["ignore", "pipe", "inherit"] });
        const [port] = await once(plugin.stdout as NodeJS.ReadableStream, "data");
        const client = new ResourceProviderClient(`127.0.0.1:${String(port).trim()}`, credentials.createInsecure());
        ask = (method, request) =>
            new Promise((resolve, reject) => {
                client[method](request, (error: Error | null, answer: Message) => (error ? reject(error) : resolve(answer)));
            });
    });
    after(async () => {
        plugin.kill();
        await once(plugin, "exit");
    });

    it("answers with its package schema", async () => {
        const answer = await ask("getSchema", new messages.GetSchemaRequest());
        assert.deepEqual(JSON.parse(answer.getSchema()), packageSchema(version));
    });

    it("leaves the comparison to Pulumi, and says what makes another resource", async () => {
        const request = new messages.DiffRequest();
        request.setUrn(urnOf("Administrator"));
        request.setOldInputs(toWire({ userId: "@a:x", displayName: "A" }));
        request.setNews(toWire({ userId: "@b:x", displayName: "B" }));
        const answer = await ask("diff", request);
        assert.equal(answer.getChanges(), messages.DiffResponse.DiffChanges.DIFF_UNKNOWN);
        assert.deepEqual(answer.getReplacesList(), ["userId"]);
    });

    it("marks secrets, and knows no value that only the server can tell, in the preview of a creation", async () => {
        const request = new messages.CreateRequest();
        request.setUrn(urnOf("Administrator"));
        request.setPreview(true);
        request.setProperties(toWire({ userId: "@a:x", password: "p", token: "valid" }, ["password"]));
        const properties = (await ask("create", request)).getProperties().toJavaScript() as Record<string, object | string>;
        assert.equal(properties.userId, "@a:x");
        assert.deepEqual(Object.keys(properties).sort(), ["accessToken", "password", "userId"]);
        for (const secret of ["accessToken", "password"]) assert.equal(typeof properties[secret], "object", `${secret} is in the clear`);
    });

    it("leaves a gateway certificate of an earlier version in the state as it is, and deletes it without doing anything", async () => {
        const inputs = { container: "abc", path: "/data/installed.pem", pem: "secret", reload: ["caddy", "reload"] };
        const read = new messages.ReadRequest();
        read.setUrn(urnOf("InstalledCertificate"));
        read.setId(inputs.path);
        read.setInputs(toWire(inputs, ["pem"]));
        read.setProperties(toWire({}));
        const found = await ask("read", read);
        assert.equal(found.getId(), inputs.path);
        assert.deepEqual(fromWire(found.getInputs()), inputs);
        assert.deepEqual(found.getInputs().toJavaScript(), read.getInputs().toJavaScript(), "a secret was opened");

        const remove = new messages.DeleteRequest();
        remove.setUrn(urnOf("InstalledCertificate"));
        remove.setId(inputs.path);
        remove.setOldInputs(toWire(inputs, ["pem"]));
        await ask("delete", remove);
    });

    it("refuses such a certificate in a program, and a type that it does not have", async () => {
        for (const [type, message] of [
            ["InstalledCertificate", /is a resource of an earlier version; take it out of the program/],
            ["Widget", /there is no matrix:index:Widget; known: matrix:index:Administrator, /],
        ] as const) {
            const request = new messages.CheckRequest();
            request.setUrn(urnOf(type));
            request.setNews(toWire({}));
            await assert.rejects(ask("check", request), message);
        }
    });
});
