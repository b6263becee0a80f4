/** The section `gateway`: the entrance for clients and other servers. Pure. */
import { z } from "zod";
import { faultInProxy } from "../../../matrix/addressRanges.ts";
import { faultInServerName, partsOf } from "../../../matrix/serverName.ts";
import { isUserId } from "../../../matrix/userId.ts";
import { address, certificates, httpUrl, ipv6Address, named, port, privateKey } from "./valueTypes.ts";

const host = named(
    (text) => faultInServerName(text) ?? (partsOf(text).port === undefined ? undefined : "has a port; set gateway.httpsPort instead"),
);

const acme = z.strictObject({
    directory: httpUrl({ schemes: ["https"], form: "resource" })
        .default("https://acme-v02.api.letsencrypt.org/directory")
        .describe("Directory URL of the ACME server. Default: Let's Encrypt."),
    email: z
        .email({ error: "is not an e-mail address" })
        .optional()
        .describe("Address that the authority writes to before a certificate expires."),
    authority: certificates
        .optional()
        .describe("PEM of the authority to trust for the ACME server itself. Default: the system's authorities."),
});

const certificate = z.strictObject({
    chain: certificates.describe("PEM: the gateway's certificate first, then the intermediate ones."),
    key: privateKey.describe("PEM of its private key. Set it with: pulumi config set --secret --path gateway.certificate.key < key.pem"),
});

const authority = z.strictObject({
    certificate: certificates.describe("PEM of the authority's certificate."),
    key: privateKey.describe("PEM of its private key. Set it with: pulumi config set --secret --path gateway.authority.key < key.pem"),
});

const contact = z
    .strictObject({
        role: z.enum(["admin", "security"]).default("admin").describe("admin: for any question. security: for vulnerabilities."),
        matrixId: z
            .string()
            .refine(isUserId, { error: "is not a user ID, such as @admin:example.org" })
            .optional()
            .describe("User ID of the contact."),
        email: z.email({ error: "is not an e-mail address" }).optional().describe("E-mail address of the contact."),
    })
    .refine(({ matrixId, email }) => matrixId ?? email, { error: "has neither matrixId nor email" });

const support = z
    .strictObject({
        contacts: z.array(contact).default([]).describe("People who run this server."),
        page: httpUrl({ schemes: ["https"], form: "page" })
            .optional()
            .describe("URL of a page with help for users."),
    })
    .refine(({ contacts, page }) => contacts.length > 0 || page, { error: "has neither contacts nor page" });

const announced = z
    .strictObject({
        httpsPort: port.optional().describe("Port that clients connect to. Default: gateway.httpsPort."),
        federationPort: port.optional().describe("Port that other servers connect to. Default: gateway.federationPort."),
    })
    .prefault({})
    .describe(
        "Ports as seen from outside, where a router, proxy or load balancer in front takes connections at others than those published here.",
    );

export const gateway = z.strictObject({
    host: host.optional().describe("Host name that clients and other servers connect to. Default: the server name, without its port."),
    bind: address.default("0.0.0.0").describe("Address of the Docker host on which the gateway's ports are published."),
    bindIpv6: ipv6Address
        .optional()
        .describe("IPv6 address of the Docker host on which the gateway's ports are published as well, such as :: for all. Default: none."),
    httpsPort: port.default(443).describe("Port of the client API and the well-known files."),
    federationPort: port.default(8448).describe("Port of the server-server API. It may be httpsPort: one port then serves both."),
    httpPort: port
        .optional()
        .describe("Port of plain HTTP, such as 80, which redirects every request to HTTPS. Default: it is not published."),
    announced,
    trustedProxies: z
        .array(named(faultInProxy))
        .default([])
        .describe(
            "Addresses and ranges of proxies and load balancers in front of the gateway. They alone may say which address a client has, by X-Forwarded-For or the PROXY protocol. 127.0.0.1 stands for this machine.",
        ),
    wellKnown: z
        .boolean()
        .default(true)
        .describe(
            "Whether the gateway serves the server name's well-known files. false: another web server does; the output `delegation` says what it must serve.",
        ),
    acme: acme
        .optional()
        .describe("Gets certificates by ACME (TLS-ALPN-01). The host names must lead to httpsPort, as port 443, from outside."),
    certificate: certificate.optional().describe("A certificate of your own."),
    authority: authority
        .optional()
        .describe(
            "A development authority that several stacks share; it signs the gateway's certificate. Default: one of the stack's own.",
        ),
    support: support.optional().describe("Support contacts, published at /.well-known/matrix/support."),
});
