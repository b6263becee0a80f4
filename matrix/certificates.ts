/** Certificates and private keys as PEM text. Source: https://www.rfc-editor.org/rfc/rfc7468 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** @throws Error if one of them cannot be read */
export function certificatesIn(pem: string): X509Certificate[] {
    return [...pem.matchAll(block)].filter(([, label]) => label === "CERTIFICATE").map(([text]) => new X509Certificate(text));
}

/**
 * The certificates of all these files, each by itself and once.
 * @throws Error if one of them cannot be read
 */
export function singleCertificates(pems: string[]): string[] {
    const byFingerprint = new Map(pems.flatMap(certificatesIn).map((certificate) => [certificate.fingerprint256, certificate.toString()]));
    return [...byFingerprint.values()];
}

/** @returns what is wrong with it and what would be right, or undefined */
export function faultInCertificates(pem: string): string | undefined {
    try {
        if (certificatesIn(pem).length > 0) return undefined;
    } catch {
        return "contains a certificate that cannot be read";
    }
    return pem.includes("PRIVATE KEY")
        ? "is a private key; a certificate begins with -----BEGIN CERTIFICATE-----"
        : "is not PEM: a certificate begins with -----BEGIN CERTIFICATE-----";
}

/** @returns what is wrong with it and what would be right, or undefined */
export function faultInPrivateKey(pem: string): string | undefined {
    try {
        createPrivateKey(pem);
        return undefined;
    } catch {
        if (/ENCRYPTED/.test(pem))
            return "is protected by a passphrase, which nobody is there to type when a server starts; remove the passphrase";
        if (pem.includes("BEGIN CERTIFICATE")) return "is a certificate; a private key begins with -----BEGIN PRIVATE KEY-----";
        return "is not PEM: a private key begins with -----BEGIN PRIVATE KEY-----";
    }
}

/** What a certificate says about itself, in a form for people. */
export interface CertificateFacts {
    /** Sorted. */
    names: string[];
    issuer: string;
    /** ISO 8601, UTC, to the second. */
    expires: string;
    /** SHA-256, the first 16 hex digits. */
    fingerprint: string;
}

/** Facts of the first certificate of a chain. */
export function factsOf(chain: string): CertificateFacts {
    const [leaf] = certificatesIn(chain);
    if (!leaf) throw new Error("the chain contains no certificate");
    return {
        names: namesOf(leaf).sort(),
        issuer: commonName(leaf.issuer),
        expires: new Date(leaf.validTo).toISOString().replace(".000Z", "Z"),
        fingerprint: leaf.fingerprint256.replaceAll(":", "").slice(0, 16).toLowerCase(),
    };
}

/** Its host names and addresses (subjectAltName). */
export function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
    return [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = ""]) => name);
}

/** As other servers judge it: a common name no longer counts (RFC 6125), nor does a wildcard for part of a label. */
export function isFor(certificate: X509Certificate, name: string): boolean {
    if (isIP(name)) return certificate.checkIP(name) !== undefined;
    return certificate.checkHost(name, { subject: "never", partialWildcards: false }) !== undefined;
}

/** The common name of a subject or issuer; the whole of it where it has none. */
export function commonName(subject: string): string {
    return /^CN=(.*)$/m.exec(subject)?.[1] ?? subject.replaceAll("\n", ", ");
}
