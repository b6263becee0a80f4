import assert from "node:assert/strict";
import { Printed } from "../../../scripts/seed/printed.ts";

describe("what a seed printed", () => {
    it("is its last lines, masked also where a secret came in two pieces", () => {
        const printed = new Printed(["abcdef"]);
        for (const chunk of ["one\ntwo ab", "cdef\n", "three\n"]) printed.add(chunk);
        assert.deepEqual(printed.lastLines(2), ["two [secret]", "three"]);
    });

    it("never begins with the rest of a secret, however much was printed", () => {
        for (const end of ["", "\nlast"]) {
            const printed = new Printed(["abcdef"]);
            for (let chunk = 0; chunk < 60; chunk++) printed.add("abcdef".repeat(1001));
            printed.add(end);
            assert.ok(!/[a-f]{3}def|cdef|bcd/.test(printed.lastLines(5).join("")), printed.lastLines(5).join(""));
        }
    });

    it("cuts a line that is long, after masking", () => {
        const printed = new Printed(["abcdef"]);
        printed.add(`${"x".repeat(997)}abcdef`);
        assert.equal(printed.lastLines(1)[0], `${"x".repeat(997)}[se…`);
    });

    it("is nothing where nothing was printed", () => assert.deepEqual(new Printed(["a"]).lastLines(3), []));
});
