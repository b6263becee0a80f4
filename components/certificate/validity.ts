/** Whether the certificates that the settings give are within their time, which no change of the settings needs to end. */
import type { X509Certificate } from "node:crypto";
import { certificatesIn, commonName, factsOf, namesOf } from "../../matrix/certificates.ts";
import type { ParsedSettings } from "../settings/schema/index.ts";

interface Given {
    gateway: {
        certificate?: { chain: string } | undefined;
        authority?: { certificate: string } | undefined;
        acme?: { authority?: string | undefined } | undefined;
    };
    federation: Pick<ParsedSettings["federation"], "authorities">;
}

export interface Untimely {
    /** Setting that gives it. */
    path: string;
    /** What is wrong, what follows from it and what to do, in one line. */
    message: string;
    /** Fingerprint of the gateway's own certificate that it keeps others from trusting; absent for others'. */
    served?: string;
}

/** @param now milliseconds. Pure. */
export function untimely({ gateway, federation }: Given, now: number): Untimely[] {
    const found: Untimely[] = [];
    const chain = gateway.certificate?.chain;
    if (chain !== undefined) {
        const [leaf, ...above] = certificatesIn(chain) as [X509Certificate, ...X509Certificate[]];
        const wrong = whatIsWrong(leaf, now);
        const over = above.find((certificate) => whatIsWrong(certificate, now));
        const message = wrong
            ? `the certificate of ${namesOf(leaf).sort().join(", ") || commonName(leaf.subject)} ${wrong}`
            : over && `${commonName(over.subject)} in the chain ${whatIsWrong(over, now)}`;
        if (message !== undefined)
            found.push({
                path: "gateway.certificate.chain",
                message: `${message}: other servers and clients do not connect; renew it`,
                served: factsOf(chain).fingerprint,
            });
    }
    const authorities: [path: string, pem: string | undefined, effect: string][] = [
        ["gateway.authority.certificate", gateway.authority?.certificate, "whoever trusts it does not connect; make a new one"],
        ["gateway.acme.authority", gateway.acme?.authority, "no certificate is got by ACME; give the one that the ACME server has now"],
        ...federation.authorities.map((pem, index): [string, string, string] => [
            `federation.authorities.${index}`,
            pem,
            "servers with certificates of it are not reached; give the one that they have now",
        ]),
    ];
    for (const [path, pem = "", effect] of authorities)
        for (const certificate of certificatesIn(pem)) {
            const wrong = whatIsWrong(certificate, now);
            if (wrong) found.push({ path, message: `${commonName(certificate.subject)} ${wrong}: ${effect}` });
        }
    return found;
}

function whatIsWrong({ validFrom, validTo }: X509Certificate, now: number): string | undefined {
    if (Date.parse(validTo) < now) return `expired on ${day(validTo)}`;
    if (Date.parse(validFrom) > now) return `is not valid before ${day(validFrom)}`;
    return undefined;
}

function day(date: string): string {
    return new Date(date).toISOString().slice(0, 10);
}

/** Fingerprint of the certificate that the gateway has: "none" without a gateway, "unknown" where it cannot be asked. */
export type Installed = string | "none" | "unknown";

/**
 * A certificate that expired where it is served is no reason against a new room: it is told, loudly, in every preview and update.
 * To install one that nobody will take is a mistake, and refused.
 * @param isPreview a preview may run on a machine that has no gateway, of a stack that has one elsewhere
 * @returns lines. Pure.
 */
export function judgeValidity(found: Untimely[], installed: Installed, isPreview: boolean): { faults: string[]; warnings: string[] } {
    const faults: string[] = [];
    const warnings: string[] = [];
    for (const { path, message, served } of found) {
        const line = `${path}: ${message}`;
        if (served === undefined || installed === served || installed === "unknown") warnings.push(line);
        else if (isPreview && installed === "none") warnings.push(`${line} (pulumi up does not install it)`);
        else faults.push(line);
    }
    return { faults, warnings };
}
