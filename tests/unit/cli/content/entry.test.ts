import assert from "node:assert/strict";
import { checkedEntry } from "../../../../scripts/cli/content/entry.ts";
import { aliasOf, localpartOf, userIdOf } from "../../../../scripts/cli/content/names.ts";
import { faultInPassword } from "../../../../scripts/cli/content/passwordPolicy.ts";
import { messageContent } from "../../../../scripts/cli/content/sender.ts";
import { quoted } from "../../../../scripts/project/visible.ts";

describe("an entry of content add", () => {
    it("gets the defaults of the settings", () => {
        const entry = checkedEntry("room", "ops", { topic: "Work" }, "example.org", "ops.yaml");
        assert.equal("place" in entry && entry.place.visibility, "private");
    });
    it("may name members and a space that no settings declare", () => {
        checkedEntry("room", "ops", { members: { eve: 50, "@far:partner.org": 0 }, parent: "work" }, "example.org", "ops.yaml");
        checkedEntry("user", "admin", { admin: false }, "example.org", "admin.yaml");
    });
    it("is refused with a line for each fault", () => {
        const lines: string[] = [];
        const original = console.error;
        console.error = (line: string) => lines.push(line.trim());
        try {
            assert.throws(
                () => checkedEntry("room", "ops", { topc: "x", visibility: "hidden", members: { Eve: 50 } }, "example.org", "ops.yaml"),
                /room "ops" of ops\.yaml has 3 faults; nothing was changed/,
            );
        } finally {
            console.error = original;
        }
        assert.deepEqual(lines.map((line) => line.split(":")[0]).sort(), ["rooms.ops.topc", "rooms.ops.visibility", "users.Eve"]);
    });
});

describe("names on the command line", () => {
    it("are completed with the server's name", () => {
        assert.equal(localpartOf("@alice:example.org", "example.org"), "alice");
        assert.equal(userIdOf("alice", "example.org"), "@alice:example.org");
        assert.equal(userIdOf("@bob:partner.org", "example.org"), "@bob:partner.org");
        assert.equal(aliasOf("#ops", "example.org"), "#ops:example.org");
        assert.equal(aliasOf("#ops:partner.org", "example.org"), "#ops:partner.org");
    });
    for (const name of ['say "hi"', "two\nlines", "$(id)", "🦊", "\u202eabc", "a".repeat(10_000), "", "../etc", "@x:elsewhere.org"]) {
        const shown = quoted(name);
        it(`are refused in one short line: ${shown.slice(0, 24)}`, () => {
            // A user's name may have slashes, and then the dots are harmless.
            if (name === "../etc") return assert.equal(localpartOf(name, "example.org"), name);
            assert.throws(
                () => localpartOf(name, "example.org"),
                ({ message }: Error) => message.startsWith(`user ${shown} `) && message.length < 400 && !/[\p{Cc}\u202e]/u.test(message),
            );
        });
    }
});

describe("a password", () => {
    it("is measured by the server's rules, as far as there are any", () => {
        assert.equal(faultInPassword({}, "x"), undefined);
        assert.equal(faultInPassword({ "m.minimum_length": 10 }, "123456789"), "it has 9 characters; at least 10 are needed");
        assert.equal(faultInPassword({ "m.minimum_length": 10, "m.require_digit": true }, "abcdefghij"), "it needs a digit");
        assert.equal(faultInPassword({ "m.minimum_length": 10, "m.require_digit": false }, "abcdefghij"), undefined);
    });
});

describe("a message", () => {
    it("has a plain body beside an HTML one", () => {
        const { body, formatted_body, format } = messageContent(
            "html",
            '<p>Down: <b>db</b> &amp; <a href="https://example.org/x">web</a></p><script>x</script>',
        );
        assert.equal(body, "Down: db & web [https://example.org/x]");
        assert.equal(format, "org.matrix.custom.html");
        assert.match(formatted_body ?? "", /^<p>/);
    });
    it("is a notice, or text", () => {
        assert.deepEqual(messageContent("notice", "<b>"), { msgtype: "m.notice", body: "<b>" });
        assert.deepEqual(messageContent("text", "<b>"), { msgtype: "m.text", body: "<b>" });
    });
});
