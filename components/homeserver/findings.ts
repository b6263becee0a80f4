/** What is looked at before the homeserver's container is touched. */
import type { Findings } from "../platform/trial.ts";
import type { Settings } from "../settings/index.ts";
import { paths } from "./dendrite/paths.ts";
import { signingKeyLine } from "./dendrite/signingKey.ts";
import { keyThatStands } from "./standingKey.ts";
import { synapseFindings } from "./synapse/trial.ts";

/** Dendrite's configuration is rendered from typed settings alone, so it needs no trial. */
export function homeserverFindings(settings: Settings): Findings {
    return settings.homeserver.kind === "dendrite"
        ? { trials: [], standing: [keyThatStands(settings.homeserver, paths, signingKeyLine)] }
        : synapseFindings(settings);
}
