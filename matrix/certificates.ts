/**
 * Certificates and private keys as PEM text. Each function returns what is wrong and what would be right, or undefined.
 * Source: https://www.rfc-editor.org/rfc/rfc7468
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { keptEncrypted } from "../components/settings/configText.ts";

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** @throws Error if one of them cannot be read */
export function certificatesIn(pem: string): X509Certificate[] {
    return [...pem.matchAll(block)].filter(([, label]) => label === "CERTIFICATE").map(([text]) => new X509Certificate(text));
}

export function faultInCertificates(pem: string): string | undefined {
    try {
        if (certificatesIn(pem).length > 0) return undefined;
    } catch {
        return "has a certificate in it that cannot be read";
    }
    return pem.includes("PRIVATE KEY")
        ? "is a private key; a certificate begins with -----BEGIN CERTIFICATE-----"
        : "is not PEM: a certificate begins with -----BEGIN CERTIFICATE-----";
}

export function faultInPrivateKey(pem: string): string | undefined {
    if (pem === keptEncrypted) return undefined;
    try {
        createPrivateKey(pem);
        return undefined;
    } catch {
        if (/ENCRYPTED/.test(pem)) return "is protected by a passphrase, which nobody could type at the gateway's start; take it off";
        if (pem.includes("BEGIN CERTIFICATE")) return "is a certificate; a private key begins with -----BEGIN PRIVATE KEY-----";
        return "is not PEM of a private key: that begins with -----BEGIN PRIVATE KEY-----";
    }
}

/** What a certificate says of itself, for people. */
export interface CertificateFacts {
    /** Sorted. */
    names: string[];
    issuer: string;
    /** ISO 8601, UTC, to the second. */
    expires: string;
    /** SHA-256, the first 16 hex digits. */
    fingerprint: string;
}

/** Of the first certificate of a chain. */
export function factsOf(chain: string): CertificateFacts {
    const [leaf] = certificatesIn(chain);
    if (!leaf) throw new Error("there is no certificate in it");
    return {
        names: namesOf(leaf).sort(),
        issuer: commonName(leaf.issuer),
        expires: new Date(leaf.validTo).toISOString().replace(".000Z", "Z"),
        fingerprint: leaf.fingerprint256.replaceAll(":", "").slice(0, 16).toLowerCase(),
    };
}

export function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
    return [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = ""]) => name);
}

/** As other servers look at it: a common name counts no more (RFC 6125), nor does a wildcard for part of a word. */
export function isFor(certificate: X509Certificate, name: string): boolean {
    if (isIP(name)) return certificate.checkIP(name) !== undefined;
    return certificate.checkHost(name, { subject: "never", partialWildcards: false }) !== undefined;
}

function commonName(subject: string): string {
    return /^CN=(.*)$/m.exec(subject)?.[1] ?? subject.replaceAll("\n", ", ");
}

/** What a certificate is to be good for. */
export interface Purpose {
    /** Host names and addresses that are connected to. */
    hosts: string[];
    /** PEM of authorities that other servers trust beside the system's. */
    authorities: string[];
    now: Date;
}

/** What is wrong with a certificate that an operator gives, by property. The texts themselves can be read. */
export function faultsInCertificate(
    { chain, key }: { chain: string; key: string },
    { hosts, authorities, now }: Purpose,
): { property: "chain" | "key"; message: string }[] {
    const certificates = certificatesIn(chain);
    const leaf = certificates[0] as X509Certificate;
    const subject = `the certificate of ${namesOf(leaf).sort().join(", ") || commonName(leaf.subject)}`;
    const faults = [
        faultInTime(leaf, subject, now),
        ...hosts
            .filter((host) => !isFor(leaf, host))
            .map((host) => `${subject} is not for ${host}, which other servers and clients connect to`),
        faultInChain(certificates, authorities.flatMap(certificatesIn), subject),
    ].filter((message) => message !== undefined);
    return [
        ...faults.map((message) => ({ property: "chain" as const, message })),
        ...(key === keptEncrypted || leaf.checkPrivateKey(createPrivateKey(key))
            ? []
            : [{ property: "key" as const, message: "is the key of another certificate than gateway.certificate.chain begins with" }]),
    ];
}

function faultInTime(leaf: X509Certificate, subject: string, now: Date): string | undefined {
    if (new Date(leaf.validTo) < now) return `${subject} expired on ${day(leaf.validTo)}; renew it`;
    if (new Date(leaf.validFrom) > now) return `${subject} is valid from ${day(leaf.validFrom)} only`;
    return undefined;
}

function day(date: string): string {
    return new Date(date).toISOString().slice(0, 10);
}

/** Each must be issued by the next, and the last by an authority that is trusted. */
function faultInChain(certificates: X509Certificate[], authorities: X509Certificate[], subject: string): string | undefined {
    const signs = (issuer: X509Certificate, issued: X509Certificate) => issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
    const [leaf] = certificates as [X509Certificate];
    const trusted = [...authorities, ...rootCertificates.map((pem) => new X509Certificate(pem))];
    if (signs(leaf, leaf) && !authorities.some((authority) => authority.fingerprint256 === leaf.fingerprint256))
        return `${subject} is self-signed, which no other server trusts; use gateway.acme, or one of an authority`;
    for (const [index, issued] of certificates.entries()) {
        if (trusted.some((authority) => signs(authority, issued))) return undefined;
        const next = certificates[index + 1];
        if (next && !signs(next, issued))
            return `${commonName(issued.subject)} is not signed by the certificate after it, ${commonName(next.subject)}; put the chain in order`;
    }
    const last = certificates.at(-1) as X509Certificate;
    const issuer = commonName(last.issuer);
    return signs(last, last)
        ? `${subject} ends at ${issuer}, which systems do not trust; where the other servers do, name it in federation.authorities`
        : `${subject} is issued by ${issuer}, which is neither in the chain nor trusted by systems; add its certificate after the others`;
}
