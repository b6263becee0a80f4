/** The interface between components and the platform that runs them. No platform is named here. */
import type * as pulumi from "@pulumi/pulumi";

/** Runs workloads and jobs. Components know only this interface. */
export interface Platform {
    /** Addresses that connections from this machine to a published port come from, as a workload sees them. */
    readonly ownAddresses: pulumi.Output<string[]>;
    /**
     * Creates a volume for data that outlives the workloads that use it. Protected from deletion where the platform is told to protect data.
     * @param name logical name, `${parent}-${role}`; a volume is found again by it
     */
    volume(name: string, opts: VolumeOptions): Volume;
    /**
     * Runs a workload for good. Other workloads of the stack find it under its name.
     * @param name logical name: the parent's own for its main workload, else `${parent}-${role}`
     */
    run(name: string, workload: Workload, opts: pulumi.CustomResourceOptions): Running;
    /** Runs a job: once after each change of it, or on its schedule. */
    schedule(name: string, job: Job, opts: pulumi.CustomResourceOptions): Scheduled;
    /** Puts a secret file into a running workload and lets it read the file, without a restart. */
    install(name: string, file: InstalledFile, opts: pulumi.CustomResourceOptions): pulumi.Resource;
}

export interface VolumeOptions {
    parent: pulumi.Resource;
    /** Whether it is protected from deletion. Default: the platform's own answer for data. */
    protect?: boolean;
}

export interface Volume {
    /** The platform's own name of it. */
    readonly name: pulumi.Output<string>;
    /** The resource that holds the data, for `deletedWith`: when it is deleted, nothing in it needs deleting first. */
    readonly resource: pulumi.Resource;
}

export interface Mount {
    volume: Volume;
    /** Mount point. A fresh volume takes the mode of what the image has at this path. */
    path: string;
    /** Default: false. */
    readOnly?: boolean;
}

export interface Port {
    /** Port inside the container. */
    internal: number;
    /** Port on the host. */
    external: number;
    protocol: "tcp" | "udp";
    /** Address of the host to publish on. */
    bind: string;
}

/** Common to workloads and jobs. */
interface Program {
    /** Image reference; the platform resolves it to what is run. */
    image: string;
    /** Arguments for the image's entry point. */
    command: pulumi.Input<string>[];
    /** Replaces the image's entry point. */
    entrypoint?: string[];
    /** Numeric user and group. Secrets belong to this user. */
    user: { uid: number; gid: number };
    /** Environment: never a secret, since anyone who may inspect a container can read it. */
    environment?: Record<string, string>;
    /**
     * Configuration files by path, readable by everyone in the container. A change replaces the container.
     * Beside a secret file, a preview shows them as "[secret] => [secret]" (the Docker provider passes no secret mark on from within
     * a list, so the engine hides the whole list): a component also takes what people should read there as an input of its own.
     */
    files?: Record<string, pulumi.Input<string>>;
    /** Secret files by path, readable by `user` alone. A change replaces the container. */
    secrets?: Record<string, pulumi.Input<string>>;
    volumes?: Mount[];
    /** Directories of the platform's own machine, by an absolute path, and where they are mounted. They may be written to unless said otherwise. */
    directories?: { directory: string; path: string; readOnly?: boolean }[];
    /** Existing networks to join besides the stack's own, with this container's aliases in each. */
    joins?: { network: string; aliases: string[] }[];
    /** Linux capabilities beyond none. */
    capabilities?: string[];
    /**
     * Megabytes of memory, and of shared memory (default: the platform's); files and connections that it has open (default: the platform's);
     * cores that it is given under load, and at most.
     */
    limits: { memory: number; sharedMemory?: number; openFiles?: number; cpu?: { request?: number; limit?: number } };
}

export interface Workload extends Program {
    ports?: Port[];
    /**
     * A command that ends with 0 when the workload serves, and seconds that it usually takes to start at most; waitSeconds after which an
     * update that still waits for it has failed, by default 120. Absent: it serves as soon as it runs.
     */
    health?: { command: string[]; startSeconds: number; waitSeconds?: number };
    /** Endpoint that serves Prometheus metrics to the stack's other workloads. */
    metrics?: { port: number; path: string };
    /** Seconds between the stop signal and the kill. */
    stopSeconds: number;
    /** Default: the image's. */
    stopSignal?: string;
}

export interface Job extends Program {
    /** Seconds between the end of a run and the start of the next. Absent: it runs once, after each change, and must end with 0. */
    everySeconds?: number;
    /** Seconds after which a run is ended as failed. */
    timeoutSeconds: number;
}

export interface Running {
    /** Dependency of everything that needs this workload to serve. */
    readonly ready: pulumi.Resource;
    /** Known once the workload serves, and another one after each replacement: what was installed in it is gone then. */
    readonly revision: pulumi.Output<string>;
    /** Where it serves its metrics to the stack's other workloads; absent where it has none. */
    readonly metrics?: Metrics;
    /** How the stack's other workloads reach a port of it. */
    address(internalPort: number): Address;
    /** How this machine reaches a port that it publishes. Fixed, so that a replaced container changes nothing that uses it. */
    localAddress(internalPort: number): Address;
}

export interface Metrics extends Address {
    /** Name of the workload. */
    workload: string;
    path: string;
}

export interface Address {
    host: string;
    port: number;
}

export interface Scheduled {
    /** Run once: depends on its end. On a schedule: on its first start. */
    readonly ready: pulumi.Resource;
}

export interface InstalledFile {
    into: Running;
    /** Path in the container, in a directory that its user may write to. */
    path: string;
    /** Secret. */
    content: pulumi.Output<string>;
    /** Facts about the content that a preview may show; names in UPPER_CASE. */
    facts: Record<string, pulumi.Input<string>>;
    /** Command in the container that makes the program read it. */
    reload: string[];
}
