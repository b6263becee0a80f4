import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { refusals } from "../../../components/settings/dendriteSupport.ts";
import { root } from "../../../scripts/project/checkout.ts";
import { dendriteFiles } from "../../../scripts/testing/dendriteFiles.ts";
import { leftOut, leftOutDrifts } from "../../support/leftOutOnDendrite.ts";

const read = (path: string) => readFileSync(`${root}/${path}`, "utf8");
const guide = read("docs/dendrite.md");

describe("What is left out with Dendrite", () => {
    it("is named by the tests' own titles, in files that run with Dendrite, and by the guide", () => {
        for (const [file, titles] of Object.entries(leftOut)) {
            assert.ok(dendriteFiles.includes(`tests/integration/${file}.test.ts`), `${file} does not run with Dendrite`);
            const text = read(`tests/integration/${file}.test.ts`).replace(/\$\{role\}/g, "database");
            for (const title of Object.keys(titles)) {
                assert.ok(text.includes(`"${title}"`) || text.includes(`\`${title}\``), `${file} has no test "${title}"`);
                assert.ok(guide.includes(title), `docs/dendrite.md does not name "${title}"`);
            }
        }
        const drifts = read("tests/support/drifts.ts");
        for (const title of Object.keys(leftOutDrifts)) {
            assert.ok(drifts.includes(`title: "${title}"`), `there is no drift "${title}"`);
            assert.ok(guide.includes(title), `docs/dendrite.md does not name "${title}"`);
        }
    });

    it("is told by the guide for every setting that is refused", () => {
        for (const setting of Object.keys(refusals)) assert.ok(guide.includes(`\`${setting}`), `docs/dendrite.md does not name ${setting}`);
    });
});
