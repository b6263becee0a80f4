import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../../scripts/project/checkout.ts";
import { commandLine } from "../support/commandLine.ts";

/** A package as it is installed, with tests of our own in it: the real ones take minutes, and run this one. */
class Package {
    readonly directory = mkdtempSync(join(tmpdir(), "package-"));

    constructor() {
        for (const path of [
            "scripts",
            "components",
            "matrix",
            "provider",
            "seeds",
            "bots",
            "package.json",
            "tsconfig.json",
            "offline/versions.json",
        ]) {
            cpSync(join(root, path), join(this.directory, path), { recursive: true });
        }
        symlinkSync(join(root, "node_modules"), join(this.directory, "node_modules"));
        writeFileSync(join(this.directory, "Pulumi.dev.yaml"), "config: {}\n");
        writeFileSync(join(this.directory, ".mocharc.json"), '{ "node-option": ["import=tsx"] }');
    }

    test(path: string, body: string): void {
        const file = join(this.directory, "tests", path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, `it("${path}", async () => { ${body} });\n`);
    }

    clear(): void {
        rmSync(join(this.directory, "tests"), { recursive: true, force: true });
    }

    run(...parameters: string[]) {
        const program = join(this.directory, "scripts/cli/resource-matrix-synapse");
        // A folder of its own for the state as well: nothing here is about stacks that are there.
        const env = { PULUMI_BACKEND_URL: `file://${this.directory}`, PULUMI_HOME: this.directory };
        return commandLine(["test", ...parameters, "--stack", "dev"], { program, env });
    }
}

const passing = "";
const failing = 'throw new Error("deliberate")';
const hanging = "await new Promise((resolve) => setTimeout(resolve, 60_000))";

describe("resource-matrix-synapse test", function () {
    this.timeout(60_000);
    let checkout: Package;
    before(() => {
        checkout = new Package();
    });
    beforeEach(() => checkout.clear());
    after(() => rmSync(checkout.directory, { recursive: true }));

    it("ends with 2 (smoke with 1) where there are no tests: an installed package", async () => {
        for (const [kind, code] of [
            ["smoke", 1],
            ["integration", 2],
            ["unit", 2],
        ] as const) {
            const { exitCode, stderr } = await checkout.run(kind);
            assert.deepEqual(
                [exitCode, stderr],
                [code, `resource-matrix-synapse: there are no ${kind} tests here: run this in a checkout of the project`],
            );
        }
        const { exitCode, stderr } = await checkout.run("all");
        assert.deepEqual([exitCode, /not available: unit, smoke, integration$/.test(stderr)], [2, true], stderr);
    });

    it("ends with 0 where they pass, and with 1 where one fails", async () => {
        for (const kind of ["unit", "smoke"]) {
            checkout.test(`${kind}/deep/one.test.ts`, passing);
            assert.equal((await checkout.run(kind)).exitCode, 0, kind);
            checkout.test(`${kind}/two.test.ts`, failing);
            const { exitCode, stdout, stderr } = await checkout.run(kind);
            assert.deepEqual([exitCode, stderr], [1, `resource-matrix-synapse: ${kind} tests failed`]);
            assert.match(stdout, /1 passing[\s\S]*1 failing[\s\S]*deliberate/);
        }
    });

    it("gives the smoke tests the name of the stack", async () => {
        checkout.test("smoke/one.test.ts", 'if (process.env.STACK !== "dev") throw new Error("another stack")');
        assert.equal((await checkout.run("smoke")).exitCode, 0);
    });

    it("runs the quick integration tests, and says which it left out", async () => {
        for (const name of ["gateway", "secrecy"]) checkout.test(`integration/${name}.test.ts`, passing);
        checkout.test("integration/long.test.ts", failing);
        const { exitCode, stdout } = await checkout.run("integration");
        assert.equal(exitCode, 0);
        assert.match(stdout, /2 passing[\s\S]*Left out, .*: long$/);
    });

    it("ends what hangs, with all that it started", async () => {
        checkout.test("unit/one.test.ts", hanging);
        writeFileSync(join(checkout.directory, ".mocharc.json"), '{ "node-option": ["import=tsx"], "timeout": 0 }');
        const { exitCode, stderr, took } = await checkout.run("unit", "--timeout", "6");
        assert.deepEqual([exitCode, /unit tests were not done within 6 s and were ended/.test(stderr)], [1, true], stderr);
        assert.ok(took < 30_000, `it took ${took} ms`);
    });

    it("all: 0 where everything was run, 2 where something was left out, 1 where something failed", async () => {
        for (const path of ["unit/one", "smoke/one", "integration/one", "integration/two"]) checkout.test(`${path}.test.ts`, passing);
        const everything = await checkout.run("all");
        assert.equal(everything.exitCode, 0, everything.stdout + everything.stderr);
        assert.match(everything.stdout, /❯ integration: two/);

        rmSync(join(checkout.directory, "tests/smoke"), { recursive: true });
        const some = await checkout.run("all");
        assert.deepEqual(
            [some.exitCode, some.stderr],
            [2, "resource-matrix-synapse: all that were run passed; left out or not available: smoke"],
        );

        checkout.test("integration/two.test.ts", failing);
        const failed = await checkout.run("all");
        assert.deepEqual([failed.exitCode, failed.stderr], [1, "resource-matrix-synapse: failed: integration: two (failed)"]);
    });

    it("all: what there is no time for is not begun", async () => {
        writeFileSync(join(checkout.directory, ".mocharc.json"), '{ "node-option": ["import=tsx"], "timeout": 0 }');
        checkout.test("unit/one.test.ts", "await new Promise((resolve) => setTimeout(resolve, 5000))");
        checkout.test("integration/one.test.ts", failing);
        const { exitCode, stderr } = await checkout.run("all", "--timeout", "12");
        assert.deepEqual(
            [exitCode, stderr],
            [2, "resource-matrix-synapse: all that were run passed; left out or not available: smoke, one"],
        );
    });
});
