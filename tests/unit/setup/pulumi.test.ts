import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePassphrase } from "../../../scripts/project/passphrase.ts";
import { atLeast } from "../../../scripts/project/pulumi.ts";
import { knownFault } from "../../../scripts/project/pulumiCommand.ts";

describe("a pulumi of the user's own", () => {
    it("is used from 3.200 on", () => {
        assert.equal(atLeast("v3.200.0", "3.200.0"), true);
        assert.equal(atLeast("v3.259.1-dev.0", "3.200.0"), true);
        assert.equal(atLeast("v4.0.0", "3.200.0"), true);
    });

    it("is not used when it is older or says nothing", () => {
        assert.equal(atLeast("v3.199.9", "3.200.0"), false);
        assert.equal(atLeast("", "3.200.0"), false);
    });
});

describe("the passphrase", () => {
    let directory: string;
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), "state-"));
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    it("is made for its owner alone", () => {
        ensurePassphrase(directory);
        assert.equal(statSync(join(directory, "passphrase")).mode & 0o777, 0o600);
        assert.equal(statSync(directory).mode & 0o777, 0o700);
    });

    it("is kept, and its permissions are narrowed again", () => {
        writeFileSync(join(directory, "passphrase"), "mine");
        chmodSync(join(directory, "passphrase"), 0o644);
        ensurePassphrase(directory);
        assert.equal(statSync(join(directory, "passphrase")).mode & 0o777, 0o600);
    });

    it("is not made anew beside stacks that an older one encrypted", () => {
        mkdirSync(join(directory, ".pulumi/stacks"), { recursive: true });
        assert.throws(() => ensurePassphrase(directory), /passphrase is gone/);
    });

    it("that is wrong is told in one line", () => {
        const output = 'error: getting secrets manager: constructing secrets manager of type "passphrase": incorrect passphrase';
        assert.doesNotMatch(knownFault(output) ?? "\n", /\n/);
    });
});
