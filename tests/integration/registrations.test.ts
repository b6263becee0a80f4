import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type PreviewedResource, previewedResources } from "../support/registrations.ts";
import { smallStack } from "../support/stack.ts";

describe("what a stack registers", function () {
    this.timeout(60_000);
    let resources: PreviewedResource[];
    before(async () => {
        resources = await previewedResources("test-registrations", smallStack(21000, { protectData: true }));
    });

    it("protects what holds data or identity, and nothing else", () => {
        const held = resources.filter(({ protect }) => protect).map(({ type, name }) => `${type} ${name}`);
        assert.deepEqual(held, [
            "docker:index/volume:Volume database-data",
            "docker:index/volume:Volume homeserver-media",
            "postgresql:index/database:Database database-synapse",
            "random:index/randomPassword:RandomPassword signing-key-seed",
        ]);
    });

    it("takes nothing out of a database that goes with its volume", () => {
        assert.deepEqual(
            resources.filter(({ deletedWith }) => deletedWith).map(({ name, deletedWith }) => [name, deletedWith]),
            ["administrator", "bot-notifier", "room-lobby", "database-synapse", "database-synapse-role"].map((name) => [
                name,
                "database-data",
            ]),
        );
    });

    // A change that means to change it: npm run registrations, and read the difference.
    it("is what the file beside this test says, to the last input", () => {
        const golden = JSON.parse(readFileSync(new URL("registrations.json", import.meta.url), "utf8"));
        assert.deepEqual(resources, golden);
    });
});
