/** Kinds of values that several sections have. Pure. */
import { isIPv6 } from "node:net";
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

export const port = z.int().min(1).max(65535);

/** An address of the Docker host that ports are published on. */
export const address = z.union([z.ipv4(), z.ipv6()], {
    error: ({ input }) => notAnAddress(input, "127.0.0.1, or 0.0.0.0 for all of them"),
});

/** A further address of the Docker host that ports are published on. */
export const ipv6Address = z.ipv6({ error: ({ input }) => notAnAddress(input, ":: for all of them", "IPv6") });

function notAnAddress(input: unknown, example: string, kind = "IP"): string {
    const [, bracketed = ""] = /^\[(.*)\]$/.exec(String(input)) ?? [];
    return `is not an ${kind} address, such as ${example}${isIPv6(bracketed) ? `; write ${bracketed}, without brackets` : ""}`;
}

/** A memory limit. */
export const megabytes = (minimum: number, fallback: number) => z.int().min(minimum).default(fallback);

/** PEM of one or more certificates. */
export const certificates = named(faultInCertificates);

/** PEM. A key that is kept encrypted cannot be checked. */
export const privateKey = named((pem) => (pem === keptEncrypted ? undefined : faultInPrivateKey(pem)));
