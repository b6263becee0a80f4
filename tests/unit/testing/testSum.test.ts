import assert from "node:assert/strict";
import { GoTestReport } from "../../../scripts/testing/goTestReport.ts";
import { tallyOf } from "../../../scripts/testing/tally.ts";

describe("the sum of all tests", () => {
    const goTests = (...events: object[]): GoTestReport => {
        const report = new GoTestReport();
        for (const event of events) {
            report.take(JSON.stringify(event));
        }
        return report;
    };

    it("counts a Go test's parts and not the test around them", () => {
        const report = goTests(
            { Action: "pass", Package: "p", Test: "TestA/one" },
            { Action: "skip", Package: "p", Test: "TestA/two" },
            { Action: "pass", Package: "p", Test: "TestA" },
            { Action: "fail", Package: "p", Test: "TestB" },
            { Action: "fail", Package: "p" },
        );
        assert.deepEqual(report.tally(), { passed: 1, failed: 1, skipped: 1 });
    });

    it("counts a Go package that does not build as failed", () => {
        assert.deepEqual(goTests({ Action: "fail", Package: "p" }).tally(), { passed: 0, failed: 1, skipped: 0 });
    });

    it("adds up what Mocha wrote", () => {
        const lines = '{"passed":2,"failed":0,"skipped":1}\n{"passed":3,"failed":1,"skipped":0}\n';
        assert.deepEqual(tallyOf(lines, false), { passed: 5, failed: 1, skipped: 1 });
    });

    it("counts a suite that ended badly before it counted anything as one failure", () => {
        assert.deepEqual(tallyOf("", false), { passed: 0, failed: 1, skipped: 0 });
    });
});
