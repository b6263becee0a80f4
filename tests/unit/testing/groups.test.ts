import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../../scripts/project/checkout.ts";
import { groups, groupsOf, nameOf } from "../../../scripts/testing/groups.ts";
import { filesOf } from "../../../scripts/testing/suites.ts";

/** What a file takes for itself: names of stacks and first ports, those of its support modules as well. */
interface Claims {
    stacks: string[];
    ports: number[];
}

function claimsOf(path: string, seen = new Set<string>()): Claims {
    seen.add(path);
    const text = readFileSync(join(root, path), "utf8");
    const found = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, one, other]) => one ?? other ?? "");
    // mesh("tls", …) has the stacks test-tls-1 and so on.
    const stacks = [...found(/["'`](test-[a-z0-9-]+)["'`]/g), ...found(/\bmesh\("([a-z0-9-]+)"/g).map((name) => `test-${name}-`)];
    const ports = found(/\b(?:base|port)(?: =|:) (\d[\d_]{3,})\b|\b(?:smallStack\(|port: \{ value: ")(\d[\d_]{3,})\b/g);
    const imported = found(/\bfrom "(\.{1,2}\/[^"]+)"/g)
        .map((module) => join(dirname(path), module))
        .filter((module) => module.startsWith("tests/support/") && !seen.has(module))
        .map((module) => claimsOf(module, seen));
    return {
        stacks: [...stacks, ...imported.flatMap((claims) => claims.stacks)],
        ports: [...ports.map((port) => Number(port.replaceAll("_", ""))), ...imported.flatMap((claims) => claims.ports)],
    };
}

const files = filesOf("integration");

describe("the groups of integration tests", () => {
    it("name each file once, and no file that is not there", () => {
        const named = groups.flatMap(({ files }) => files);
        assert.deepEqual([...named].sort(), files.map(nameOf).sort(), "scripts/testing/groups.ts and tests/integration differ");
    });

    it("find the stack and the ports of every file that brings one up", () => {
        for (const file of files) {
            const { stacks, ports } = claimsOf(file);
            if (
                /support\/(sharedStack|contentStack|callStack|encryptionStack|mesh)\.ts|smallStack\(|createOrSelectStack/.test(
                    readFileSync(join(root, file), "utf8"),
                )
            )
                assert.ok(stacks.length > 0 && ports.length > 0, `${file}: ${stacks}; ${ports}`);
        }
    });

    it("share neither a stack nor ports with another group", () => {
        const owners = groupsOf(files).map(({ files }) => {
            const claims = files.map((file) => claimsOf(file));
            return {
                name: files.map(nameOf).join(),
                stacks: claims.flatMap(({ stacks }) => stacks),
                ports: claims.flatMap(({ ports }) => ports),
            };
        });
        for (const [index, one] of owners.entries())
            for (const other of owners.slice(index + 1)) {
                assert.deepEqual(
                    one.stacks.filter((stack) => other.stacks.includes(stack)),
                    [],
                    `${one.name} and ${other.name}: a stack`,
                );
                // A stack takes up to 130 ports from its base on.
                const near = one.ports.filter((port) => other.ports.some((their) => Math.abs(port - their) < 200));
                assert.deepEqual(near, [], `${one.name} and ${other.name}: ports`);
            }
    });

    it("run every file once; one that the table does not name by itself, and those that want to be alone at the end", () => {
        const path = (name: string) => `tests/integration/${name}.test.ts`;
        assert.deepEqual(
            groupsOf(["call", "containers", "deep/new", "gateway"].map(path)).map(({ files }) => files),
            [[path("containers"), path("gateway")], [path("deep/new")], [path("call")]],
        );
        assert.deepEqual(
            groupsOf(files)
                .flatMap(({ files }) => files)
                .sort(),
            files,
        );
    });
});
