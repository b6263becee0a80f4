/** Whether other servers take a certificate. Judging is pure. */
import { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { isFor, namesOf } from "../../../matrix/certificates.ts";
import type { Trust } from "./connection.ts";
import type { Finding } from "./report.ts";

export interface Presented {
    /** The server's own certificate. */
    leaf: X509Certificate;
    /** What was sent with it, or is known here: who signed it, and so on. */
    above: X509Certificate[];
    /** OpenSSL's word for what is wrong with the chain. */
    fault?: string;
    /** Trusted by nobody who has not been given the authority. */
    givenOnly: boolean;
}

/** What the server sent, and how OpenSSL took it. */
export function presentedBy(socket: TLSSocket, { given }: Trust): Presented | undefined {
    const chain: X509Certificate[] = [];
    for (let detailed = socket.getPeerCertificate(true); detailed?.raw; detailed = detailed.issuerCertificate) {
        const certificate = new X509Certificate(detailed.raw);
        if (chain.some(({ fingerprint256 }) => fingerprint256 === certificate.fingerprint256)) break;
        chain.push(certificate);
    }
    const [leaf, ...above] = chain;
    if (!leaf) return undefined;
    // Node types it as an Error, and gives the code.
    const fault = socket.authorizationError as unknown as string | undefined;
    return {
        leaf,
        above,
        ...(fault && { fault: String(fault) }),
        givenOnly: chain.some(({ fingerprint256 }) => given.has(fingerprint256)),
    };
}

const warnDays = 14;

/**
 * @param name what it must be for
 * @param why what makes it that name, to be put after it: "because the server name has a port"
 * @param now milliseconds
 */
export function judgeCertificate({ leaf, above, fault, givenOnly }: Presented, name: string, why: string, now: number): Finding {
    const faults: [found: string, advice: string][] = [];
    const [from, until] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
    if (now > until) faults.push([`it expired on ${day(until)}`, "renew it, and see why that was not done by itself"]);
    if (now < from) faults.push([`it is not valid before ${day(from)}`, "wait, or set the clock of what issued it right"]);
    if (!isFor(leaf, name)) faults.push(wrongName(leaf, name, why));
    if (fault !== undefined) {
        const dated = fault === "CERT_HAS_EXPIRED" || fault === "CERT_NOT_YET_VALID";
        if (!dated || faults.length === 0) faults.push(wrongChain(fault, leaf, above));
    }
    if (faults.length > 0) {
        return {
            state: "fault",
            found: `${faults.map(([found]) => found).join("; ")}`,
            advice: faults.map(([, advice]) => advice).join("; "),
        };
    }
    const found = `for ${name}, by ${issuerOf(leaf)}, until ${day(until)}`;
    const days = Math.floor((until - now) / 86_400_000);
    if (days < warnDays) {
        const left = days === 0 ? "within a day" : `in ${days} day${days === 1 ? "" : "s"}`;
        return { state: "warning", found: `${found}: it expires ${left}`, advice: "see why it was not renewed by itself" };
    }
    if (givenOnly) {
        return {
            state: "warning",
            found: `${found}; trusted here because its authority was given: other servers do not trust a development certificate`,
            advice: "use a certificate of a public authority before other servers are to reach this one",
        };
    }
    return { state: "ok", found };
}

function wrongName(leaf: X509Certificate, name: string, why: string): [string, string] {
    const names = namesOf(leaf);
    const shown = names.length > 6 ? [...names.slice(0, 6), `${names.length - 6} more`] : names;
    const has = names.length > 0 ? `it is for ${shown.join(", ")}` : "it has no names (subjectAltName), and the common name counts no more";
    return [`${has}, not for ${name}`, `get one for ${name}${why && `, ${why}`}`];
}

/** Source of the codes: OpenSSL's X509_STORE_CTX_get_error(3). */
function wrongChain(fault: string, leaf: X509Certificate, above: X509Certificate[]): [string, string] {
    const top = above.at(-1) ?? leaf;
    switch (fault) {
        case "DEPTH_ZERO_SELF_SIGNED_CERT":
            return ["it is self-signed", "get one of an authority that other servers trust"];
        case "SELF_SIGNED_CERT_IN_CHAIN":
            return [`other servers do not trust its authority, ${subjectOf(top)}`, "get one of an authority that other servers trust"];
        case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
        case "UNABLE_TO_GET_ISSUER_CERT":
        case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
            return [
                `the chain is incomplete: ${issuerOf(top)}, which signed ${above.length > 0 ? subjectOf(top) : "it"}, was not sent and is no authority that other servers trust`,
                "serve the full chain (fullchain.pem), the intermediate certificates with it; an authority of your own is not enough for other servers",
            ];
        case "CERT_HAS_EXPIRED":
        case "CERT_NOT_YET_VALID":
            return [
                `a certificate above it ${fault === "CERT_HAS_EXPIRED" ? "has expired" : "is not valid yet"} (${above.map(subjectOf).join(", ")})`,
                "serve the chain that its authority has now",
            ];
        default:
            return [`other servers do not take it: ${fault}`, "get one of an authority that other servers trust"];
    }
}

function subjectOf({ subject }: X509Certificate): string {
    return shortName(subject);
}

function issuerOf({ issuer }: X509Certificate): string {
    return shortName(issuer);
}

/** The common name, or the last that there is. */
function shortName(text: string | undefined): string {
    const lines = (text ?? "").split("\n");
    const line = lines.find((one) => one.startsWith("CN=")) ?? lines.at(-1) ?? "";
    return line.slice(line.indexOf("=") + 1) || "somebody without a name";
}

function day(milliseconds: number): string {
    return new Date(milliseconds).toISOString().slice(0, 10);
}
