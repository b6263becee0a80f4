/** URLs of HTTP servers in settings: what is wrong with one. Pure. */
import { isIP } from "node:net";
import { reachOf } from "./addressRanges.ts";
import { bracketed, faultInServerName, hasScheme } from "./serverName.ts";

export interface UrlRules {
    /** Schemes that it may have. */
    schemes: readonly ("https" | "http")[];
    /**
     * origin: scheme, host and port alone. base: a path may follow, and more is appended to it. page: anything may follow.
     * resource: a path and a query, but no fragment, which no server is ever sent.
     */
    form: "origin" | "base" | "resource" | "page";
}

const example = "https://matrix.example.org";

/** @returns what is wrong with it and what would be right, in words that follow the URL, or undefined */
export function faultInUrl(text: string, { schemes, form }: UrlRules): string | undefined {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (/\s/.test(text)) return `has a space in it; write it as ${example}`;
    if (!hasScheme(text)) return faultInServerName(text) ? `is not a URL, such as ${example}` : `has no scheme; write https://${text}`;
    if (!url || text.includes("\\")) return `is not a URL, such as ${example}`;
    if (/^[a-z]+:\/\/[a-z]+:\/\//i.test(text)) return `has two schemes; write ${text.replace(/^[a-z]+:\/\//i, "")}`;
    if (!schemes.some((scheme) => url.protocol === `${scheme}:`))
        return `begins with ${url.protocol}//; write ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`;
    if (/^[^/]*\/\/[^/?#]*@/.test(text)) return "has a user name or password in it, which everyone would see; leave it out";
    if (url.port === "0") return "has port 0, which no server has";
    // Names of containers, and of services in a cluster, may have underscores.
    const host = faultInServerName(form === "base" ? url.hostname.replaceAll("_", "-") : url.hostname);
    if (host !== undefined) return `has a host, ${url.hostname}, that ${host}`;
    return form === "page" ? undefined : faultInRest(text, url, form);
}

function faultInRest(text: string, url: URL, form: "origin" | "base" | "resource"): string | undefined {
    if (text.includes("#")) return `has a fragment (#), which no server is ever sent; ${instead(url, form)}`;
    if (form === "resource") return undefined;
    if (text.includes("?")) return `has a query (?), which is lost; ${instead(url, form)}`;
    if (/\/_matrix(\/|$)/.test(url.pathname)) return `has the path /_matrix, which is added to it by itself; ${instead(url, form)}`;
    if (form === "base") return undefined;
    if (url.pathname !== "/") return `has a path, but the API is at /_matrix of the host itself; ${instead(url, form)}`;
    // What a URL library understands is not always what stands there, and is announced: letters, digits, numbers as addresses.
    const written = text.replace(/\/$/, "");
    return written === url.origin || written === `${url.origin}:${defaultPort(url)}`
        ? undefined
        : `is not written as clients are told it; ${instead(url, form)}`;
}

function instead(url: URL, form: "origin" | "base" | "resource"): string {
    if (form === "origin") return `write ${url.origin}`;
    const path = form === "base" ? url.pathname.replace(/\/_matrix.*$/, "") : `${url.pathname}${url.search}`;
    return `write ${url.origin}${path.replace(/\/$/, "")}`;
}

function defaultPort({ protocol }: URL): number {
    return protocol === "https:" ? 443 : 80;
}

/** The port that a client connects to. */
export function portOf(url: URL): number {
    return url.port === "" ? defaultPort(url) : Number(url.port);
}

/** Whether a URL leads to a host, whichever way either is written. */
export function leadsTo(url: URL, host: string): boolean {
    return url.hostname === new URL(`https://${bracketed(host)}`).hostname;
}

/** Whether only programs on the same machine, or in the same container, get there. */
export function leadsToThisMachine({ hostname }: URL): boolean {
    const host = hostname.replace(/^\[|\]$/g, "");
    return isIP(host) === 0 ? /^(.+\.)?localhost$/.test(host) : reachOf(host) === "loopback";
}
