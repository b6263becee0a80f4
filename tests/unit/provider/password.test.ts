import assert from "node:assert/strict";
import { firstPassword } from "../../../matrix/firstPassword.ts";

describe("a first password", () => {
    it("has 24 letters and digits", () => {
        for (let user = 0; user < 200; user++) assert.match(firstPassword("seed", `@u${user}:x`), /^[A-Za-z0-9]{24}$/);
    });

    it("is the same again for the same account, and another for another or another seed", () => {
        assert.equal(firstPassword("seed", "@a:x"), firstPassword("seed", "@a:x"));
        const all = new Set([firstPassword("seed", "@a:x"), firstPassword("seed", "@b:x"), firstPassword("other", "@a:x")]);
        assert.equal(all.size, 3);
    });
});
