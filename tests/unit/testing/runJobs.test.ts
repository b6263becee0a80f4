import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Job, mocha } from "../../../scripts/testing/job.ts";
import { runJobs, summary } from "../../../scripts/testing/runJobs.ts";

describe("a run of test jobs", function () {
    this.timeout(60_000);
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "jobs-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const shell = (title: string, command: string, rest: Partial<Job> = {}): Job => ({
        title,
        command: ["sh", "-c", command],
        counts: true,
        ...rest,
    });
    const counting = (passed: number, failed: number) => `echo '{"passed":${passed},"failed":${failed},"skipped":0}' >> "$TEST_TALLY"`;
    const run = async (...jobs: Job[]) => {
        const said: string[] = [];
        const passed = await runJobs(jobs, { say: (text) => said.push(text), folder });
        return { passed, text: said.join("\n") };
    };

    it("shows the output of each in one piece, and adds up what they counted", async () => {
        const { passed, text } = await run(
            shell("one", `echo first; sleep 1; echo last; ${counting(3, 0)}`),
            shell("two", `echo other; ${counting(4, 0)}; ${counting(1, 0)}`),
        );
        assert.match(text, /^❯ one\n❯ two\n✔ two \[[\d.]+ s\]\nother\n\n✔ one \[[\d.]+ s\]\nfirst\nlast\n\nTimes/);
        assert.match(text, /\n\n8 passed, 0 failed$/);
        assert.equal(passed, true);
    });

    it("counts one that dies before it counts as one failure, and names it", async () => {
        const { passed, text } = await run(shell("fine", counting(2, 0)), shell("dies", "kill -9 $$"));
        assert.match(text, /\n\n✖ dies\n\n2 passed, 1 failed$/);
        assert.equal(passed, false);
    });

    it("fails where one counts a failure and ends well", async () => {
        const { passed, text } = await run(shell("odd", counting(1, 2)), shell("fine", counting(1, 0)));
        assert.match(text, /\n\n✖ odd\n\n2 passed, 2 failed$/);
        assert.equal(passed, false);
    });

    it("ends early where one fails that the others need, and says so", async () => {
        const { passed, text } = await run(
            shell("machine", "exit 1", { counts: false, needed: true }),
            shell("later", counting(1, 0)),
            shell("last", counting(1, 0)),
        );
        assert.match(text, /\nThe tests after "machine" need it and were not run\.\n/);
        assert.match(text, /\n\n0 passed, 1 failed$/);
        assert.doesNotMatch(text, /later|last/);
        assert.equal(passed, false);
    });

    it("gives the time of each file of a Mocha process, to the last hook", async () => {
        const write = (name: string, body: string) => {
            const file = join(folder, `${name}.test.cjs`);
            writeFileSync(file, body);
            return file;
        };
        const wait = (milliseconds: number) => `(done) => { setTimeout(done, ${milliseconds}); }`;
        const files = [
            write(
                "first",
                `describe("first", () => { describe("deep", () => { it("waits", ${wait(1200)}); }); it("is fast", () => {}); });`,
            ),
            write("second", `describe("second", () => { it("is fast", () => {}); }); after(${wait(1100)});`),
        ];
        const { text } = await run(mocha("group", files), shell("other", counting(0, 0)));
        const seconds = (name: string) => Number(new RegExp(`([\\d.]+) s  \\S*${name}\\.test\\.cjs\\n`).exec(text)?.[1]);
        assert.ok(seconds("first") >= 1.2, text);
        assert.ok(seconds("second") >= 1.1 && seconds("second") < seconds("first") + 1, text);
        assert.match(text, /\n3 passed, 0 failed$/);
    });
});

describe("the end of a test run", () => {
    it("names each file with its time, slowest first, and in one line those of less than a second", () => {
        const tally = { passed: 1, failed: 0, skipped: 0 };
        const outcome = (title: string, milliseconds: number, files = {}) => ({ title, succeeded: true, milliseconds, tally, files });
        assert.equal(
            summary(
                [
                    outcome("check", 25_000),
                    outcome("unit", 9000, { "a.test.ts": 8000, "b.test.ts": 400, "c.test.ts": 600 }),
                    outcome("long", 90_000),
                ],
                100_000,
            ),
            [
                "Times (1 min 40 s in all, two at a time):",
                "    1 min 30 s  long",
                "        25.0 s  check",
                "         8.0 s  a.test.ts",
                "         1.0 s  2 that took less than a second each",
                "",
                "3 passed, 0 failed",
            ].join("\n"),
        );
    });
});
