/** Two containers that bring back what was killed, each other included, and limit numbers of processes. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { DockerPlatform } from "./docker.ts";

export interface KeeperArgs {
    /** An image with Python in it; the homeserver's own saves another. */
    image: string;
    /** What runs it. */
    platform: DockerPlatform;
}

const script = "/keeper.py";

export class Keeper extends pulumi.ComponentResource {
    constructor(name: string, { image, platform }: KeeperArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:platform:Keeper", name, {}, opts);
        const source = readFileSync(new URL("keeper.py", import.meta.url), "utf8");
        for (const role of [name, `${name}-second`]) {
            platform.run(
                role,
                {
                    image,
                    entrypoint: ["python3"],
                    command: ["-u", script],
                    // The Docker socket is root's; with every capability dropped and no network, little else is left of root.
                    user: { uid: 0, gid: 0 },
                    environment: { STACK: platform.prefix },
                    files: { [script]: source },
                    hostPaths: ["/var/run/docker.sock"],
                    health: {
                        command: ["python3", "-c", "import os, sys, time; sys.exit(time.time() - os.path.getmtime('/tmp/heartbeat') > 30)"],
                        interval: 5,
                        retries: 3,
                        startPeriod: 30,
                    },
                    limits: { memory: 64, processes: 16 },
                    stopSeconds: 1,
                },
                { parent: this },
            );
        }
        this.registerOutputs({});
    }
}
