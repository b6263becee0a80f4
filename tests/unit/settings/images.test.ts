/** Which images are accepted. */
import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";

describe("the reference of an image", () => {
    const id = "0".repeat(64);
    const cases: [string, RegExp | undefined][] = [
        ["postgres", undefined],
        ["docker.io/library/postgres:15-bookworm", undefined],
        ["localhost:5000/a__b/c-d.e:v1", undefined],
        ["Registry.example.org/synapse", undefined],
        [`ghcr.io/element-hq/synapse:v1.163.2@sha256:${id}`, undefined],
        [`sha256:${id}`, undefined],
        ["15", /is a version alone; write the whole reference, such as/],
        ["v1.163.2", /is a version alone/],
        ["https://docker.io/library/postgres:15", /is a URL; write the reference alone, such as/],
        ["docker://postgres:15", /is a URL/],
        ["Postgres:15", /is not an image reference, such as/],
        ["postgres:", /is not an image reference/],
        ["postgres:15@sha256:abc", /is not an image reference/],
        [" postgres:15", /is not an image reference/],
    ];
    for (const [postgres, expected] of cases)
        it(`${expected ? "is not" : "may be"} ${JSON.stringify(postgres)}`, () => {
            const found = parseSettings({ serverName: "example.org", images: { postgres } }).faults.map(({ message }) => message);
            if (expected) assert.match(found.join(), expected);
            else assert.deepEqual(found, []);
        });
});
