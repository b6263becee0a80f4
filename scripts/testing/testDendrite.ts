/** `make test-dendrite`: the tests that both homeservers must pass, on Dendrite; then a Dendrite beside a Synapse. ONLY="drift" runs that file. */
import { basename } from "node:path";
import { besideSynapse, dendriteFiles } from "./dendriteFiles.ts";
import { groupsOf, nameOf } from "./groups.ts";
import { mocha } from "./job.ts";
import { runJobs } from "./runJobs.ts";

const wanted = (process.env.ONLY ?? "").split(/[\s,]+/).filter(Boolean);
const chosen = (paths: readonly string[]) => paths.filter((path) => wanted.length === 0 || wanted.includes(basename(path, ".test.ts")));

// Inherited by every process of the run; stacks that name their homeserver themselves keep it.
process.env.HOMESERVER = "dendrite";
const skipping = ["--require", "./tests/support/onDendrite.ts"];
const jobs = [
    ...groupsOf(chosen(dendriteFiles)).map(({ files, alone }) =>
        mocha(`Dendrite: ${files.map(nameOf).join(", ")}`, [...skipping, ...files], alone ? { alone } : {}),
    ),
    ...chosen(besideSynapse).map((path) => mocha(`Dendrite beside Synapse: ${basename(path, ".test.ts")}`, [path])),
];
process.exitCode = jobs.length > 0 && (await runJobs(jobs)) ? 0 : 1;
