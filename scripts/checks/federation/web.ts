/** A file or an API on a web server, as a client or another server asks for it: DNS, TLS, redirects. */
import { isIP } from "node:net";
import { reachOf } from "../../../matrix/addressRanges.ts";
import { hostAndPort } from "../../../matrix/serverName.ts";
import { type Answer, ask, Unwell } from "./answer.ts";
import { judgeCertificate, presentedBy } from "./certificate.ts";
import type { Checking } from "./checking.ts";
import { NoTls, NotConnected, openPlain, openTls } from "./connection.ts";
import { askedAt, locate, type Place, placeGiven } from "./locate.ts";

export interface Fetched {
    answer: Answer;
    /** Where it came from, after redirects. */
    url: URL;
    /** To be told with what was found: redirects, places that are only this machine's. */
    remarks: string[];
    /** What is wrong without being in the way: one of several addresses, a certificate of the stack's own. */
    warnings: [found: string, advice: string][];
}

const mostRedirects = 10;

/** @throws Unwell; `absent` where there is no such host, or nobody listens */
export async function fetchFrom(start: URL, mostBytes: number, checking: Checking): Promise<Fetched> {
    const remarks: string[] = [];
    const warnings: Fetched["warnings"] = [];
    const seen = new Set<string>();
    for (let url = start; ; ) {
        if (seen.has(url.href)) throw new Unwell(`it redirects in a loop: ${[...seen, url.href].join(" → ")}`, "take the redirects out");
        seen.add(url.href);
        if (seen.size > mostRedirects + 1) throw new Unwell(`it redirects more than ${mostRedirects} times`, "take the redirects out");
        const answer = await fetchOnce(url, mostBytes, checking, remarks, warnings);
        const { location } = answer.headers;
        if (answer.status < 300 || answer.status > 399 || location === undefined) return { answer, url, remarks, warnings };
        const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
        if (!next) throw new Unwell(`it redirects to ${location}, which is no URL`, "put the redirect right, or take it out");
        if (next.protocol !== "https:")
            throw new Unwell(`it redirects to ${next.href}, without TLS`, "redirect to an https:// URL, or not at all");
        remarks.push(`redirected to ${next.href}`);
        url = next;
    }
}

async function fetchOnce(
    url: URL,
    mostBytes: number,
    checking: Checking,
    remarks: string[],
    warnings: Fetched["warnings"],
): Promise<Answer> {
    const secure = url.protocol === "https:";
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const port = Number(url.port) || (secure ? 443 : 80);
    const located = await locate(host, port, checking.names, checking.connectTo);
    if (located.places.length === 0) throw new Unwell(located.found, located.advice ?? "", located.absent ?? false);
    const given = placeGiven(checking.connectTo, host, port);
    if (given) addOnce(remarks, askedAt(given));
    const tried = await Promise.allSettled(located.places.map((place) => fetchAt(place, url, host, secure, mostBytes, checking)));
    const failures = tried.flatMap((one, index) =>
        one.status === "rejected" ? [{ error: one.reason, place: located.places[index] as Place }] : [],
    );
    for (const { error } of failures) if (!(error instanceof Unwell)) throw error;
    const answers = tried.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const [first] = answers;
    if (!first) {
        const { error } = failures[0] as { error: Unwell };
        const message = failures.map(({ error, place }) => `${(error as Unwell).message} (${hostAndPort(place.address, place.port)})`);
        throw new Unwell(
            [...new Set(message)].join("; "),
            error.advice,
            failures.every(({ error }) => (error as Unwell).absent),
        );
    }
    for (const { error, place } of failures) {
        const { message, advice, unable } = error as WebFault;
        if (!unable) warnings.push([`at ${hostAndPort(place.address, place.port)}, one of its addresses: ${message}`, advice]);
    }
    for (const { warning } of answers) {
        if (warning && !warnings.some(([found]) => found === warning[0])) warnings.push(warning);
    }
    return first.answer;
}

class WebFault extends Unwell {
    constructor(
        message: string,
        advice: string,
        absent: boolean,
        readonly unable = false,
    ) {
        super(message, advice, absent);
    }
}

async function fetchAt(
    place: Place,
    url: URL,
    host: string,
    secure: boolean,
    mostBytes: number,
    { patience, trust, now }: Checking,
): Promise<{ answer: Answer; warning?: [string, string] }> {
    try {
        const plain = await openPlain(place, patience);
        if (!secure) return { answer: await ask(plain, url.host, url.pathname + url.search, mostBytes, patience) };
        const socket = await openTls(plain, host, trust, patience);
        const presented = presentedBy(socket, trust);
        const judged = presented && judgeCertificate(presented, host, "", now);
        if (judged?.state === "fault") {
            socket.destroy();
            throw new WebFault(`the certificate of ${host}: ${judged.found}`, judged.advice ?? "", false);
        }
        const answer = await ask(socket, url.host, url.pathname + url.search, mostBytes, patience);
        const mark = presented?.givenOnly ? "of an authority that other servers do not trust" : judged?.found;
        return { answer, ...(judged?.state === "warning" && { warning: [`its certificate is ${mark}`, judged.advice ?? ""] }) };
    } catch (error) {
        if (error instanceof NotConnected) throw new WebFault(error.message, error.advice, error.absent, error.unable);
        if (error instanceof NoTls) throw new WebFault(error.message, error.advice, false);
        throw error;
    }
}

function addOnce(list: string[], text: string): void {
    if (!list.includes(text)) list.push(text);
}

/** Whether a URL leads to this machine and nowhere else. */
export function isLoopback({ hostname }: URL): boolean {
    const host = hostname.replace(/^\[|\]$/g, "");
    return host === "localhost" || (isIP(host) > 0 && reachOf(host) === "loopback");
}
