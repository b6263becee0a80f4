/** Kinds of values that several sections have. Pure. */
import { isIP } from "node:net";
import { z } from "zod";
import { faultInCertificates, faultInPrivateKey } from "../../../matrix/certificates.ts";
import { faultInUrl, type UrlRules } from "../../../matrix/httpUrl.ts";
import { keptEncrypted } from "../configText.ts";

/** A check of zod by a function that returns what is wrong and what would be right, or undefined. */
export const fault = (find: (value: string) => string | undefined) => (value: string, context: z.core.$RefinementCtx) => {
    const message = find(value);
    if (message) context.addIssue({ code: "custom", message });
};

/** A text in which `find` finds nothing wrong. */
export const named = (find: (value: string) => string | undefined) => z.string().superRefine(fault(find));

/** A URL of an HTTP server. */
export const httpUrl = (rules: UrlRules) => named((text) => faultInUrl(text, rules)).meta({ format: "uri" });

const linkLocal = "is a link-local address, which Docker cannot publish ports on; give a global one, or :: for all";

export const port = z.int().min(1).max(65535);

/** An address of the Docker host that ports are published on. */
export const address = z.union([z.ipv4(), publishable(z.ipv6())], { error: ({ input }) => faultInBind(`${input}`) });

/** A further address of the Docker host that ports are published on. */
export const ipv6Address = publishable(z.ipv6({ error: ({ input }) => faultInBindIpv6(`${input}`) }));

/** Such an address means nothing without its interface, which Docker takes none of. */
function publishable(ipv6: z.ZodIPv6): z.ZodIPv6 {
    return ipv6.refine((text) => !/^fe[89ab]/i.test(text), { error: linkLocal });
}

const withoutBrackets = (text: string) => text.replace(/^\[(.*)\]$/, "$1");

function faultInBindIpv6(text: string): string {
    const bare = withoutBrackets(text);
    return isIP(bare) && bare !== text ? `has brackets; write ${bare}` : "is not an IPv6 address, such as :: for all of them";
}

function faultInBind(text: string): string {
    const bare = withoutBrackets(text);
    if (isIP(bare) && bare !== text) return `has brackets; write ${bare}`;
    if (isIP(text)) return linkLocal;
    if (text.includes("%")) return linkLocal;
    if (text === "localhost") return "is not an IP address; write 127.0.0.1";
    const withPort = /^([\d.]+|\[.*\]):\d+$/.exec(text)?.[1];
    if (withPort !== undefined) return `has a port, which has a setting of its own; write ${withPort.replace(/[[\]]/g, "")}`;
    return "is not an IP address of the Docker host, such as 203.0.113.7; 0.0.0.0 stands for all";
}

/** A memory limit. */
export const megabytes = (minimum: number, fallback: number) => z.int().min(minimum).default(fallback);

/** PEM of one or more certificates. */
export const certificates = named(faultInCertificates);

/** PEM. A key that is kept encrypted cannot be checked. */
export const privateKey = named((pem) => (pem === keptEncrypted ? undefined : faultInPrivateKey(pem)));
