import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { offlineDir, type Versions, versions } from "../../../scripts/project/checkout.ts";
import { recipeHash } from "../../../scripts/setup/recipe.ts";

describe("an image's recipe hash", () => {
    const copy = mkdtempSync(join(tmpdir(), "recipes-"));
    before(() => cpSync(join(offlineDir, "images"), copy, { recursive: true }));
    after(() => rmSync(copy, { recursive: true }));

    const withTag = (tag: string): Versions => ({
        ...versions,
        images: { ...versions.images, synapse: { ...versions.images.synapse, tag } },
    });

    it("is the same in another checkout", () => {
        assert.equal(recipeHash("synapse", versions, copy), recipeHash("synapse", versions));
    });

    it("changes with the version", () => {
        assert.notEqual(recipeHash("synapse", withTag("9.9.9")), recipeHash("synapse", versions));
    });

    it("changes with the base's suite", () => {
        assert.notEqual(recipeHash("caddy", { ...versions, suite: "trixie" }), recipeHash("caddy", versions));
    });

    it("changes with the recipe of the image that it is built on", () => {
        assert.notEqual(recipeHash("synapse-s3", withTag("9.9.9")), recipeHash("synapse-s3", versions));
        assert.equal(recipeHash("clamav", withTag("9.9.9")), recipeHash("clamav", versions));
    });

    it("changes with a file of its own recipe, and with no other's", () => {
        const before = { coturn: recipeHash("coturn", versions, copy), postgres: recipeHash("postgres", versions, copy) };
        writeFileSync(join(copy, "coturn/Dockerfile"), "FROM scratch\n");
        assert.notEqual(recipeHash("coturn", versions, copy), before.coturn);
        assert.equal(recipeHash("postgres", versions, copy), before.postgres);
    });
});
