import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { orphanedPlugins, parentOf, removeTornAttributes } from "../../../scripts/deployment/killedCli.ts";

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

    it("is a plugin whose parent is no CLI, wherever that is: a CLI may be process 1 itself", () => {
        const processes = mkdtempSync(join(tmpdir(), "processes-"));
        const run = (pid: number, name: string, parent: number, executable: string) => {
            mkdirSync(join(processes, `${pid}`));
            writeFileSync(join(processes, `${pid}/stat`), `${pid} (${name}) S ${parent} 1 1 0`);
            symlinkSync(executable, join(processes, `${pid}/exe`));
        };
        const plugin = "/c/.tools/bin/pulumi-resource-docker";
        try {
            run(1, "pulumi", 0, "/c/.tools/bin/pulumi");
            run(10, "pulumi-resource", 1, plugin);
            run(11, "pulumi-language", 1, "/c/.tools/bin/pulumi-language-nodejs");
            assert.deepEqual(orphanedPlugins("/c/.tools", processes), []);
            // A CLI beside it, and one that was killed: its plugins went to what collects orphans.
            run(20, "pulumi", 5, "/c/.tools/bin/pulumi");
            run(21, "pulumi-resource", 20, plugin);
            run(30, "systemd", 1, "/usr/lib/systemd/systemd");
            run(31, "pulumi-resource", 30, plugin);
            run(32, "pulumi-language", 30, "/c/.tools/bin/pulumi-language-nodejs");
            // Of another checkout, of another kind, and of a parent that has ended just now.
            run(40, "pulumi-resource", 30, "/d/.tools/bin/pulumi-resource-docker");
            run(41, "pulumi", 30, "/c/.tools/bin/pulumi");
            run(42, "pulumi-resource", 99, plugin);
            assert.deepEqual(orphanedPlugins("/c/.tools", processes), [31, 32, 42]);
        } finally {
            rmSync(processes, { recursive: true });
        }
    });

    it("is told from a living CLI's by the parent, whatever the process is called", () => {
        assert.equal(parentOf("42 (a) (b c) S 1 42 42 0"), 1);
        assert.equal(parentOf("42 (pulumi-resource) S 4711 42"), 4711);
    });
});
