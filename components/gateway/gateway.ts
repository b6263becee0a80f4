/** The way in from outside: TLS, the client and server APIs, and the well-known files. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { cidrOf, reachOf } from "../../matrix/addressRanges.ts";
import { factsOf } from "../../matrix/certificates.ts";
import { partsOf } from "../../matrix/serverName.ts";
import type { Certificate } from "../certificate/certificate.ts";
import { certificateFiles } from "../certificate/files.ts";
import type { Homeserver } from "../homeserver/homeserver.ts";
import type { Address, Platform, Running } from "../platform/platform.ts";
import { addressesOf } from "../publishedAddresses.ts";
import { doubtInDelegation } from "../settings/checks/delegation.ts";
import type { Settings } from "../settings/index.ts";
import { memory, openFiles } from "./bounds.ts";
import { caddyJson, metricsPath, paths, ports } from "./caddyConfig.ts";
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
    /** Whether it serves metrics to the stack's other workloads. */
    metrics: boolean;
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
    /** How a workload of the stack comes to it as clients do: its address, and the host name to ask for. */
    readonly clients: { address: Address; host: string };
    /** Dependency of everything that needs a gateway with its certificate (with ACME: a running gateway). */
    readonly ready: pulumi.Resource;

    constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
        const { settings, federation, certificate } = args;
        const internalPort = federationListener(args);
        // In a network that servers meet in, nobody has published a port in between.
        const federationPort = federation.network === undefined ? settings.announced.federationPort : internalPort;
        const federationAddress = `${settings.host}:${federationPort}`;
        const served = wellKnown({
            publicUrl: args.publicUrl,
            federationAddress: federation.enabled && federation.delegation === "wellKnown" ? federationAddress : undefined,
            support: settings.support,
        });
        const config = (trustedProxies: string[]) =>
            caddyJson({
                homeserver: args.homeserver.routes,
                wellKnown: settings.wellKnown ? served : undefined,
                federationPort: federation.enabled && internalPort !== ports.https ? internalPort : undefined,
                redirectTo: settings.httpPort === undefined ? undefined : settings.announced.httpsPort,
                trustedProxies,
                hosts: settings.hosts,
                acme: settings.acme,
                // In a network that is not the stack's own it serves none: this name is known in the stack's own alone.
                ...(args.metrics && { metricsHost: federation.network === undefined ? "" : name }),
            });
        const files = {
            [paths.config]: trustedRanges(settings.trustedProxies, args.platform, config),
            ...(settings.acme?.authority !== undefined && { [paths.acmeAuthority]: settings.acme.authority }),
        };
        // Inputs of the component too, so that a preview shows which line changes: see Workload.files.
        super("matrix-synapse:gateway:Gateway", name, { files }, opts);
        const doubt = doubtInDelegation(args.serverName, settings, federation);
        if (doubt) void pulumi.log.warn(doubt, this);
        if (federation.enabled) this.federationUrl = `https://${federationAddress}`;
        this.wellKnown = served;
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
                    ...(federation.enabled && !onOnePort(settings) ? publish(internalPort, settings.federationPort) : []),
                    ...(settings.httpPort === undefined ? [] : publish(ports.http, settings.httpPort)),
                ],
                joins: federation.network === undefined ? [] : [{ network: federation.network, aliases: settings.hosts }],
                // The image's binary carries this file capability, and cannot even be started where the container is not granted it.
                capabilities: ["NET_BIND_SERVICE"],
                health: { command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${ports.health}/`], startSeconds: 30 },
                ...(args.metrics && { metrics: { port: ports.metrics, path: metricsPath } }),
                limits: { memory, openFiles },
                stopSeconds: 10,
            },
            { parent: this },
        );
        this.clients = { address: this.running.address(ports.https), host: settings.host };
        this.delegation = delegation({
            baseDomain: partsOf(args.serverName).host,
            wellKnown: served,
            service: federation.enabled && federation.delegation === "srv" ? { host: settings.host, port: federationPort } : undefined,
            behind: {
                gateway: this.running.localAddress(ports.https),
                hosts: settings.hosts,
                announced: { httpsPort: settings.announced.httpsPort, federationPort: federation.enabled ? federationPort : undefined },
            },
        });
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

/** Port inside the container, where other servers come to the container itself: the one that they are told. */
function federationListener({ serverName, settings, federation }: Pick<GatewayArgs, "serverName" | "settings" | "federation">): number {
    const shared = onOnePort(settings) ? ports.https : ports.federation;
    if (federation.network === undefined) return shared;
    const { announced, federationPort } = settings;
    const told = announced.federationPort === federationPort ? shared : announced.federationPort;
    return partsOf(serverName).port ?? told;
}

/** Whether clients and other servers come to one published port. */
function onOnePort({ httpsPort, federationPort }: Settings["gateway"]): boolean {
    return httpsPort === federationPort;
}

/** A proxy on this machine connects from an address that only the platform knows. */
function trustedRanges(proxies: string[], platform: Platform, config: (ranges: string[]) => string): pulumi.Input<string> {
    const isLocal = (range: string) => reachOf(range.replace(/\/.*/, "")) === "loopback";
    const remote = proxies.filter((range) => !isLocal(range)).map(cidrOf);
    if (!proxies.some(isLocal)) return config(remote);
    return platform.ownAddresses.apply((addresses) => config([...remote, ...addresses.map(cidrOf)]));
}
