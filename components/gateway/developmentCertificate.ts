/** A certificate from an authority of the stack's own: good for development, trusted by nobody else. */
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

export interface DevelopmentCertificateArgs {
    /** Host names the certificate is for; the first is its common name. */
    hosts: string[];
}

const day = 24;

export class DevelopmentCertificate extends pulumi.ComponentResource {
    /** PEM of the certificate. */
    readonly certificate: pulumi.Output<string>;
    /** PEM of its private key. Secret. */
    readonly key: pulumi.Output<string>;
    /** PEM of the authority, for who wants to trust it. */
    readonly authority: pulumi.Output<string>;

    constructor(name: string, { hosts }: DevelopmentCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:gateway:DevelopmentCertificate", name, {}, opts);
        const parent = { parent: this };
        const authorityKey = new tls.PrivateKey(`${name}-authority-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, parent);
        const authority = new tls.SelfSignedCert(
            `${name}-authority`,
            {
                privateKeyPem: authorityKey.privateKeyPem,
                subject: { commonName: `${pulumi.getProject()} development authority (${pulumi.getStack()})` },
                isCaCertificate: true,
                allowedUses: ["cert_signing", "crl_signing"],
                validityPeriodHours: 3650 * day,
            },
            parent,
        );
        const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, parent);
        const request = new tls.CertRequest(
            `${name}-request`,
            { privateKeyPem: key.privateKeyPem, subject: { commonName: hosts[0] }, dnsNames: hosts, ipAddresses: ["127.0.0.1"] },
            parent,
        );
        const certificate = new tls.LocallySignedCert(
            name,
            {
                certRequestPem: request.certRequestPem,
                caPrivateKeyPem: authorityKey.privateKeyPem,
                caCertPem: authority.certPem,
                allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
                // The longest that Apple's platforms accept.
                validityPeriodHours: 825 * day,
                earlyRenewalHours: 30 * day,
            },
            parent,
        );
        this.certificate = certificate.certPem;
        this.key = pulumi.secret(key.privateKeyPem);
        this.authority = authority.certPem;
        this.registerOutputs({ authority: this.authority });
    }
}
