/** The certificate that the gateway and the relay serve: got by ACME, given by the operator, or signed by a development authority. */
import * as pulumi from "@pulumi/pulumi";
import type { DockerPlatform } from "../platform/docker/docker.ts";
import type { Settings } from "../settings/index.ts";
import { DevelopmentCertificate } from "./developmentCertificate.ts";

export interface CertificateArgs {
    /** The section `gateway` of the settings. */
    settings: Settings["gateway"];
    /** Host names it is for; the first is its common name. */
    hosts: string[];
    /** Where its volume is. */
    platform: DockerPlatform;
}

export class Certificate extends pulumi.ComponentResource {
    /** Name of the volume that it stands in: see certificateFiles. */
    readonly volume: pulumi.Output<string>;
    /** What is to be installed in the volume; absent where the gateway gets its own by ACME. The key is secret. */
    readonly given?: { chain: pulumi.Output<string>; key: pulumi.Output<string> };
    /** PEM of the development authority, which only those trust who are told to; absent where there is none. */
    readonly authority?: pulumi.Output<string>;

    constructor(name: string, { settings, hosts, platform }: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:gateway:Certificate", name, {}, opts);
        // It holds no data: what is lost of it is installed or issued again.
        this.volume = platform.volume("certificates", { parent: this, protect: false }).name;
        if (settings.certificate) {
            this.given = { chain: pulumi.output(settings.certificate.chain), key: settings.certificate.key };
        } else if (!settings.acme) {
            const development = new DevelopmentCertificate(
                "gateway-certificate",
                { hosts, authority: settings.authority },
                // It was the gateway's child before.
                { parent: this, aliases: [{ parent: pulumi.createUrn("gateway", "matrix-synapse:gateway:Gateway") }] },
            );
            this.given = { chain: development.certificate, key: development.key };
            this.authority = development.authority;
        }
        this.registerOutputs({});
    }
}
