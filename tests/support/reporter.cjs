// Mocha's own "spec" report, and the counts for the sum that `make test` prints. CommonJS, as Mocha loads reporters.
const { appendFileSync } = require("node:fs");
const { reporters } = require("mocha");

module.exports = class extends reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        runner.once("end", () => {
            const { passes, failures, pending } = this.stats;
            const tally = `${JSON.stringify({ passed: passes, failed: failures, skipped: pending })}\n`;
            if (process.env.TEST_TALLY) appendFileSync(process.env.TEST_TALLY, tally);
        });
    }
};
