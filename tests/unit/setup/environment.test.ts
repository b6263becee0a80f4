import assert from "node:assert/strict";
import { asShell, exportsFor } from "../../../scripts/project/environment.ts";
import type { PulumiChoice } from "../../../scripts/project/pulumi.ts";

const built: PulumiChoice = { kind: "built", bin: "/c/.tools/bin", home: "/c/.tools/pulumi-home" };

describe("make env", () => {
    it("sets path, home, backend, passphrase file and no update check for the CLI that is built here", () => {
        const exports = exportsFor(built, { HOME: "/nowhere", PATH: "/usr/bin" });
        assert.equal(exports.PATH, "/c/.tools/bin:/usr/bin");
        assert.equal(exports.PULUMI_HOME, "/c/.tools/pulumi-home");
        assert.match(exports.PULUMI_BACKEND_URL ?? "", /^file:\/\/.*\/\.state$/);
        assert.match(exports.PULUMI_CONFIG_PASSPHRASE_FILE ?? "", /\/\.state\/passphrase$/);
        assert.equal(exports.PULUMI_SKIP_UPDATE_CHECK, "true");
    });

    it("leaves path and home alone for a pulumi of the user's own with official plugins", () => {
        assert.deepEqual(Object.keys(exportsFor({ kind: "user" }, { HOME: "/nowhere", PATH: "/usr/bin" })), [
            "PULUMI_BACKEND_URL",
            "PULUMI_CONFIG_PASSPHRASE_FILE",
            "GOGC",
        ]);
    });

    it("sets nothing that the user has set", () => {
        const own = { HOME: "/nowhere", PATH: "/usr/bin", PULUMI_BACKEND_URL: "s3://states", PULUMI_CONFIG_PASSPHRASE: "x", GOGC: "100" };
        assert.deepEqual(exportsFor({ kind: "user" }, own), {});
    });

    it("does not put the path in front twice", () => {
        assert.equal(exportsFor(built, { HOME: "/nowhere", PATH: "/c/.tools/bin:/usr/bin" }).PATH, undefined);
    });

    it("prints what a shell reads back unchanged, quotes included", () => {
        assert.equal(asShell({ A: "it's" }), "export A='it'\\''s'");
    });
});
