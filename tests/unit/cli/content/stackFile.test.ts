import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { editSettings } from "../../../../scripts/project/editStackFile.ts";
import { Failure } from "../../../../scripts/project/failure.ts";
import { asMeant, leftOut } from "../../../../scripts/project/settings.ts";
import { readSettings } from "../../../../scripts/project/stackFile.ts";

const text = `config:
  matrix-synapse:serverName: example.org
  matrix-synapse:protectData: "false"
  docker:host: unix:///var/run/docker.sock
  matrix-synapse:database:
    host: db.example.org
    adminPassword:
      secure: v1:abc
  matrix-synapse:users:
    alice: {}
  matrix-synapse:rooms:
    lobby:
      members: {alice: 50}
`;

/** What was written to standard error, and the failure. */
function refusal(act: () => void): { lines: string[]; message: string } {
    const lines: string[] = [];
    const original = console.error;
    console.error = (line: string) => lines.push(line.trim());
    try {
        act();
    } catch (error) {
        assert.ok(error instanceof Failure, `${error}`);
        return { lines, message: error.message };
    } finally {
        console.error = original;
    }
    return assert.fail("it was accepted");
}

/** Parts that are there only where the settings ask for them. */
const optional = leftOut({});
const without = (...roles: string[]) => [...optional].filter((role) => !roles.includes(role));

describe("a stack's file", () => {
    let directory: string;
    let file: string;
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), "stack-file-"));
        file = join(directory, "Pulumi.test.yaml");
        writeFileSync(file, text);
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    it("is read as the program would get it, secrets stood in for", () => {
        const settings = readSettings(file);
        assert.equal(settings.protectData, false);
        assert.deepEqual(Object.keys(settings), ["serverName", "protectData", "database", "users", "rooms"]);
        assert.equal(typeof (settings.database as { adminPassword: unknown }).adminPassword, "string");
        assert.deepEqual(readSettings(join(directory, "none.yaml")), {});
    });

    it("keeps its mode, and is a link still where it was one", () => {
        chmodSync(file, 0o640);
        const link = join(directory, "Pulumi.link.yaml");
        symlinkSync(file, link);
        editSettings(link, [{ at: ["users", "bob"], put: {} }]);
        assert.equal(readFileSync(file, "utf8"), text.replace("    alice: {}\n", "    alice: {}\n    bob: {}\n"));
        assert.equal(statSync(file).mode & 0o777, 0o640);
        assert.deepEqual(readdirSync(directory).sort(), ["Pulumi.link.yaml", "Pulumi.test.yaml"], "a temporary file was left");
        assert.equal(readFileSync(link, "utf8"), readFileSync(file, "utf8"));
    });

    for (const [form, written] of [
        ["with the project's name", text],
        ["without it", text.replaceAll("matrix-synapse:", "")],
        ["in Pulumi's older form", text.replaceAll("matrix-synapse:", "matrix-synapse:config:")],
        ["each in another form", text.replace("matrix-synapse:database", "database").replace("synapse:users", "synapse:config:users")],
        ["after a byte order mark", `\uFEFF${text}`],
    ] as const) {
        it(`is read with its keys ${form}, and edited in place`, () => {
            writeFileSync(file, text);
            const expected = readSettings(file);
            writeFileSync(file, written);
            assert.deepEqual(readSettings(file), expected);
            assert.ok(leftOut(readSettings(file)).has("database"));
            editSettings(file, [{ at: ["users", "bob"], put: {} }]);
            assert.equal(readFileSync(file, "utf8"), written.replace("    alice: {}\n", "    alice: {}\n    bob: {}\n"));
        });
    }

    it("leaves out what the program takes as left out: an empty host, a relay that is switched off in quotes", () => {
        for (const [settings, left] of [
            ["turn:\n    enabled: 'false'", ["relay", ...optional]],
            ["turn:\n    external:", [...optional]],
            ["database:\n    host:", [...optional]],
            ["database:", [...optional]],
            ["backup:\n    repository: /srv/backup", without("wal", "backup")],
            ["backup:\n    repository: /srv/backup\n    include: [/srv/bots]", without("wal", "backup", "files")],
            ["homeserver:\n    media:\n      scan: {}", without("scanner")],
        ] as const) {
            writeFileSync(file, `config:\n  matrix-synapse:${settings}\n`);
            assert.deepEqual([...leftOut(asMeant(readSettings(file)))].sort(), [...left].sort(), settings);
        }
    });

    it("leaves other projects' and providers' keys to them", () => {
        writeFileSync(file, "config:\n  other:serverName: a.test\n  docker:config:host: x\n  matrix-synapse:x:y: z\n");
        assert.deepEqual(readSettings(file), {});
    });

    it("takes keys without the project's name where it has them so", () => {
        writeFileSync(file, text.replaceAll("matrix-synapse:", ""));
        editSettings(file, [{ at: ["users", "bob"], put: {} }]);
        assert.equal(
            readFileSync(file, "utf8"),
            text.replaceAll("matrix-synapse:", "").replace("    alice: {}\n", "    alice: {}\n    bob: {}\n"),
        );
    });

    const refused: [string, () => void, RegExp][] = [
        ["a user name in upper case", () => editSettings(file, [{ at: ["users", "Bob"], put: {} }]), /^users\.Bob: has upper-case letters/],
        [
            "an unknown field",
            () => editSettings(file, [{ at: ["users", "bob"], put: { admn: true } }]),
            /^users\.bob\.admn: is not a setting; did you mean admin\?/,
        ],
        [
            "a member who is not declared",
            () => editSettings(file, [{ at: ["rooms", "ops"], put: { members: { eve: 0 } } }]),
            /^rooms\.ops\.members\.eve: is not declared/,
        ],
        [
            "taking out a user who is a member",
            () => editSettings(file, [{ at: ["users", "alice"], remove: true }]),
            /^rooms\.lobby\.members\.alice: is not declared/,
        ],
        [
            "a bot with the name of a user",
            () => editSettings(file, [{ at: ["bots", "alice"], put: {} }]),
            /^bots\.alice: is also declared under users/,
        ],
        [
            "an alias that is another room's",
            () => editSettings(file, [{ at: ["rooms", "ops"], put: { alias: "lobby" } }]),
            /^rooms\.ops\.alias: .*is already the alias of rooms\.lobby/,
        ],
    ];
    for (const [what, act, line] of refused) {
        it(`is left as it is for ${what}`, () => {
            const { lines, message } = refusal(act);
            assert.equal(lines.length, 1, lines.join("\n"));
            assert.match(lines[0] ?? "", line);
            assert.equal(message, "Pulumi.test.yaml would have a fault; nothing was changed");
            assert.equal(readFileSync(file, "utf8"), text);
        });
    }

    it("gets all edits or none", () => {
        refusal(() =>
            editSettings(file, [
                { at: ["bots", "helper"], put: {} },
                { at: ["rooms", "lobby", "members", "nobody"], put: 0 },
            ]),
        );
        assert.equal(readFileSync(file, "utf8"), text);
    });
});
