/** Checks of this host before anything is created. */
import * as pulumi from "@pulumi/pulumi";
import { hostPorts } from "../../parts.ts";
import { configuredEngine, type Settings } from "../../settings/index.ts";
import type { Findings } from "../trial.ts";
import { checkChanges } from "./changes/check.ts";
import { type Endpoint, endpointOf, providerFault } from "./endpoint.ts";
import { inspectHost } from "./engine.ts";
import { freeSpaceFault } from "./freeSpace.ts";
import { ownNetworkName, stackLabel, stackPrefix } from "./labels.ts";
import { peerFaults } from "./peerNetworks.ts";
import { portFaults } from "./portCheck.ts";
import { restoreFaults } from "./restoring.ts";
import { subnetFaults } from "./subnets.ts";
import { standingFaults, trialFaults } from "./trial.ts";

/** Bytes that logs, a young database and the first media need. */
const neededBytes = 2 * 1024 ** 3;

/** @throws RunError with one line for every fault */
export async function checkHost(settings: Settings, findings: Findings): Promise<void> {
    const [engine, changes] = await Promise.all([engineFaults(settings, findings), checkChanges(settings)]);
    for (const warning of changes.warnings) await pulumi.log.warn(warning);
    // A stack under another name meets itself at every port.
    const { faults, ofHost, ofSettings } = changes.mistaken ? { faults: [], ofHost: [], ofSettings: [] } : engine;
    // A preview may run on another machine than the one to deploy to, such as one that checks pull requests.
    if (pulumi.runtime.isDryRun()) for (const fault of ofHost) await pulumi.log.warn(`${fault} (on this machine)`);
    else faults.push(...ofHost);
    const sections = [
        ...said("This host is not ready; nothing was changed.", faults),
        ...said("The homeserver does not take these settings; nothing was changed.", ofSettings),
        ...said("The stack's data does not allow this; nothing was changed.", changes.faults),
    ];
    if (sections.length > 0) throw new pulumi.RunError(sections.join("\n"));
}

function said(title: string, faults: string[]): string[] {
    return faults.length === 0 ? [] : [title, ...faults.map((fault) => `  ${fault}`)];
}

interface EngineFaults {
    /** Whatever machine this is. */
    faults: string[];
    /** Of the host, which may be another than the one to deploy to. */
    ofHost: string[];
    /** What the image and the containers themselves say, on any machine. */
    ofSettings: string[];
}

async function engineFaults(settings: Settings, findings: Findings): Promise<EngineFaults> {
    let endpoint: Endpoint;
    try {
        endpoint = endpointOf(process.env);
    } catch (error) {
        return { faults: [(error as Error).message], ofHost: [], ofSettings: [] };
    }
    const fault = providerFault(endpoint, configuredEngine());
    if (fault) return { faults: [fault], ofHost: [], ofSettings: [] };
    const host = await inspectHost(stackLabel, endpoint.host).catch((error: Error) => error.message);
    if (typeof host === "string") return { faults: [host], ofHost: [], ofSettings: [] };
    const stack = stackPrefix(pulumi.getProject(), pulumi.getStack());
    const { federation, network } = settings;
    const ownNetwork = ownNetworkName(stack, federation.network);
    const [restoring, ports, peers, subnets, tried, standing] = await Promise.all([
        restoreFaults(stack, pulumi.getStack()),
        portFaults(hostPorts(settings), host, stack),
        federation.enabled ? peerFaults(federation, ownNetwork) : [],
        subnetFaults(network, ownNetwork, host.local),
        Promise.all(findings.trials.map(trialFaults)),
        Promise.all(findings.standing.map((one) => standingFaults(`${stack}-${one.workload}`, one))),
    ]);
    const onHost = findings.trials.map(({ needs }) => needs !== undefined);
    const faults = [...restoring, ...ports, ...peers, ...subnets, ...tried.filter((_, index) => onHost[index]).flat()];
    // A deployed stack must stay manageable on a disk that has filled up since.
    const deployed = host.containers.some((container) => container.stack === stack);
    const spaceFault = host.local && !deployed ? await freeSpaceFault(host.dataDirectory, neededBytes) : undefined;
    if (spaceFault) faults.push(spaceFault);
    const ofSettings = [...tried.filter((_, index) => !onHost[index]).flat(), ...standing.flat()];
    // Where its containers run is the host that it is deployed to.
    return deployed ? { faults, ofHost: [], ofSettings } : { faults: [], ofHost: faults, ofSettings };
}
