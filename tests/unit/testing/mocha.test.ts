import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mocha } from "../../../scripts/testing/job.ts";
import { runJobs } from "../../../scripts/testing/runJobs.ts";

/** The options in .mocharc.json see to it. Without it, files that share a stack would bring up two. */
describe("a Mocha process", function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), "mocha-"));
    after(() => rmSync(folder, { recursive: true }));

    it("loads a module once for all its files, though Mocha requires some of them and imports others", async () => {
        const write = (name: string, body: string) => {
            writeFileSync(join(folder, name), body);
            return join(folder, name);
        };
        write("package.json", '{ "type": "module" }');
        write(
            "counted.ts",
            "const all = globalThis as { loads?: number };\nexport const loads = () => (all.loads ?? 0) as number;\nall.loads = loads() + 1;\n",
        );
        const asks = 'describe("a file", () => { it("finds one", () => { if (loads() !== 1) throw new Error("loaded twice"); }); });';
        const files = [
            write("required.test.ts", `import { loads } from "./counted.ts";\n${asks}\n`),
            // A top-level await cannot be required.
            write("imported.test.ts", `import { loads } from "./counted.ts";\nawait Promise.resolve();\n${asks}\n`),
        ];
        const said: string[] = [];
        await runJobs([mocha("two files", files), mocha("one of them", files.slice(1))], { say: (text) => said.push(text), folder });
        assert.match(said.join("\n"), /\n3 passed, 0 failed$/);
    });
});
