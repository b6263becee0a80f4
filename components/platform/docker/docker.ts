/**
 * Workloads as Docker containers. The only file that names @pulumi/docker, so what makes a container
 * drift, restart or leak is known in one place.
 */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../platform.ts";
import { processesLabel, stackLabel, stackPrefix } from "./labels.ts";

export interface DockerPlatformArgs {
    /** Whether volumes are protected from deletion. */
    protectData: boolean;
}

export interface Running {
    /** Known only once the workload is healthy; another one after each replacement. */
    containerId: pulumi.Output<string>;
    resource: pulumi.Resource;
}

/** One Docker network for the stack's workloads, and their volumes and containers in it. */
export class DockerPlatform extends pulumi.ComponentResource {
    /** What every Docker object of this stack is named after. */
    readonly prefix: string;
    private readonly network: docker.Network;
    private readonly images = new Map<string, docker.RemoteImage>();

    constructor(
        name: string,
        private readonly args: DockerPlatformArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("matrix-synapse:platform:Docker", name, {}, opts);
        this.prefix = stackPrefix(pulumi.getProject(), pulumi.getStack());
        this.network = new docker.Network(name, { name: this.prefix, driver: "bridge", labels: this.labels() }, { parent: this });
        this.registerOutputs({ network: this.network.name });
    }

    /** A named volume. Its name is fixed, so that a new stack finds the data an old one kept. */
    volume(role: string, opts: pulumi.CustomResourceOptions): docker.Volume {
        return new docker.Volume(
            role,
            { name: `${this.prefix}-${role}`, labels: this.labels() },
            { protect: this.args.protectData, ...opts },
        );
    }

    /** Runs a workload under the name of its role and waits until it is healthy. */
    run(role: string, workload: Workload, opts: pulumi.CustomResourceOptions): Running {
        const { uid, gid } = workload.user;
        const container = new docker.Container(
            role,
            {
                name: `${this.prefix}-${role}`,
                image: this.image(workload.image).imageId,
                command: workload.command,
                entrypoints: workload.entrypoint,
                user: `${uid}:${gid}`,
                envs: sorted(workload.environment ?? {}).map(([key, value]) => `${key}=${value}`),
                uploads: [
                    ...sorted(workload.files ?? {}).map(([file, content]) => ({ file, content, permissions: "0444" })),
                    // Docker keeps no record of what is uploaded, so an inspection does not show it.
                    ...sorted(workload.secrets ?? {}).map(([file, content]) => ({
                        file,
                        content,
                        permissions: "0400",
                        owner: `${uid}`,
                        group: `${gid}`,
                    })),
                ],
                volumes: [
                    ...(workload.volumes ?? []).map(({ volume, path }) => ({ volumeName: volume, containerPath: path })),
                    ...(workload.hostPaths ?? []).map((path) => ({ hostPath: path, containerPath: path })),
                ],
                ports: workload.ports?.map(({ internal, external, protocol, bind }) => ({ internal, external, protocol, ip: bind })),
                // The mode must be said on purpose: left out, each refresh would see Docker's own word for it (pulumi-docker#1272).
                networkMode: workload.hostname ? "bridge" : "none",
                networksAdvanced: workload.hostname
                    ? [
                          { name: this.network.name, aliases: [workload.hostname] },
                          ...(workload.meets ?? []).map(({ network, names }) => ({ name: network, aliases: names })),
                      ]
                    : undefined,
                labels: [...this.labels(), { label: processesLabel, value: `${workload.limits.processes}` }],
                capabilities: { drops: ["ALL"], adds: workload.capabilities?.map((capability) => `CAP_${capability}`) },
                securityOpts: ["no-new-privileges:true"],
                memory: workload.limits.memory,
                // Docker doubles the limit by swap if this is left out, and refuses a later rise of memory alone.
                memorySwap: workload.limits.memory,
                healthcheck: {
                    tests: ["CMD", ...workload.health.command],
                    interval: goDuration(workload.health.interval),
                    timeout: "5s",
                    startPeriod: goDuration(workload.health.startPeriod),
                    retries: workload.health.retries,
                },
                restart: "unless-stopped",
                logDriver: "json-file",
                logOpts: { "max-size": "10m", "max-file": "5" },
                wait: true,
                waitTimeout: 120,
                // Without it Docker kills at once when a container is replaced.
                destroyGraceSeconds: workload.stopSeconds,
                stopTimeout: workload.stopSeconds,
                stopSignal: workload.stopSignal,
            },
            {
                // The provider records an edited health check and never applies it (terraform-provider-docker#988).
                replaceOnChanges: ["healthcheck"],
                // Names are fixed; the provider asks for this order by itself only where it wants the replacement itself.
                deleteBeforeReplace: true,
                ...opts,
            },
        );
        return { containerId: container.id, resource: container };
    }

    private image(reference: string): docker.RemoteImage {
        const known = this.images.get(reference);
        if (known) return known;
        // keepLocally: a destroyed stack must not take the image from other stacks on the same host (pulumi-docker#588).
        const image = new docker.RemoteImage(reference, { name: reference, keepLocally: true }, { parent: this });
        this.images.set(reference, image);
        return image;
    }

    private labels(): { label: string; value: string }[] {
        return [{ label: stackLabel, value: this.prefix }];
    }
}

/** In the order of keys, so that a diff is only ever a real change. */
function sorted<T>(record: Record<string, T>): [string, T][] {
    return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** As the engine writes it: a refresh would take "60s" for a change of "1m0s". */
export function goDuration(seconds: number): string {
    const units = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
    const first = units.findIndex((count, index) => count > 0 || index === 2);
    return ["h", "m", "s"]
        .map((unit, index) => `${units[index]}${unit}`)
        .slice(first)
        .join("");
}
