import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { root } from "../../../scripts/project/checkout.ts";
import { settingLeaves } from "../../support/settingLeaves.ts";
import { settingProofs } from "../../support/settingProofs.ts";

describe("the table of what proves that a setting has its effect", () => {
    it("names every setting, and nothing else", () => {
        assert.deepEqual(Object.keys(settingProofs).sort(), settingLeaves().sort());
    });

    it("names tests that are there", () => {
        const texts = new Map<string, string>();
        for (const [setting, [file, title]] of Object.entries(settingProofs)) {
            if (!texts.has(file)) texts.set(file, readFileSync(`${root}/tests/${file}`, "utf8"));
            const quoted = ['"', "`"].map((quote) => `it(${quote}${title}`);
            assert.ok(
                quoted.some((start) => texts.get(file)?.includes(start)),
                `${setting}: ${file} has no test "${title}"`,
            );
        }
    });
});
