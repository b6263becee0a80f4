/** Checks of this host before anything is created. */
import * as pulumi from "@pulumi/pulumi";
import { hostPorts } from "../../parts.ts";
import type { Settings } from "../../settings/index.ts";
import { answers } from "../reachable.ts";
import { inspectHost } from "./engine.ts";
import { freeSpaceFault } from "./freeSpace.ts";
import { stackLabel, stackPrefix } from "./labels.ts";
import { peerFaults } from "./peerNetworks.ts";
import { portFaults } from "./portCheck.ts";

/** Bytes that logs, a young database and the first media need. */
const neededBytes = 2 * 1024 ** 3;
const databaseTimeoutSeconds = 5;

/** @throws RunError with one line for every fault */
export async function checkHost(settings: Settings): Promise<void> {
    const { host, port } = settings.database;
    const [faults, databaseAnswers] = await Promise.all([
        engineFaults(settings),
        host === undefined || answers(host, port, databaseTimeoutSeconds * 1000),
    ]);
    if (!databaseAnswers) {
        const fault = `database.host: ${host}:${port} did not answer within ${databaseTimeoutSeconds} s`;
        // A preview may run where the database cannot be reached.
        if (pulumi.runtime.isDryRun()) await pulumi.log.warn(fault);
        else faults.push(fault);
    }
    if (faults.length === 0) return;
    throw new pulumi.RunError(["This host is not ready; nothing was changed.", ...faults.map((fault) => `  ${fault}`)].join("\n"));
}

async function engineFaults(settings: Settings): Promise<string[]> {
    const host = await inspectHost(stackLabel).catch((error: Error) => error.message);
    if (typeof host === "string") return [host];
    const stack = stackPrefix(pulumi.getProject(), pulumi.getStack());
    const [ports, peers] = await Promise.all([
        portFaults(hostPorts(settings), host, stack),
        // The stack's own network has its name.
        settings.federation.enabled ? peerFaults(settings.federation, stack) : [],
    ]);
    const faults = [...ports, ...peers];
    // A deployed stack must stay manageable on a disk that has filled up since.
    const deployed = host.containers.some((container) => container.stack === stack);
    const spaceFault = host.local && !deployed ? await freeSpaceFault(host.dataDirectory, neededBytes) : undefined;
    return spaceFault ? [...faults, spaceFault] : faults;
}
