import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { root, toolsDir } from "../../../scripts/project/checkout.ts";

describe("a script that is compiled into one file", function () {
    this.timeout(30_000);
    let folder: string;
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    const entry = () => relative(root, join(folder, "entry.ts"));
    const run = (...parameters: string[]) =>
        execa("node", ["scripts/project/start.js", entry(), ...parameters], { cwd: root, reject: false });
    const compiledFile = () => join(toolsDir, "compiled", `${entry().replace(/\W/g, "-")}.mjs`);

    beforeEach(() => {
        mkdirSync(toolsDir, { recursive: true });
        folder = mkdtempSync(join(toolsDir, "test-compiled-"));
    });
    afterEach(() => {
        rmSync(compiledFile(), { force: true });
        rmSync(folder, { recursive: true });
    });

    it("gets its arguments, and finds what lies beside it", async () => {
        write("entry.ts", 'const here: string = import.meta.url; console.log(here, process.argv.slice(2).join(" "));');
        assert.equal((await run("a", "b c")).stdout, `${pathToFileURL(join(folder, "entry.ts"))} a b c`);
    });

    it("is compiled once, and again when a file that it imports has changed", async () => {
        write("entry.ts", 'import { word } from "./word.ts"; console.log(word);');
        write("word.ts", 'export const word: string = "before";');
        assert.equal((await run()).stdout, "before");
        const { mtimeMs } = statSync(compiledFile());
        assert.equal((await run()).stdout, "before");
        assert.equal(statSync(compiledFile()).mtimeMs, mtimeMs);

        // As long as before, and as old: git sets the time of what it checks out.
        write("word.ts", 'export const word: string = "after!";');
        assert.equal((await run()).stdout, "after!");
        const past = new Date(0);
        write("word.ts", 'export const word: string = "past!!";');
        utimesSync(join(folder, "word.ts"), past, past);
        assert.equal((await run()).stdout, "past!!");
    });

    it("loads a package that stays outside only where it is needed", async () => {
        write("entry.ts", 'console.log("first"); const { load } = await import("./later.ts"); console.log(load());');
        write("later.ts", 'import { Output } from "@pulumi/pulumi"; export const load = () => typeof Output;');
        assert.equal((await run()).stdout, "first\nfunction");
        write("entry.ts", 'if (process.argv[2]) await import("./later.ts"); console.log(typeof process.getBuiltinModule);');
        const loaded = 'process.on("exit", () => console.log(Object.keys(require.cache).some((path) => /pulumi.pulumi/.test(path))))';
        write("report.cjs", loaded);
        const { stdout } = await execa("node", ["--require", join(folder, "report.cjs"), "scripts/project/start.js", entry()], {
            cwd: root,
        });
        assert.match(stdout, /\nfalse$/);
    });

    it("says where a source has a mistake, and leaves nothing behind", async () => {
        write("entry.ts", "const broken = ;");
        const { exitCode, stderr } = await run();
        assert.notEqual(exitCode, 0);
        assert.match(stderr, /entry\.ts:1:15: ERROR: Unexpected ";"/);
        assert.deepEqual(
            readdirSync(join(toolsDir, "compiled")).filter((name) => name.includes("test-compiled")),
            [],
        );
    });

    it("is whole where two processes compile it at once", async () => {
        write("entry.ts", 'import { z } from "zod"; console.log(z.string().parse("whole"));');
        const outputs = await Promise.all(Array.from({ length: 4 }, () => run()));
        assert.deepEqual(
            outputs.map(({ stdout }) => stdout),
            ["whole", "whole", "whole", "whole"],
        );
    });

    it("runs all the same where nothing can be written, as in a package that is another user's", async () => {
        mkdirSync(join(folder, "scripts/project"), { recursive: true });
        for (const name of ["compiled.js", "start.js"])
            copyFileSync(join(root, "scripts/project", name), join(folder, "scripts/project", name));
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
        write("package.json", '{ "type": "module" }');
        write("entry.ts", 'import { Output } from "@pulumi/pulumi"; console.log(typeof Output);');
        // A file where the folder would be: permissions mean nothing to root.
        write(".tools", "");
        const { stdout } = await execa("node", ["scripts/project/start.js", "entry.ts"], { cwd: folder });
        assert.equal(stdout, "function");
    });
});
