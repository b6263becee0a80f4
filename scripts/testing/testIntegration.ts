/** `make test-integration`: all integration tests, or those that ONLY names: ONLY="gateway drift". */
import { didYouMean } from "../../components/settings/nearest.ts";
import { nameOf } from "./groups.ts";
import { integrationJobs } from "./integrationJobs.ts";
import { runJobs } from "./runJobs.ts";
import { filesOf } from "./suites.ts";

const files = filesOf("integration");
const wanted = (process.env.ONLY ?? "").split(/[\s,]+/).filter(Boolean);
const unknown = wanted.filter((name) => !files.some((file) => nameOf(file) === name));
if (unknown.length > 0) {
    console.error(unknown.map((name) => `ONLY: there is no test "${name}"${didYouMean(name, files.map(nameOf))}`).join("\n"));
    process.exitCode = 1;
} else {
    const chosen = wanted.length === 0 ? files : files.filter((file) => wanted.includes(nameOf(file)));
    process.exitCode = (await runJobs(integrationJobs(chosen))) ? 0 : 1;
}
