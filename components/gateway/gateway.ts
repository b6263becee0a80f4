/** The way in from outside: TLS, the client and server APIs, and the well-known files. */
import * as pulumi from "@pulumi/pulumi";
import type { Homeserver } from "../homeserver/homeserver.ts";
import type { DockerPlatform } from "../platform/docker.ts";
import type { Settings } from "../settings/index.ts";
import { caddyJson, paths, ports } from "./caddyConfig.ts";
import { DevelopmentCertificate } from "./developmentCertificate.ts";
import { type WellKnown, wellKnown } from "./wellKnown.ts";

export interface GatewayArgs {
    /** The part of user IDs after the colon. */
    serverName: string;
    /** The section `gateway` of the settings. */
    settings: Settings["gateway"];
    /** What clients connect to, as the homeserver says it. */
    publicUrl: string;
    /** Whether the server-server API is served. */
    federation: boolean;
    /** What it leads to. */
    homeserver: Homeserver;
    /** Image reference. */
    image: string;
    /** What runs it. */
    platform: DockerPlatform;
}

export class Gateway extends pulumi.ComponentResource {
    /** What the well-known files say. */
    readonly wellKnown: WellKnown;
    /** URL of the server-server API. */
    readonly federationUrl: string;
    /** PEM of the authority that signed the certificate. */
    readonly certificateAuthority: pulumi.Output<string>;

    constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
        const { settings, federation, homeserver } = args;
        const federationAddress = `${settings.host}:${settings.federationPort}`;
        const served = wellKnown(args.publicUrl, federation ? federationAddress : undefined);
        const files = { [paths.config]: caddyJson({ upstream: homeserver.upstream, wellKnown: served, federation }) };
        // Inputs of the component too, so that a preview shows which line changes: see Workload.files.
        super("matrix-synapse:gateway:Gateway", name, { files }, opts);
        this.federationUrl = `https://${federationAddress}`;
        this.wellKnown = served;

        const hosts = [...new Set([settings.host, args.serverName.replace(/:\d+$/, "")])];
        const certificate = new DevelopmentCertificate(`${name}-certificate`, { hosts }, { parent: this });
        const publish = (internal: number, external: number) => ({ internal, external, protocol: "tcp" as const, bind: settings.bind });

        args.platform.run(
            "caddy",
            {
                image: args.image,
                command: ["caddy", "run", "--config", paths.config],
                user: { uid: 1000, gid: 1000 },
                files: { ...files, [paths.certificate]: certificate.certificate },
                secrets: { [paths.key]: certificate.key },
                ports: [
                    publish(ports.https, settings.httpsPort),
                    ...(federation ? [publish(ports.federation, settings.federationPort)] : []),
                ],
                hostname: "gateway",
                // The image's binary carries this file capability, and cannot even be started where the container is not granted it.
                capabilities: ["NET_BIND_SERVICE"],
                health: {
                    command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${ports.health}/`],
                    interval: 3,
                    retries: 5,
                    startPeriod: 30,
                },
                limits: { memory: 256, processes: 128 },
                stopSeconds: 10,
            },
            { parent: this },
        );
        this.certificateAuthority = certificate.authority;
        this.registerOutputs({ federationUrl: this.federationUrl });
    }
}
