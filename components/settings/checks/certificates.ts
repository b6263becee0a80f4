/** Where the gateway's certificate comes from, and whether one that is given is good. Pure. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { certificatesIn, commonName, isFor, namesOf } from "../../../matrix/certificates.ts";
import { isLocalName } from "../../../matrix/serverName.ts";
import { keptEncrypted } from "../configText.ts";
import { certificateHosts } from "../delegation.ts";
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

export function faultsInCertificates({ serverName, gateway, federation, turn }: Sections): Fault[] {
    if (!serverName || !gateway || !federation) return [];
    const sources = (["acme", "certificate", "authority"] as const).filter((key) => gateway[key] !== undefined);
    if (sources.length > 1) {
        const message = `cannot be combined with gateway.${sources[0]}; configure one source of certificates`;
        return [{ path: `gateway.${sources[1]}`, message }];
    }
    const hosts = certificateHosts({ serverName, gateway, federation, ...(turn && { turn }) });
    if (gateway.acme) return faultsInAcme(hosts, new URL(gateway.acme.directory));
    return gateway.certificate ? faultsInGiven(gateway.certificate, hosts, federation.authorities) : [];
}

/** An authority of one's own network knows names that the public one does not. */
function faultsInAcme(hosts: string[], directory: URL): Fault[] {
    const isPublic = /(^|\.)letsencrypt\.org$/.test(directory.hostname);
    if (isPublic && directory.pathname !== "/directory")
        return [{ path: "gateway.acme.directory", message: `"${directory.href}" is not a directory; write ${directory.origin}/directory` }];
    const local = hosts.find((host) => isIP(host) || !host.includes(".") || (isPublic && isLocalName(host)));
    if (local === undefined) return [];
    return [{ path: "gateway.acme", message: `cannot get a certificate for ${local}, which is not a name in the public DNS` }];
}

/**
 * The texts themselves can be read: the schema has seen to that. Their time is judged elsewhere, as it passes without a change of the
 * settings: see components/certificate/validity.ts.
 * @param hosts host names and addresses that others connect to
 * @param authorities PEM of authorities that other servers trust besides the system's
 */
function faultsInGiven({ chain, key }: { chain: string; key: string }, hosts: string[], authorities: string[]): Fault[] {
    const certificates = certificatesIn(chain);
    const leaf = certificates[0] as X509Certificate;
    const subject = `the certificate of ${namesOf(leaf).sort().join(", ") || commonName(leaf.subject)}`;
    const faults = [
        ...hosts
            .filter((host) => !isFor(leaf, host))
            .map((host) => `${subject} is not for ${host}, which other servers and clients connect to`),
        faultInChain(certificates, authorities.flatMap(certificatesIn), subject),
    ].filter((message) => message !== undefined);
    return [
        ...faults.map((message) => ({ path: "gateway.certificate.chain", message })),
        ...(key === keptEncrypted || leaf.checkPrivateKey(createPrivateKey(key))
            ? []
            : [{ path: "gateway.certificate.key", message: "does not match the first certificate in gateway.certificate.chain" }]),
    ];
}

/** Each must be issued by the next, and the last by an authority that is trusted. */
function faultInChain(certificates: X509Certificate[], authorities: X509Certificate[], subject: string): string | undefined {
    const signs = (issuer: X509Certificate, issued: X509Certificate) => issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
    const [leaf] = certificates as [X509Certificate];
    const trusted = [...authorities, ...rootCertificates.map((pem) => new X509Certificate(pem))];
    if (signs(leaf, leaf) && !authorities.some((authority) => authority.fingerprint256 === leaf.fingerprint256))
        return `${subject} is self-signed, so no other server trusts it; use gateway.acme, or a certificate from an authority`;
    for (const [index, issued] of certificates.entries()) {
        if (trusted.some((authority) => signs(authority, issued))) return undefined;
        const next = certificates[index + 1];
        if (next && !signs(next, issued))
            return `${commonName(issued.subject)} is not signed by the certificate after it, ${commonName(next.subject)}; put the chain in order`;
    }
    const last = certificates.at(-1) as X509Certificate;
    const issuer = commonName(last.issuer);
    return signs(last, last)
        ? `${subject} ends at ${issuer}, which operating systems do not trust; if the other servers do, add it to federation.authorities`
        : `${subject} is issued by ${issuer}, which is neither in the chain nor trusted by operating systems; add its certificate to the end of the chain`;
}
