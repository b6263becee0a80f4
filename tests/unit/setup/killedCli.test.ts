import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parentOf, removeTornAttributes } from "../../../scripts/deployment/killedCli.ts";

describe("what a killed CLI leaves", () => {
    it("is readable again without the attributes that were being written", () => {
        const directory = mkdtempSync(join(tmpdir(), "state-"));
        const files = {
            "dev.json": "{}",
            "dev.json.attrs": "",
            "dev.json.bak.attrs": '{"user.content_type":',
            "prod.json.attrs": "",
            "dev.json.bak": "{}",
        };
        for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
        assert.equal(removeTornAttributes(directory, "dev").length, 2);
        assert.deepEqual(readdirSync(directory).sort(), ["dev.json", "dev.json.bak", "prod.json.attrs"]);
        rmSync(directory, { recursive: true });
    });

    it("is nothing where there is no state yet, and whole attributes stay", () => {
        assert.deepEqual(removeTornAttributes("/nowhere", "dev"), []);
        const directory = mkdtempSync(join(tmpdir(), "state-"));
        writeFileSync(join(directory, "dev.json.attrs"), '{"md5":"x"}');
        assert.deepEqual(removeTornAttributes(directory, "dev"), []);
        rmSync(directory, { recursive: true });
    });

    it("is told from a living CLI's by the parent, whatever the process is called", () => {
        assert.equal(parentOf("42 (a) (b c) S 1 42 42 0"), 1);
        assert.equal(parentOf("42 (pulumi-resource) S 4711 42"), 4711);
    });
});
