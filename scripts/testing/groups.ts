/** Which integration tests share a process and a stack, and which processes may run beside another. */

export interface Group {
    /** Files of tests/integration without their ending, in the order in which they run. */
    files: readonly string[];
    /** Why nothing else may run meanwhile. */
    alone?: string;
}

/**
 * Two groups run at a time, those that take longest first: `make test` prints the times. Groups that run beside each other
 * have stacks and ports of their own, which a unit test checks. A new file that brings up a stack gets a group here.
 */
export const groups: readonly Group[] = [
    { files: ["drift"] },
    { files: ["badInput", "containers", "kills", "gateway", "hardening", "proxies", "preview", "secrecy", "otherLanguages"] },
    { files: ["content"] },
    { files: ["bridges"] },
    { files: ["bridgeIrc", "bridgeIrcFaults"] },
    { files: ["cliContent", "cliContentFaults", "roomDrift", "botRooms", "accountStates", "accountFaults"] },
    { files: ["cli"] },
    { files: ["dendrite"] },
    { files: ["seeds"] },
    { files: ["interrupted"] },
    { files: ["verification"] },
    { files: ["contentFaults"] },
    { files: ["pullRequest"] },
    { files: ["consumers"] },
    { files: ["tutorial"] },
    { files: ["certificates"] },
    { files: ["platform"] },
    { files: ["encryption"] },
    { files: ["bridgeWhatsapp"] },
    { files: ["turn"] },
    { files: ["existingDatabase"] },
    { files: ["backup"] },
    { files: ["media"] },
    { files: ["relay"] },
    { files: ["monitoring", "monitoringRules"] },
    { files: ["backupFaults"] },
    { files: ["rotation"] },
    { files: ["restoreFaults"] },
    { files: ["changes"] },
    { files: ["rollback"] },
    { files: ["restart"] },
    { files: ["synapseOptions"] },
    { files: ["cliTest"] },
    { files: ["registrations", "upgrade"] },
    { files: ["federationCheck", "federationCheckWellKnown", "federationCheckClient", "federationCheckServer"] },
    { files: ["delegationFiles"] },
    { files: ["sbom"] },
    { files: ["settings", "settingsNetwork", "settingsContent"] },
    {
        files: ["call", "federationCheckStack"],
        alone: "browsers send each other video, which takes both cores; `status` must end in 10 s although it waits 7 s of them",
    },
    { files: ["cliMistakes"], alone: "starts ten commands at once, and asserts that each ends in its time" },
];

export interface FileGroup {
    /** Paths from the checkout on. */
    files: string[];
    alone?: string;
}

/**
 * The groups of these files, those that run alone last.
 * @param paths from the checkout on; a file that the table does not name is a group of its own
 */
export function groupsOf(paths: readonly string[]): FileGroup[] {
    const byName = new Map(paths.map((path) => [nameOf(path), path]));
    const known = groups
        .map(({ files, ...rest }): FileGroup => ({ ...rest, files: files.flatMap((name) => byName.get(name) ?? []) }))
        .filter(({ files }) => files.length > 0);
    const named = new Set(known.flatMap(({ files }) => files));
    const unnamed = paths.filter((path) => !named.has(path)).map((path): FileGroup => ({ files: [path] }));
    return [...known.filter(({ alone }) => !alone), ...unnamed, ...known.filter(({ alone }) => alone)];
}

/** "tests/integration/gateway.test.ts" → "gateway" */
export function nameOf(path: string): string {
    return path.replace(/^tests\/integration\//, "").replace(/\.test\.ts$/, "");
}
