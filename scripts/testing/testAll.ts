/** `make test`: every kind of test but the slow ones, what fails soonest first, and one line that sums them up. */
import { integrationJobs } from "./integrationJobs.ts";
import { type Job, mocha, script } from "./job.ts";
import { runJobs } from "./runJobs.ts";
import { filesOf } from "./suites.ts";

const setup = "scripts/setup/main.ts";

const jobs: Job[] = [
    { title: "check", command: ["scripts/setup/check.sh"], counts: false },
    mocha("unit", filesOf("unit")),
    script("machine", setup, ["ready"], { counts: false, needed: true, alone: true }),
    script("plugins", "scripts/testing/testPlugins.ts", [], { counts: true }),
    script("dev stack", setup, ["up"], { counts: false, needed: true }),
    mocha("smoke", filesOf("smoke")),
    ...integrationJobs(filesOf("integration")),
];

process.exitCode = (await runJobs(jobs)) ? 0 : 1;
