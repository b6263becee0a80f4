/** Mocha's own "spec" report, and the counts and times for what `make test` prints at its end. CommonJS, as Mocha loads reporters. */
const { appendFileSync } = require("node:fs");
const { relative } = require("node:path");
const { reporters } = require("mocha");

module.exports = class extends reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        const times = new FileTimes();
        runner.on("suite", ({ file, root }) => {
            if (file && !root) times.begin(relative(process.cwd(), file));
        });
        runner.once("end", () => {
            const { passes, failures, pending } = this.stats;
            const tally = { passed: passes, failed: failures, skipped: pending, files: times.end() };
            if (process.env.TEST_TALLY) appendFileSync(process.env.TEST_TALLY, `${JSON.stringify(tally)}\n`);
        });
    }
};

/** Milliseconds by file. They add up to the life of the process: its start is the first file's, and so is the last one's the end of a shared stack. */
class FileTimes {
    #times = {};
    #file;
    #began = Date.now() - process.uptime() * 1000;

    begin(file) {
        if (file === this.#file) return;
        if (this.#file) this.#close();
        this.#file = file;
    }

    end() {
        if (this.#file) this.#close();
        return this.#times;
    }

    #close() {
        const now = Date.now();
        this.#times[this.#file] = Math.round((this.#times[this.#file] ?? 0) + now - this.#began);
        this.#began = now;
    }
}
