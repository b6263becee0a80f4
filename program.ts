/** Runs the program, index.ts, once the host is found to be fit for it, Synapse its configuration, and the places of signatures, files and backups. */
import * as pulumi from "@pulumi/pulumi";
import { backupTrials } from "./components/backup/trial.ts";
import { homeserverFindings } from "./components/homeserver/findings.ts";
import { storeTrials } from "./components/media/trial.ts";
import { checkHost } from "./components/platform/docker/preflight.ts";
import { checkValidity } from "./components/platform/docker/validityCheck.ts";
import { scannerTrials } from "./components/scanner/trial.ts";
import { loadSettings } from "./components/settings/index.ts";
import { shownSecrets } from "./components/settings/shownSecrets.ts";

const settings = loadSettings();
for (const line of shownSecrets(settings.secretPaths ?? [])) await pulumi.log.warn(line);
const { trials, standing } = homeserverFindings(settings);
await checkHost(settings, { trials: [...trials, ...scannerTrials(settings), ...(await storeTrials(settings)), ...(await backupTrials(settings))], standing });
await checkValidity(settings);

const program: Record<string, unknown> = await import("./index.ts");
// Pulumi would warn of each that is absent.
export const outputs = Object.fromEntries(Object.entries(program).filter(([, value]) => value !== undefined));

let finished = false;
pulumi.output(outputs).apply(() => {
    finished = true;
});
process.once("beforeExit", () => {
    // Where a container does not come up, Pulumi ends the program, and what follows from the container is never known.
    if (finished || pulumi.runtime.isDryRun()) return;
    const command = `make rollback STACK=${pulumi.getStack()}`;
    console.error(`If a container did not come up, return to what ran before: ${command} (make up does so by itself)`);
});
