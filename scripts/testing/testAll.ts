// `make test`: every kind of test, what fails soonest first, and one line that sums them up.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { root, toolsDir } from "../project/checkout.ts";
import { duration } from "../project/duration.ts";
import type { Tally } from "./goTestReport.ts";

interface Suite {
    title: string;
    command: [string, ...string[]];
    /** Counts its own tests; otherwise only its failure counts, as one. */
    counts: boolean;
    /** What follows cannot work without it. */
    needed?: boolean;
}

const tsx = (script: string, ...args: string[]): [string, ...string[]] => [process.execPath, "--import", "tsx", script, ...args];
const mocha = (folder: string): [string, ...string[]] => ["npx", "mocha", `tests/${folder}/**/*.test.ts`];

const suites: Suite[] = [
    { title: "check", command: ["scripts/setup/check.sh"], counts: false },
    { title: "unit", command: mocha("unit"), counts: true },
    { title: "machine", command: tsx("scripts/setup/main.ts", "ready"), counts: false, needed: true },
    { title: "plugins", command: tsx("scripts/testing/testPlugins.ts"), counts: true },
    { title: "dev stack", command: tsx("scripts/setup/main.ts", "up"), counts: false, needed: true },
    { title: "smoke", command: mocha("smoke"), counts: true },
    { title: "integration", command: mocha("integration"), counts: true },
];

const tallyFile = join(toolsDir, "test-tally");

/** What a suite adds: its own counts, and one failure where it ended badly without counting one. */
export function tallyOf(lines: string, succeeded: boolean): Tally {
    const sum: Tally = { passed: 0, failed: 0, skipped: 0 };
    for (const line of lines.split("\n").filter(Boolean)) {
        const counted: Tally = JSON.parse(line);
        sum.passed += counted.passed;
        sum.failed += counted.failed;
        sum.skipped += counted.skipped;
    }
    if (!succeeded && sum.failed === 0) {
        sum.failed = 1;
    }
    return sum;
}

async function runSuite(suite: Suite): Promise<Tally> {
    rmSync(tallyFile, { force: true });
    const started = Date.now();
    console.log(`\n❯ ${suite.title}`);
    const [file, ...args] = suite.command;
    const result = await execa(file, args, {
        cwd: root,
        stdio: ["ignore", "inherit", "inherit"],
        env: { TEST_TALLY: tallyFile },
        reject: false,
    });
    console.log(`${result.failed ? "✖" : "✔"} ${suite.title} [${duration(Date.now() - started)}]`);
    const lines = existsSync(tallyFile) ? readFileSync(tallyFile, "utf8") : "";
    return suite.counts ? tallyOf(lines, !result.failed) : { passed: 0, failed: result.failed ? 1 : 0, skipped: 0 };
}

async function testAll(): Promise<void> {
    mkdirSync(toolsDir, { recursive: true });
    let passed = 0;
    let failed = 0;
    for (const suite of suites) {
        const tally = await runSuite(suite);
        passed += tally.passed;
        failed += tally.failed;
        if (suite.needed && tally.failed > 0) {
            console.error(`  The tests after "${suite.title}" need it and were not run.`);
            break;
        }
    }
    console.log(`\n${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 ? 1 : 0;
}

if (process.argv[1]?.endsWith("testAll.ts")) {
    await testAll();
}
