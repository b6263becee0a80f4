/** The way in from outside: TLS, the client and server APIs, and the well-known files. */
import * as pulumi from "@pulumi/pulumi";
import { factsOf } from "../../matrix/certificates.ts";
import { partsOf } from "../../matrix/serverName.ts";
import { InstalledCertificate, MatrixProvider } from "../../provider/resources/index.ts";
import type { Certificate } from "../certificate/certificate.ts";
import { certificateFiles } from "../certificate/certificateFiles.ts";
import type { Homeserver } from "../homeserver/homeserver.ts";
import type { DockerPlatform } from "../platform/docker/docker.ts";
import type { Settings } from "../settings/index.ts";
import { caddyJson, paths, ports } from "./caddyConfig.ts";
import { type Delegation, delegation } from "./delegation.ts";
import { type WellKnown, wellKnown } from "./wellKnown.ts";

export interface GatewayArgs {
    /** The part of user IDs after the colon. */
    serverName: string;
    /** The section `gateway` of the settings. */
    settings: Settings["gateway"];
    /** What clients connect to, as the homeserver says it. */
    publicUrl: string;
    /** The section `federation` of the settings. */
    federation: Settings["federation"];
    /** Host names that it answers to; the first is its own. */
    hosts: string[];
    /** What it proves them by. */
    certificate: Certificate;
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
    /** What the server name's own web server and DNS need, where they are not here. */
    readonly delegation: Delegation;
    /** URL of the server-server API. */
    readonly federationUrl: string;

    constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
        const { settings, federation, homeserver, hosts, certificate } = args;
        const internalPort = federationListener(args);
        // In a network that servers meet in, nobody has published a port in between.
        const federationPort = federation.network === undefined ? settings.federationPort : internalPort;
        const federationAddress = `${settings.host}:${federationPort}`;
        const served = wellKnown({
            publicUrl: args.publicUrl,
            federationAddress: federation.enabled && federation.delegation === "wellKnown" ? federationAddress : undefined,
            support: settings.support,
        });
        const files = {
            [paths.config]: caddyJson({
                upstream: homeserver.upstream,
                wellKnown: settings.wellKnown ? served : undefined,
                federationPort: federation.enabled ? internalPort : undefined,
                hosts,
                acme: settings.acme,
            }),
            ...(settings.acme?.authority !== undefined && { [paths.acmeAuthority]: settings.acme.authority }),
        };
        // Inputs of the component too, so that a preview shows which line changes: see Workload.files.
        super("matrix-synapse:gateway:Gateway", name, { files }, opts);
        this.federationUrl = `https://${federationAddress}`;
        this.wellKnown = served;
        this.delegation = delegation({
            baseDomain: partsOf(args.serverName).host,
            wellKnown: served,
            service: federation.enabled && federation.delegation === "srv" ? { host: settings.host, port: federationPort } : undefined,
        });

        const publish = (internal: number, external: number) => ({ internal, external, protocol: "tcp" as const, bind: settings.bind });
        const running = args.platform.run(
            "caddy",
            {
                image: args.image,
                command: ["caddy", "run", "--config", paths.config],
                user: certificateFiles.user,
                files,
                volumes: [{ volume: certificate.volume, path: certificateFiles.mount }],
                ports: [
                    publish(ports.https, settings.httpsPort),
                    ...(federation.enabled ? [publish(internalPort, settings.federationPort)] : []),
                ],
                hostname: "gateway",
                meets: federation.network === undefined ? [] : [{ network: federation.network, names: hosts }],
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
        if (certificate.given) {
            const { chain, key } = certificate.given;
            const facts = chain.apply(factsOf);
            // Not among the container's files: a new one would replace the container.
            new InstalledCertificate(
                name,
                {
                    container: running.containerId,
                    path: certificateFiles.installed,
                    names: facts.names,
                    issuer: facts.issuer,
                    expires: facts.expires,
                    fingerprint: facts.fingerprint,
                    pem: pulumi.secret(pulumi.interpolate`${chain}\n${key}`),
                    reload: ["caddy", "reload", "--force", "--config", paths.config, "--address", `unix/${paths.adminSocket}`],
                },
                { parent: this, provider: new MatrixProvider("certificates", {}, { parent: this }) },
            );
        }
        this.registerOutputs({ federationUrl: this.federationUrl });
    }
}

/** Port inside the container: the server name's own, if it has one, where other servers come to the container itself. */
function federationListener({ serverName, federation }: Pick<GatewayArgs, "serverName" | "federation">): number {
    const { port } = partsOf(serverName);
    // At 443 the same is served as at 8448.
    return federation.network === undefined || port === undefined || port === ports.https ? ports.federation : port;
}
