/** The certificate that the gateway and the relay serve: issued by ACME, given by the operator, or signed by a development authority. */
import * as pulumi from "@pulumi/pulumi";
import { factsOf, singleCertificates } from "../../matrix/certificates.ts";
import type { Platform, Volume } from "../platform/platform.ts";
import type { Settings } from "../settings/index.ts";
import { DevelopmentCertificate } from "./developmentCertificate.ts";

export interface CertificateArgs {
    /** The section `gateway` of the settings. */
    settings: Settings["gateway"];
    /** PEM of further authorities that other servers' certificates are trusted by. */
    authorities: string[];
    /** Platform that holds the volumes. */
    platform: Platform;
}

/** As the stack's only one was called while it belonged to the gateway. */
const formerDevelopment = { type: "matrix-synapse:gateway:DevelopmentCertificate", name: "gateway-certificate" };

/**
 * @example
 * const certificate = new Certificate("certificate", { settings: settings.gateway, authorities: [], platform });
 */
export class Certificate extends pulumi.ComponentResource {
    /** Volume that holds the served certificate with its key, and nothing else: see certificateFiles. */
    readonly shared: Volume;
    /** The gateway's own volume: certificates issued by ACME, and the ACME account. */
    readonly storage: Volume;
    /** Certificate to install in the shared volume; absent with ACME, where the gateway gets its own. The key is secret. */
    readonly given?: { chain: pulumi.Output<string>; key: pulumi.Output<string> };
    /** SHA-256 of the given certificate, the first 16 hex digits; absent with ACME. */
    readonly fingerprint?: pulumi.Output<string>;
    /** PEM of the development authority, trusted only where it is installed; absent where there is none. */
    readonly authority?: pulumi.Output<string>;
    /** PEM of each authority that other servers' certificates are trusted by, one certificate an entry; empty: the system's. */
    readonly trusted: pulumi.Output<string>[];
    /** PEM of each authority that the gateway's certificate may come from besides the system's. */
    readonly known: pulumi.Output<string>[];

    constructor(name: string, { settings, authorities, platform }: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:certificate:Certificate", name, {}, { aliases: [{ type: "matrix-synapse:gateway:Certificate" }], ...opts });
        // They hold no data: what is lost of it is installed or issued again.
        this.storage = platform.volume(`${name}-storage`, { parent: this, protect: false });
        this.shared = platform.volume(`${name}-shared`, { parent: this, protect: false });
        if (settings.certificate) {
            this.given = { chain: pulumi.output(settings.certificate.chain), key: settings.certificate.key };
        } else if (!settings.acme) {
            const development = new DevelopmentCertificate(
                `${name}-development`,
                { hosts: settings.hosts, authority: settings.authority },
                { parent: this, aliases: name === "certificate" ? [formerDevelopment] : [] },
            );
            this.given = { chain: development.certificate, key: development.key };
            this.authority = development.authority;
        }
        this.fingerprint = this.given?.chain.apply((chain) => factsOf(chain).fingerprint);
        // How many there are must be known in a preview. An authority that this stack makes for itself is one certificate.
        const shared = settings.authority?.certificate;
        const asOutputs = (pems: string[]) => singleCertificates(pems).map((pem) => pulumi.output(pem));
        const own = this.authority === undefined ? [] : shared === undefined ? [this.authority] : asOutputs([shared]);
        this.known = [...own, ...asOutputs(authorities)];
        // A proxy in front has the certificate that other servers see, so this server is one of the public ones.
        const behindProxy = settings.trustedProxies.length > 0 && shared === undefined;
        this.trusted = behindProxy ? asOutputs(authorities) : this.known;
        this.registerOutputs({});
    }
}
