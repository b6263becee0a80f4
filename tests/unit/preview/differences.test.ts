import assert from "node:assert/strict";
import { differences } from "../../../scripts/preview/differences.ts";

describe("the difference between two values", () => {
    it("is nothing for equal ones, in whatever order their keys are", () => {
        assert.deepEqual(differences({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }), []);
        assert.deepEqual(differences('{"a":1,"b":2}', '{"b":2,"a":1}'), []);
    });

    it("goes down to the single entry, within JSON too", () => {
        assert.deepEqual(differences({ members: { alice: 0, bob: 50 } }, { members: { alice: 100, bob: 50 } }), [
            { path: "members.alice", before: 0, after: 100 },
        ]);
        assert.deepEqual(differences('{"topic":"First","name":"Lobby"}', '{"topic":"Second","name":"Lobby"}', "request"), [
            { path: "request.topic", before: "First", after: "Second" },
        ]);
    });

    it("tells what was not there from what will not be there", () => {
        assert.deepEqual(differences({ old: 1 }, { new: 2 }), [
            { path: "new", after: 2 },
            { path: "old", before: 1 },
        ]);
    });

    it("of a file is its changed lines only, a YAML key's as its old and new value", () => {
        const before = "a: 1\nlimits:\n  max_upload_size: 50M\n  other: x\nend: true\n";
        const after = "a: 1\nlimits:\n  max_upload_size: 80M\n  other: x\nnew: yes\nend: true\n";
        assert.deepEqual(differences(before, after, "homeserver.yaml"), [
            { path: "homeserver.yaml: max_upload_size", before: "50M", after: "80M" },
            { path: "homeserver.yaml", after: "new: yes" },
        ]);
    });

    it("of a list is what was put in and taken out, not everything behind it", () => {
        assert.deepEqual(differences([{ a: 1 }, { b: 2 }, { c: 3 }], [{ b: 2 }, { c: 3 }], "list"), [{ path: "list", before: { a: 1 } }]);
    });
});
