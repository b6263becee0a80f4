/** What `status` tells of the stack's bridges. */
import { bridgeName, type Platform, platformNames } from "../../../components/bridges/platforms.ts";
import type { Component } from "../../stack/components.ts";
import { engineHost } from "../../stack/engine.ts";
import { reachedAt } from "../reached.ts";
import { lastMessages } from "./lastMessages.ts";
import { lost, type Networks, networksOf } from "./networks.ts";
import { ping } from "./ping.ts";
import { registrationOf } from "./registration.ts";

export interface BridgeReport {
    /** Milliseconds in which it answered the homeserver; null where it did not, or is no application service. */
    pingMilliseconds: number | null;
    /** Why the homeserver does not reach it. */
    fault?: string;
    /** Absent where it does not tell. */
    networks?: Networks;
    /** Seconds since the last message of the platform's people; null where none is known. */
    receivedSeconds: number | null;
    /** Seconds since the last message of this server's people; null where none is known. */
    sentSeconds: number | null;
}

/** Milliseconds for what goes over the network, so that `status` stays within two seconds. */
const timeLimit = 1500;

/** By role, of those that run. None where the homeserver does not run, or not on this machine. */
export async function bridgeReports(components: readonly Component[]): Promise<Map<string, BridgeReport>> {
    const homeserver = components.find(({ role, inspected }) => role === "homeserver" && inspected.State.Running);
    const published = homeserver?.inspected.HostConfig.PortBindings?.["8008/tcp"]?.[0];
    const address = published && reachedAt(published.HostIp, engineHost()).address;
    const running = components.filter(({ inspected: { State } }) => State.Running && !State.Paused);
    if (!homeserver || !published || address === undefined) return new Map();
    const url = `http://${address}:${published.HostPort}`;
    const reports = running.flatMap(({ role, container }) => {
        const platform = platformNames.find((one) => bridgeName(one) === role);
        return platform === undefined
            ? []
            : [reportOf(platform, container, homeserver.container, url).then((report) => [role, report] as const)];
    });
    return new Map(await Promise.all(reports));
}

async function reportOf(platform: Platform, container: string, homeserver: string, url: string): Promise<BridgeReport> {
    const registration = await registrationOf(platform, homeserver);
    const [answer, last, networks] = await Promise.all([
        registration && ping(url, registration, timeLimit),
        registration && lastMessages(url, registration, timeLimit),
        networksOf(platform, container),
    ]);
    const ago = (time: number | undefined) => (time === undefined ? null : Math.max(0, Math.round((Date.now() - time) / 1000)));
    return {
        pingMilliseconds: answer && "milliseconds" in answer ? answer.milliseconds : null,
        ...(answer && "fault" in answer && { fault: answer.fault }),
        ...(networks && { networks }),
        receivedSeconds: ago(last?.received),
        sentSeconds: ago(last?.sent),
    };
}

/** Worse than Docker's word for its container. */
export function bridgeHealth({ fault, networks }: BridgeReport): "not reachable" | "not connected" | undefined {
    if (fault !== undefined) return "not reachable";
    return lost(networks).length > 0 ? "not connected" : undefined;
}
