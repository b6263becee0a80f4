/** coturn, the relay that calls go through where two clients cannot reach each other. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { certificateFiles } from "../certificate/certificateFiles.ts";
import type { DockerPlatform } from "../platform/docker/docker.ts";
import type { Secrets } from "../secrets.ts";
import type { Settings } from "../settings/index.ts";
import { coturnOptions, publishedPorts, turnUris } from "./coturnOptions.ts";

export interface TurnArgs {
    /** The section `turn` of the settings. */
    settings: Settings["turn"];
    /** Host name that clients find the relay under and its certificate is for; the realm as well. */
    host: string;
    /** Name of the volume with the gateway's certificate: see certificateFiles. It may be empty at first; what comes is taken while calls run. */
    certificates: pulumi.Input<string>;
    /** Image reference. */
    image: string;
    /** Where its secrets come from. */
    secrets: Secrets;
    /** What runs it. */
    platform: DockerPlatform;
}

const secretFile = "/etc/coturn/turnserver.conf";
const script = "/coturn.sh";

export class Turn extends pulumi.ComponentResource {
    /** What Synapse hands to clients (Synapse: turn_uris). */
    readonly uris: string[];

    constructor(name: string, args: TurnArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:index:Turn", name, {}, opts);
        const { settings, host } = args;
        this.uris = turnUris(host, settings);

        args.platform.run(
            "coturn",
            {
                image: args.image,
                entrypoint: ["bash"],
                // What is no secret stands here, where a preview shows it; the file holds the shared secret alone.
                command: [script, host, "-c", secretFile, ...coturnOptions(settings, host)],
                // As the gateway, whose private key only its own user may read.
                user: certificateFiles.user,
                files: { [script]: readFileSync(new URL("coturn.sh", import.meta.url), "utf8") },
                secrets: { [secretFile]: pulumi.interpolate`static-auth-secret=${args.secrets.turnSharedSecret}\n` },
                volumes: [{ volume: pulumi.output(args.certificates), path: certificateFiles.mount }],
                ports: publishedPorts(settings),
                hostname: "coturn",
                // The image's binary carries this file capability, and cannot even be started where the container is not granted it.
                capabilities: ["NET_BIND_SERVICE"],
                health: {
                    command: ["turnutils_stunclient", "-p", `${settings.port}`, "127.0.0.1"],
                    interval: 5,
                    retries: 3,
                    startPeriod: 30,
                },
                limits: { memory: 256, processes: 128 },
                stopSeconds: 5,
            },
            { parent: this },
        );
        this.registerOutputs({ uris: this.uris });
    }
}
