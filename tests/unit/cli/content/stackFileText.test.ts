import assert from "node:assert/strict";
import { insertEntry, parseStackFile, removeEntry } from "../../../../scripts/project/stackFileText.ts";

const users = (name: string) => ["config", "m:users", name] as const;
const bob = { displayName: "Bob" };

/** Lines of the second text that the first has not, in order. Every line of the first must be in the second, as it was. */
function addedLines(before: string, after: string): string[] {
    const rest = before.split("\n");
    const added = after.split("\n").filter((line) => {
        if (line !== rest[0]) return true;
        rest.shift();
        return false;
    });
    assert.deepEqual(rest, [], "a line was changed or is gone");
    return added;
}

const commented = `# yaml-language-server: $schema=docs/stack.schema.json
encryptionsalt: v1:abc=
config:
  m:serverName:   "example.org"   # quoted, and spaced out
  m:users: &people
    # the boss
    alice: {admin: true, displayName: 'Alice'}
    # commented out: carl

  # rooms come last
  m:rooms:
    lobby:
      topic: >-
        folded
        text
`;

describe("an entry put into a stack's file", () => {
    it("leaves comments, anchors, quotes and order of everything else byte for byte", () => {
        const after = insertEntry(commented, users("bob"), bob);
        assert.deepEqual(addedLines(commented, after), ["    bob:", "      displayName: Bob"]);
        assert.equal(removeEntry(after, users("bob")), commented);
    });

    const cases: [string, string, string][] = [
        [
            "keeps an indentation of its own and a missing last line end",
            "config:\n   m:users:\n      alice:\n         admin: true",
            "config:\n   m:users:\n      alice:\n         admin: true\n      bob:\n         displayName: Bob",
        ],
        [
            "keeps CRLF",
            "config:\r\n  m:users:\r\n    alice: {}\r\n  z: 1\r\n",
            "config:\r\n  m:users:\r\n    alice: {}\r\n    bob:\r\n      displayName: Bob\r\n  z: 1\r\n",
        ],
        [
            "keeps a mark of the byte order",
            "\uFEFFconfig:\n  m:users:\n    a: {}\n",
            "\uFEFFconfig:\n  m:users:\n    a: {}\n    bob:\n      displayName: Bob\n",
        ],
        [
            "goes into a section in braces",
            "config:\n  m:users: {alice: {admin: true}} # people\n",
            "config:\n  m:users: {alice: {admin: true}, bob: {displayName: Bob}} # people\n",
        ],
        [
            "opens empty braces",
            "config:\n  m:users: {} # none\n  b: 2\n",
            "config:\n  m:users:\n    bob:\n      displayName: Bob\n    # none\n  b: 2\n",
        ],
        [
            "fills a section without a value",
            "config:\n    m:users: # none\n    b: 2\n",
            "config:\n    m:users:\n        # none\n        bob:\n            displayName: Bob\n    b: 2\n",
        ],
        [
            "makes a missing section, before comments at the end",
            "config:\n  b: 2\n# end\n",
            "config:\n  b: 2\n  m:users:\n    bob:\n      displayName: Bob\n\n# end\n",
        ],
        ["makes a missing config", "# only a comment\n", "# only a comment\n\nconfig:\n  m:users:\n    bob:\n      displayName: Bob\n"],
        ["fills an empty file", "", "config:\n  m:users:\n    bob:\n      displayName: Bob\n"],
        [
            "comes after a block of text that ends the section",
            "config:\n  m:users:\n    a:\n      displayName: |\n        x\n\n  q: 1\n",
            "config:\n  m:users:\n    a:\n      displayName: |\n        x\n    bob:\n      displayName: Bob\n\n  q: 1\n",
        ],
    ];
    for (const [what, before, after] of cases) {
        it(what, () => assert.equal(insertEntry(before, users("bob"), bob), after));
    }

    it("lays the file out anew where its indentation is uneven, and loses no comment", () => {
        const before = "config:\n   m:users:\n        # boss\n        alice:\n            admin: true # sure\n";
        const after =
            "config:\n   m:users:\n      # boss\n      alice:\n         admin: true # sure\n      bob:\n         displayName: Bob\n";
        assert.equal(insertEntry(before, users("bob"), bob), after);
    });

    it("goes before a comment about what follows its section", () => {
        const before = "config:\n  m:users:\n    alice:\n      admin: true\n\n  # rooms\n  m:rooms: {}\n";
        const after = insertEntry(before, users("bob"), bob);
        assert.deepEqual(addedLines(before, after), ["    bob:", "      displayName: Bob"]);
        assert.ok(after.indexOf("bob") < after.indexOf("# rooms"), after);
    });

    it("quotes names and values where YAML would read them as something else", () => {
        for (const name of ["true", "1e3", "a: b", "- x", "#no", "it's", 'say "hi"', "$(id)", "🦊", "\u202eabc", "null"]) {
            const after = insertEntry(commented, users(name), { displayName: name });
            const { config } = parseStackFile(after) as { config: { "m:users": Record<string, { displayName: string }> } };
            assert.equal(config["m:users"][name]?.displayName, name);
            assert.equal(removeEntry(after, users(name)), commented);
        }
    });

    const refusals: [string, string, RegExp][] = [
        ["an entry that is there", "config:\n  m:users:\n    bob: {}\n", /has config\.m:users\.bob already/],
        ["a section that is an alias of another", "x: &x {}\nconfig:\n  m:users: *x\n", /by the alias \*x; make the change by hand/],
        ["a file with tabs", "config:\n\tm: 1\n", /is not readable YAML: Tabs are not allowed/],
        ["a file with the same key twice", "config:\n  m: 1\n  m: 2\n", /is not readable YAML: Map keys must be unique/],
        ["a section that is a list", "config:\n  m:users:\n  - bob\n", /something other than a mapping at m:users/],
        ["a file that is a list", "- 1\n", /is not a mapping/],
        ["two documents in a file", "config: {}\n---\nconfig: {}\n", /is not readable YAML/],
        ["an anchor whose alias would change too", "config:\n  m:users: &u\n    a: {}\n  m:bots: *u\n", /cannot change safely/],
    ];
    for (const [what, text, message] of refusals) {
        it(`is refused for ${what}`, () => assert.throws(() => insertEntry(text, users("bob"), bob), message));
    }
});

describe("an entry taken out of a stack's file", () => {
    const cases: [string, string, string][] = [
        [
            "takes along the comments inside it, not those above and below",
            "config:\n  m:users:\n    # people\n    bob: # him\n      # really\n      admin: true\n      # to be asked\n    # next\n    eve: {}\n",
            "config:\n  m:users:\n    # people\n    # to be asked\n    # next\n    eve: {}\n",
        ],
        [
            "leaves an empty section",
            "config:\n  m:users: # people\n    bob:\n      admin: true\n  z: 1\n",
            "config:\n  m:users:\n    # people\n    {}\n  z: 1\n",
        ],
        ["keeps a missing last line end", "config:\n  m:users:\n    a: {}\n    bob: {}", "config:\n  m:users:\n    a: {}"],
        ["keeps CRLF", "config:\r\n  m:users:\r\n    bob:\r\n      admin: true\r\n    a: {}\r\n", "config:\r\n  m:users:\r\n    a: {}\r\n"],
        ["goes from the middle of braces", "config: {m:users: {a: {}, bob: {}, c: {}}}\n", "config: {m:users: {a: {}, c: {}}}\n"],
        ["goes from the end of braces", "config: {m:users: {a: {}, bob: {}}}\n", "config: {m:users: {a: {}}}\n"],
    ];
    for (const [what, before, after] of cases) {
        it(what, () => assert.equal(removeEntry(before, users("bob")), after));
    }

    it("is refused where another part refers to it", () => {
        const text = "config:\n  m:users:\n    bob: &b {admin: true}\n    eve: *b\n";
        assert.throws(() => removeEntry(text, users("bob")), /another part of it refers to this entry/);
    });
    it("is refused where it is not", () => {
        assert.throws(() => removeEntry("config: {}\n", users("bob")), /has no config\.m:users\.bob/);
    });
});
