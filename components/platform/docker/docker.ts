/**
 * Workloads as Docker containers. The only file that declares resources of @pulumi/docker, so what makes a container
 * drift, restart or leak is known in one place.
 */
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../settings/index.ts";
import type { InstalledFile, Job, Platform, Running, Scheduled, Volume, VolumeOptions, Workload } from "../platform.ts";
import { containerAliases, volumeAliases, volumeRole } from "./formerNames.ts";
import { healthcheck } from "./health.ts";
import { installFile } from "./install.ts";
import { ended, repeated } from "./job.ts";
import { ownNetworkName, stackLabel, stackPrefix } from "./labels.ts";
import { networkOptions } from "./networkOptions.ts";
import { restartPolicy } from "./restartPolicy.ts";

export interface DockerPlatformArgs {
    /** Whether volumes are protected from deletion. */
    protectData: boolean;
    /** The section `network` of the settings. Default: Docker's choices. */
    network?: Settings["network"];
    /** Of the section `federation`, the network that stacks meet in. */
    federation?: Pick<Settings["federation"], "network">;
}

/**
 * Processes and threads that a container's user may have. The kernel counts all that this user runs on the machine, in other stacks
 * and outside of containers too, so the limit is high: it is there to stop what forks without end.
 */
const processesOfAUser = 4096;

/** One Docker network for the stack's workloads, and their volumes and containers in it. */
export class DockerPlatform extends pulumi.ComponentResource implements Platform {
    /** Prefix of the names of this stack's Docker objects. */
    private readonly prefix: string;
    private readonly network: docker.Network;
    readonly ownAddresses: pulumi.Output<string[]>;
    private readonly images = new Map<string, docker.RemoteImage>();

    constructor(
        name: string,
        private readonly args: DockerPlatformArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("matrix-synapse:platform:Docker", name, {}, opts);
        this.prefix = stackPrefix(pulumi.getProject(), pulumi.getStack());
        this.network = new docker.Network(
            name,
            {
                name: ownNetworkName(this.prefix, args.federation?.network),
                driver: "bridge",
                labels: this.labels(),
                ...networkOptions(args.network),
            },
            { parent: this },
        );
        // Docker's own proxy passes them on, from the address that the host has in the network.
        this.ownAddresses = this.network.ipamConfigs.apply((pools) => (pools ?? []).flatMap(({ gateway }) => gateway || []).sort());
        this.registerOutputs({ network: this.network.name });
    }

    /** Its name is fixed, so that a new stack finds the data that an old one kept. */
    volume(name: string, { parent, protect = this.args.protectData }: VolumeOptions): Volume {
        const volume = new docker.Volume(
            name,
            { name: `${this.prefix}-${volumeRole(name)}`, labels: this.labels() },
            // One that was restored by hand has none, and for the sake of a label its data would be deleted.
            { parent, protect, aliases: volumeAliases(name), ignoreChanges: ["labels"] },
        );
        return { name: volume.name, resource: volume };
    }

    run(name: string, workload: Workload, opts: pulumi.CustomResourceOptions): Running {
        const { ports = [], health, stopSeconds } = workload;
        const container = this.container(
            name,
            workload,
            {
                ports: ports.map(({ internal, external, protocol, bind }) => ({ internal, external, protocol, ip: bind })),
                ...(health && { healthcheck: healthcheck(health), wait: true, waitTimeout: health.waitSeconds ?? 120 }),
                restart: restartPolicy,
                // Without it Docker kills at once when a container is replaced.
                destroyGraceSeconds: stopSeconds,
                stopTimeout: stopSeconds,
                stopSignal: workload.stopSignal,
            },
            opts,
        );
        return {
            ready: container,
            revision: container.id,
            ...(workload.metrics && { metrics: { workload: name, host: name, ...workload.metrics } }),
            address: (port) => ({ host: name, port }),
            localAddress: (internal) => {
                const published = ports.find((port) => port.internal === internal && port.protocol === "tcp");
                if (!published) throw new Error(`${name} publishes no port ${internal}`);
                const everywhere: Record<string, string> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
                return { host: everywhere[published.bind] ?? published.bind, port: published.external };
            },
        };
    }

    schedule(name: string, job: Job, opts: pulumi.CustomResourceOptions): Scheduled {
        if (job.everySeconds !== undefined)
            return { ready: this.container(name, { ...job, ...repeated(job) }, { restart: restartPolicy }, opts) };
        // The provider takes a container that has ended for one that failed to start, or starts it anew.
        const container = this.container(name, job, { restart: "no", mustRun: false }, opts);
        return { ready: ended(`${name}-ended`, container.id, job, { parent: opts.parent }) };
    }

    install(name: string, file: InstalledFile, opts: pulumi.CustomResourceOptions): pulumi.Resource {
        return installFile(name, file, opts);
    }

    private container(
        name: string,
        program: Omit<Workload & Job, "stopSeconds" | "timeoutSeconds">,
        args: Partial<docker.ContainerArgs>,
        opts: pulumi.CustomResourceOptions,
    ): docker.Container {
        const { user, limits } = program;
        return new docker.Container(
            name,
            {
                name: `${this.prefix}-${name}`,
                image: this.image(program.image).imageId,
                command: program.command,
                entrypoints: program.entrypoint,
                user: `${user.uid}:${user.gid}`,
                envs: sorted(program.environment ?? {}).map(([key, value]) => `${key}=${value}`),
                uploads: [
                    ...sorted(program.files ?? {}).map(([file, content]) => ({ file, content, permissions: "0444" })),
                    // Docker keeps no record of what is uploaded, so an inspection does not show it.
                    ...sorted(program.secrets ?? {}).map(([file, content]) => ({
                        file,
                        content,
                        permissions: "0400",
                        owner: `${user.uid}`,
                        group: `${user.gid}`,
                    })),
                ],
                volumes: [
                    ...(program.volumes ?? []).map(({ volume, path, readOnly }) => ({
                        volumeName: volume.name,
                        containerPath: path,
                        ...(readOnly && { readOnly }),
                    })),
                    ...(program.directories ?? []).map(({ directory, path, readOnly }) => ({
                        hostPath: directory,
                        containerPath: path,
                        ...(readOnly && { readOnly }),
                    })),
                ],
                // The mode must be said on purpose: left out, each refresh would see Docker's own word for it (pulumi-docker#1272).
                networkMode: "bridge",
                networksAdvanced: [
                    { name: this.network.name, aliases: [name] },
                    ...(program.joins ?? []).map(({ network, aliases }) => ({ name: network, aliases })),
                ],
                labels: this.labels(),
                capabilities: { drops: ["ALL"], adds: program.capabilities?.map((capability) => `CAP_${capability}`) },
                securityOpts: ["no-new-privileges:true"],
                memory: limits.memory,
                // Docker doubles the limit by swap if this is left out, and refuses a later rise of memory alone.
                memorySwap: limits.memory,
                shmSize: limits.sharedMemory,
                // A core is 1024 shares.
                cpuShares: limits.cpu?.request === undefined ? undefined : Math.round(limits.cpu.request * 1024),
                cpus: limits.cpu?.limit === undefined ? undefined : decimal(limits.cpu.limit),
                ulimits: ulimits(user.uid, limits.openFiles),
                logDriver: "json-file",
                logOpts: { "max-size": "10m", "max-file": "5" },
                ...args,
            },
            {
                // The provider records an edited health check and never applies it (terraform-provider-docker#988).
                replaceOnChanges: ["healthcheck"],
                // Names are fixed; the provider asks for this order by itself only where it wants the replacement itself.
                deleteBeforeReplace: true,
                aliases: containerAliases(name),
                ...opts,
            },
        );
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

/** By name, as the engine gives them back. */
function ulimits(uid: number, openFiles: number | undefined) {
    const limit = (name: string, most: number) => ({ name, soft: most, hard: most });
    return [
        ...(openFiles === undefined ? [] : [limit("nofile", openFiles)]),
        // The kernel does not count root's.
        ...(uid === 0 ? [] : [limit("nproc", processesOfAUser)]),
    ];
}

/** In the order of keys, so that a diff is only ever a real change. */
function sorted<T>(record: Record<string, T>): [string, T][] {
    return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** As the engine gives a number of cores back: a refresh would take "1" for a change of "1.0". */
function decimal(cores: number): string {
    return Number.isInteger(cores) ? `${cores}.0` : `${cores}`;
}
