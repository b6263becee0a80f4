/** A certificate from an authority for development: the stack's own, or one that stacks share. Trusted by nobody else. */
import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

export interface DevelopmentCertificateArgs {
    /** Host names the certificate is for; the first is its common name. */
    hosts: string[];
    /** The authority to sign it, in PEM. Absent: one is made, for this stack alone. */
    authority: { certificate: string; key: pulumi.Output<string> } | undefined;
}

const day = 24;

export class DevelopmentCertificate extends pulumi.ComponentResource {
    /** PEM of the certificate. */
    readonly certificate: pulumi.Output<string>;
    /** PEM of its private key. Secret. */
    readonly key: pulumi.Output<string>;
    /** PEM of the authority, for those who want to trust it. */
    readonly authority: pulumi.Output<string>;

    constructor(name: string, { hosts, authority }: DevelopmentCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:certificate:DevelopmentCertificate", name, {}, opts);
        const parent = { parent: this };
        const signer = authority ?? this.ownAuthority(name);
        const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, parent);
        const [dnsNames, addresses] = [hosts.filter((host) => !isIP(host)), hosts.filter((host) => isIP(host))];
        const ipAddresses = [...new Set(["127.0.0.1", ...addresses])];
        const request = new tls.CertRequest(
            `${name}-request`,
            { privateKeyPem: key.privateKeyPem, subject: { commonName: hosts[0] }, dnsNames, ipAddresses },
            parent,
        );
        const certificate = new tls.LocallySignedCert(
            name,
            {
                certRequestPem: request.certRequestPem,
                caPrivateKeyPem: signer.key,
                caCertPem: signer.certificate,
                allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
                // The longest that Apple's platforms accept.
                validityPeriodHours: 825 * day,
                earlyRenewalHours: 30 * day,
            },
            parent,
        );
        this.certificate = certificate.certPem;
        this.key = pulumi.secret(key.privateKeyPem);
        this.authority = pulumi.output(signer.certificate);
        this.registerOutputs({ authority: this.authority });
    }

    private ownAuthority(name: string) {
        const parent = { parent: this };
        const { privateKeyPem } = new tls.PrivateKey(`${name}-authority-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, parent);
        const { certPem } = new tls.SelfSignedCert(
            `${name}-authority`,
            {
                privateKeyPem,
                subject: { commonName: `${pulumi.getProject()} development authority (${pulumi.getStack()})` },
                isCaCertificate: true,
                allowedUses: ["cert_signing", "crl_signing"],
                validityPeriodHours: 3650 * day,
            },
            parent,
        );
        return { certificate: certPem, key: privateKeyPem };
    }
}
