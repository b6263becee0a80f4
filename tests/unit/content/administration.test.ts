import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/project/checkout.ts";

/** Where the paths of a homeserver's own admin API may stand. */
const place = "scripts/content/administration/";

describe("a homeserver's admin API", () => {
    it("is called in one place only, behind its interface", () => {
        const files = ["scripts", "provider"].flatMap((folder) =>
            readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
        );
        const callers = files
            .filter((file) => /\.[cm]?[jt]s$/.test(file))
            .filter((file) => /\/_(synapse|dendrite)\/admin/.test(readFileSync(join(root, file), "utf8")));
        assert.ok(callers.includes(`${place}synapse.ts`));
        assert.deepEqual(
            callers.filter((file) => !file.startsWith(place)),
            [],
        );
    });
});
