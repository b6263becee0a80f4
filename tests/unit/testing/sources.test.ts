/** The files of this project, as other programs take them. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/project/checkout.ts";

const folders = ["benchmarks", "bots", "components", "consumers", "docs", "matrix", "offline", "provider", "scripts", "seeds", "tests"];

/** Paths of all texts, from the checkout on. */
function texts(): string[] {
    return folders.flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
            .filter((path) => /\.(ts|js|mjs|cjs|cts|json|md|sh|go|yaml)$/.test(path) && !path.includes("node_modules"))
            .map((path) => join(folder, path)),
    );
}

describe("a source", () => {
    it("has no control characters in it: git takes a file with a NUL for binary, and shows no differences of it", () => {
        const all = texts();
        assert.ok(all.length > 500, `only ${all.length} files were looked at`);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
        assert.deepEqual(
            all.filter((path) => control.test(readFileSync(join(root, path), "utf8"))),
            [],
        );
    });
});
