/** What runs, said without naming a platform. Platforms turn it into containers. */
import type * as pulumi from "@pulumi/pulumi";

export interface Port {
    /** Port inside the container. */
    internal: number;
    /** Port on the host. */
    external: number;
    protocol: "tcp" | "udp";
    /** Address of the host to publish on. */
    bind: string;
}

export interface DataVolume {
    /** Name of the volume on the platform, as {@link Platform.volume} gave it. */
    volume: pulumi.Output<string>;
    /** Where it is mounted. */
    path: string;
}

export interface Workload {
    /** Image reference; the platform resolves it to what is run. */
    image: string;
    /** Arguments for the image's entry point. */
    command: pulumi.Input<string>[];
    /** Replaces the image's entry point. */
    entrypoint?: string[];
    /** Numeric user and group. Secrets belong to this user. */
    user: { uid: number; gid: number };
    /** Environment: never a secret, a container's environment can be read by anyone who may inspect it. */
    environment?: Record<string, string>;
    /**
     * Configuration files by path, readable to all. A change replaces the container.
     * Beside a secret file a preview shows of it "[secret] => [secret]" (the Docker provider passes no secret mark on from within
     * a list, so the engine hides the whole list): what people should read there, a component also takes as an input of its own.
     */
    files?: Record<string, pulumi.Input<string>>;
    /** Secret files by path, readable to `user` alone. A change replaces the container. */
    secrets?: Record<string, pulumi.Input<string>>;
    volumes?: DataVolume[];
    /** Paths of the host to mount, for what watches over the host itself. */
    hostPaths?: string[];
    ports?: Port[];
    /** Name under which the stack's other containers find this one. Absent: it has no network at all. */
    hostname?: string;
    /** Networks beside the stack's own, which must be there, and the host names under which it is found in them. */
    meets?: { network: string; names: string[] }[];
    /** Linux capabilities beyond none. */
    capabilities?: string[];
    /** A command that ends with 0 when the workload serves; seconds between two of its runs, how many may fail, and seconds it may take to start. */
    health: { command: string[]; interval: number; retries: number; startPeriod: number };
    /** Megabytes of memory, and processes and threads together. */
    limits: { memory: number; processes: number };
    /** Seconds between the stop signal and the kill. */
    stopSeconds: number;
    /** Default: the image's. */
    stopSignal?: string;
}
