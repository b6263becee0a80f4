import assert from "node:assert/strict";
import type { Change } from "../../../scripts/preview/change.ts";
import { previewText } from "../../../scripts/preview/text.ts";
import { secret } from "../../../scripts/preview/values.ts";

const preview = (changes: Change[], more: { warnings?: string[]; failures?: string[] } = {}): string =>
    previewText({ stack: "dev", changes, warnings: [], failures: [], ...more });
const change = (overrides: Partial<Change> = {}): Change => ({
    operation: "changed",
    kind: "room",
    name: "lobby",
    differences: [{ path: "topic", before: "First", after: "Second" }],
    ...overrides,
});

describe("the text of a preview", () => {
    it("is one line where nothing changes", () => assert.equal(preview([]), "### Preview of `dev`: no change\n"));

    it("is a table with old and new values", () => {
        assert.equal(
            preview([change()]),
            "### Preview of `dev`: 1 changed\n\n| | what | change |\n|---|---|---|\n| changed | room `lobby` | topic: `First` → `Second` |\n",
        );
    });

    it("warns of lost data above everything else", () => {
        const text = preview([change({ operation: "replaced", kind: "volume", name: "postgres", loss: "everything in it" }), change()]);
        const [, , warning] = text.split("\n");
        assert.equal(warning, "> [!CAUTION]");
        assert.match(text, /> - volume `postgres` is replaced, losing everything in it\n\n\| \|/);
        assert.match(text, /\| ⚠️ \*\*replaced\*\* \| volume `postgres`/);
    });

    it("says what is new, gone, secret, empty or drifted", () => {
        const text = preview([
            change({
                differences: [
                    { path: "a", after: 1 },
                    { path: "b", before: true },
                    { path: "c", before: secret, after: secret },
                    { path: "d", before: "", after: "x" },
                    { path: "e", before: "hacked", after: "Welcome", drift: true },
                ],
            }),
        ]);
        const shown = "a: + `1`<br>b: − `true`<br>c: (secret), changed<br>d: (empty) → `x`<br>e: `hacked` → `Welcome` (drift)";
        assert.ok(text.includes(shown), text);
    });

    it("carries what Pulumi warned of, with and without a change", () => {
        for (const changes of [[], [change()]]) {
            assert.match(preview(changes, { warnings: ["drift was not looked at"] }), /> \[!WARNING\]\n> - `drift was not looked at`/);
        }
    });

    it("gives the reasons of a failure, a line each", () => {
        const text = preview([], { failures: ["rooms.lobby: has no such member", "turn.port: is not a port"] });
        assert.equal(text, "### Preview of `dev`: failed\n\n- `rooms.lobby: has no such member`\n- `turn.port: is not a port`\n");
    });

    it("fits into one comment, and says how much is left out", () => {
        const many = Array.from({ length: 2000 }, (_, index) => change({ name: `room-${index}` }));
        const text = preview(many);
        assert.ok(text.length <= 65_000, `${text.length} characters`);
        const rows = text.split("\n").filter((line) => line.startsWith("| changed")).length;
        assert.match(text, new RegExp(`… and ${2000 - rows} more`));
    });

    it("shows thirty differences of one thing", () => {
        const differences = Array.from({ length: 45 }, (_, index) => ({ path: `members.user${index}`, after: 0 }));
        assert.match(preview([change({ differences })]), /members\.user29: \+ `0`<br>… and 15 more \|/);
    });
});
