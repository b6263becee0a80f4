/** The way in from outside: TLS, the client and server APIs, and the well-known files. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { factsOf } from "../../matrix/certificates.ts";
import { partsOf } from "../../matrix/serverName.ts";
import type { Certificate } from "../certificate/certificate.ts";
import { certificateFiles } from "../certificate/files.ts";
import type { Homeserver } from "../homeserver/homeserver.ts";
import { addressesOf } from "../parts.ts";
import type { Platform, Running } from "../platform/platform.ts";
import type { Settings } from "../settings/index.ts";
import { caddyJson, paths, ports } from "./caddyConfig.ts";
import { type Delegation, delegation } from "./delegation.ts";
import { type WellKnown, wellKnown } from "./wellKnown.ts";

export interface GatewayArgs {
    /** The part of user IDs after the colon. */
    serverName: string;
    /** The section `gateway` of the settings. */
    settings: Settings["gateway"];
    /** Base URL of the client API, as the homeserver announces it. */
    publicUrl: string;
    /** The section `federation` of the settings. */
    federation: Settings["federation"];
    /** Certificate for its host names. */
    certificate: Certificate;
    /** Host name of the relay, which gets the certificate for it. */
    relayHost: string;
    /** The homeserver behind it. */
    homeserver: Homeserver;
    /** Image reference. */
    image: string;
    /** Platform that runs the gateway. */
    platform: Platform;
}

const copyScript = "/acmeCopy.sh";

export class Gateway extends pulumi.ComponentResource {
    /** Content of the well-known files. */
    readonly wellKnown: WellKnown;
    /** Configuration for the server name's own web server and DNS, where those are elsewhere. */
    readonly delegation: Delegation;
    /** URL of the server-server API; absent where federation is off. */
    readonly federationUrl?: string;
    readonly running: Running;
    /** Dependency of everything that needs a gateway with its certificate (with ACME: a running gateway). */
    readonly ready: pulumi.Resource;

    constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
        const { settings, federation, certificate } = args;
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
                homeserver: args.homeserver.routes,
                wellKnown: settings.wellKnown ? served : undefined,
                federationPort: federation.enabled ? internalPort : undefined,
                hosts: settings.hosts,
                acme: settings.acme,
            }),
            ...(settings.acme?.authority !== undefined && { [paths.acmeAuthority]: settings.acme.authority }),
        };
        // Inputs of the component too, so that a preview shows which line changes: see Workload.files.
        super("matrix-synapse:gateway:Gateway", name, { files }, opts);
        if (federation.enabled) this.federationUrl = `https://${federationAddress}`;
        this.wellKnown = served;
        this.delegation = delegation({
            baseDomain: partsOf(args.serverName).host,
            wellKnown: served,
            service: federation.enabled && federation.delegation === "srv" ? { host: settings.host, port: federationPort } : undefined,
        });

        const publish = (internal: number, external: number) =>
            addressesOf(settings).map((bind) => ({ internal, external, protocol: "tcp" as const, bind }));
        this.running = args.platform.run(
            name,
            {
                image: args.image,
                ...program(settings, args.relayHost),
                user: certificateFiles.user,
                files: { ...files, ...(settings.acme && { [copyScript]: readFileSync(new URL("acmeCopy.sh", import.meta.url), "utf8") }) },
                volumes: [
                    { volume: certificate.shared, path: certificateFiles.shared },
                    { volume: certificate.storage, path: certificateFiles.storage },
                ],
                ports: [
                    ...publish(ports.https, settings.httpsPort),
                    ...(federation.enabled ? publish(internalPort, settings.federationPort) : []),
                ],
                joins: federation.network === undefined ? [] : [{ network: federation.network, aliases: settings.hosts }],
                // The image's binary carries this file capability, and cannot even be started where the container is not granted it.
                capabilities: ["NET_BIND_SERVICE"],
                health: { command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${ports.health}/`], startSeconds: 30 },
                limits: { memory: 256 },
                stopSeconds: 10,
            },
            { parent: this },
        );
        this.ready = certificate.given ? this.install(name, certificate.given, args.platform) : this.running.ready;
        this.registerOutputs({ federationUrl: this.federationUrl });
    }

    /** Not among the container's files: a new certificate would replace the container. */
    private install(name: string, { chain, key }: NonNullable<Certificate["given"]>, platform: Platform): pulumi.Resource {
        const facts = chain.apply(factsOf);
        return platform.install(
            `${name}-certificate`,
            {
                into: this.running,
                path: certificateFiles.served,
                content: pulumi.secret(pulumi.interpolate`${chain}\n${key}`),
                facts: {
                    CERTIFICATE_NAMES: facts.names.apply((names) => names.join(" ")),
                    CERTIFICATE_ISSUER: facts.issuer,
                    CERTIFICATE_EXPIRES: facts.expires,
                    CERTIFICATE_FINGERPRINT: facts.fingerprint,
                },
                reload: ["caddy", "reload", "--force", "--config", paths.config, "--address", `unix/${paths.adminSocket}`],
            },
            { parent: this },
        );
    }
}

/** With ACME, Caddy is run by a script that copies what it got to where the relay reads it. */
function program({ acme }: Settings["gateway"], relayHost: string): { entrypoint?: string[]; command: string[] } {
    const run = ["run", "--config", paths.config];
    if (!acme) return { command: ["caddy", ...run] };
    return { entrypoint: ["sh"], command: [copyScript, relayHost, certificateFiles.issued, certificateFiles.served, ...run] };
}

/** Port inside the container: the server name's own, if it has one, where other servers come to the container itself. */
function federationListener({ serverName, federation }: Pick<GatewayArgs, "serverName" | "federation">): number {
    const { port } = partsOf(serverName);
    // At 443 the same is served as at 8448.
    return federation.network === undefined || port === undefined || port === ports.https ? ports.federation : port;
}
