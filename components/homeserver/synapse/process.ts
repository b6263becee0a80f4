/** One process of Synapse as a workload: the main process, or a worker, which is the same with another configuration. */
import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../../platform/platform.ts";
import { clientPort, metricsPort, paths } from "./synapseConfig.ts";

export interface SynapseProcess {
    /** Image reference. */
    image: string;
    /** Configuration by path, each read after the one before: what all processes share, then what one alone has. */
    configuration: Record<string, pulumi.Input<string>>;
    /** Host in the container that it answers at. */
    host: string;
    /** Other files by path, which the configuration names. */
    files: Record<string, pulumi.Input<string>>;
    /** Secret files by path, which the configuration names. */
    secrets: Record<string, pulumi.Input<string>>;
    /** Paths among the secret files that are configuration themselves, read last. */
    secretConfiguration?: string[];
    /** Environment; no secret. */
    environment: Record<string, string>;
    /** Limit, in megabytes. */
    memory: number;
    /** Whether it serves metrics. */
    metrics: boolean;
    /** Seconds that an update waits for it. */
    startSeconds: number;
}

/** Everything but the volumes, ports and networks, which each process has for itself. */
export function synapseProcess(process: SynapseProcess) {
    const { image, configuration, secretConfiguration = [], host, files, secrets, environment, memory, startSeconds, metrics } = process;
    return {
        image,
        command: ["run", ...configurationArguments(Object.keys(configuration), secretConfiguration)],
        user: { uid: 991, gid: 991 },
        environment,
        files: { ...configuration, ...files },
        secrets,
        health: { command: ["curl", "-fsS", `http://${host}:${clientPort}/health`], startSeconds: 60, waitSeconds: startSeconds },
        ...(metrics && { metrics: { port: metricsPort, path: "/_synapse/metrics" } }),
        limits: { memory },
        stopSeconds: 30,
    } satisfies Workload;
}

/**
 * @param secret paths of secret files that are configuration too, read after the rest. Where none is the operator's own, Synapse refuses
 * any secret that has a file of its own elsewhere.
 */
export function configurationArguments(readable: string[], secret: string[]): string[] {
    const words = [...readable, ...secret].map((path) => `--config-path=${path}`);
    return secret.includes(paths.secretOptions) ? words : [...words, "--no-secrets-in-config"];
}
