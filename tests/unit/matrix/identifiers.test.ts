/** User IDs, room aliases and patterns of server names. */
import assert from "node:assert/strict";
import { faultInLength } from "../../../matrix/identifierLength.ts";
import { faultInAliasLocalpart } from "../../../matrix/roomAlias.ts";
import { faultInServerGlob, matchesServerGlob } from "../../../matrix/serverGlob.ts";
import { faultInLocalpart, isUserId } from "../../../matrix/userId.ts";

describe("a user name", () => {
    for (const name of ["alice", "a.b_c=d-e/f+g", "1a"]) it(`may be ${name}`, () => assert.equal(faultInLocalpart(name), undefined));
    for (const [name, fault] of [
        ["", "is empty"],
        ["Alice", "has upper-case letters, which Matrix does not allow in user names; write alice"],
        ["al ice", 'has " " in it; Matrix allows a-z, 0-9 and . _ = - / + in user names'],
        ["alice:example.org", 'has ":" in it; Matrix allows a-z, 0-9 and . _ = - / + in user names'],
        ["_bot", "begins with _, which Synapse reserves for application services"],
        ["123", "consists of digits only, which Synapse reserves for guests"],
    ] as const)
        it(`may not be ${JSON.stringify(name)}`, () => assert.equal(faultInLocalpart(name), fault));
});

describe("a user ID", () => {
    it("has a sigil, a user name and a server name", () => {
        for (const text of ["@alice:example.org", "@alice:example.org:8448", "@alice:[::1]"]) assert.equal(isUserId(text), true, text);
        for (const text of ["alice", "@alice", "@:example.org", "alice:example.org", "@alice:", "@a b:example.org"])
            assert.equal(isUserId(text), false, text);
    });
});

describe("a room alias", () => {
    it("may be in any script, without what separates its parts", () => {
        for (const alias of ["lobby", "Küche", "日本"]) assert.equal(faultInAliasLocalpart(alias), undefined, alias);
        assert.equal(faultInAliasLocalpart(""), "is empty");
        for (const alias of ["#lobby", "lobby:example.org", "a b", "a\0b"])
            assert.match(faultInAliasLocalpart(alias) ?? "", /in it; give/, alias);
    });
});

describe("a name of a user or a room", () => {
    it("has at most 255 bytes, with its server name", () => {
        const rest = Buffer.byteLength("@:example.org");
        assert.equal(faultInLength("user ID", "a".repeat(255 - rest), "example.org"), undefined);
        assert.equal(faultInLength("user ID", "a".repeat(256 - rest), "example.org"), "makes a user ID of 256 bytes; Matrix allows 255");
        assert.equal(faultInLength("room alias", "ü".repeat(122), "example.org"), "makes a room alias of 257 bytes; Matrix allows 255");
    });
});

describe("a pattern of server names", () => {
    it("stands for whole host names", () => {
        for (const [glob, host, matches] of [
            ["*", "example.org", true],
            ["*.example.org", "a.b.example.org", true],
            ["*.example.org", "example.org", false],
            ["example.???", "example.org", true],
            ["example.org", "examplexorg", false],
            ["example.org", "an.example.org", false],
            ["example.org", "example.org.", false],
            ["", "", true],
            ["*", "", true],
            ["?", "", false],
            ["**.org", "example.org", true],
            ["*?", "a", true],
            ["a*b*c", "aXbXbXc", true],
            ["a*b*c", "aXcXb", false],
            ["*.org", "a.org.net", false],
            ["ex*mple.*", "exa-mple.org", true],
        ] as const)
            assert.equal(matchesServerGlob(glob, host), matches, `${glob} ${host}`);
    });

    it("is compared in steps that do not multiply with its stars", () => {
        const host = "a".repeat(253);
        // A regular expression would try more ways than there are atoms; one that is stuck never ends.
        assert.equal(matchesServerGlob(`${"*a".repeat(60)}*b`, host), false);
        assert.equal(matchesServerGlob(`${"*".repeat(5_000)}b`, host), false);
        assert.equal(matchesServerGlob(`${"*a".repeat(253)}`, host), true);
    });

    for (const [glob, fault] of [
        ["https://evil.example", "has a scheme; give the bare name, such as example.org or *.example.org"],
        ["*.evil.example:8448", "has a port, which access lists ignore; write *.evil.example"],
        ["Evil.example", "has upper-case letters; write evil.example"],
        ["evil_example", "is not a server name, such as example.org or *.example.org"],
    ] as const)
        it(`is refused: ${glob}`, () => assert.equal(faultInServerGlob(glob), fault));
});
