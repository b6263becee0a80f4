/** The URL that clients are told, where nothing that this stack publishes answers. Pure. */
import type { X509Certificate } from "node:crypto";
import { certificatesIn, isFor } from "../../../matrix/certificates.ts";
import { leadsTo, leadsToThisMachine, portOf } from "../../../matrix/httpUrl.ts";
import { announcedPorts, gatewayHost } from "../delegation.ts";
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

export function faultsInPublicUrl({ serverName, homeserver, gateway, federation }: Sections): Fault[] {
    if (!serverName || !gateway || homeserver?.publicUrl === undefined) return [];
    const url = new URL(homeserver.publicUrl);
    const host = gatewayHost({ serverName, gateway });
    const right = new URL(`https://${host}:${announcedPorts(gateway).httpsPort}`).origin;
    const { port } = homeserver;
    const federates = federation?.enabled ?? true;
    const fault =
        url.protocol === "http:"
            ? faultInPlain(url, port, gateway, right)
            : (faultInScheme(url, port) ?? faultInSecure(url, { gateway, federates }, host, right));
    return fault === undefined ? [] : [{ path: "homeserver.publicUrl", message: `"${homeserver.publicUrl}" ${fault}` }];
}

type Gateway = NonNullable<Sections["gateway"]>;

/** Plain HTTP is served to this machine alone, unless a proxy in front serves it. */
function faultInPlain(url: URL, port: number, gateway: Gateway, right: string): string | undefined {
    if (gateway.acme) return `is without TLS, although gateway.acme gets a certificate; write ${right}`;
    if (gateway.trustedProxies.length > 0) return undefined;
    if (!leadsToThisMachine(url)) return `is without TLS, which only this machine is served, at http://localhost:${port}; write ${right}`;
    return portOf(url) === port
        ? undefined
        : `leads to port ${portOf(url)}, where nothing listens without TLS; write http://${url.hostname}:${port} (homeserver.port)`;
}

/** This machine is served without TLS. */
function faultInScheme(url: URL, port: number): string | undefined {
    return leadsToThisMachine(url) && portOf(url) === port
        ? `is with TLS, which the homeserver's own port does not have; write http://${url.hostname}:${port}`
        : undefined;
}

/** A proxy in front has a certificate and ports of its own. The port for other servers serves clients, too. */
function faultInSecure(
    url: URL,
    { gateway, federates }: { gateway: Gateway; federates: boolean },
    host: string,
    right: string,
): string | undefined {
    if (gateway.trustedProxies.length > 0) return undefined;
    if (!leadsTo(url, host) && !hasCertificateFor(url, gateway))
        return `leads to ${url.hostname}, but the gateway's host, which it has a certificate for, is ${host}; set gateway.host to ${url.hostname}, or gateway.trustedProxies if a proxy in front has that name`;
    const { httpsPort, federationPort } = announcedPorts(gateway);
    if (portOf(url) === httpsPort || (federates && portOf(url) === federationPort)) return undefined;
    const setting = gateway.announced.httpsPort === undefined ? "gateway.httpsPort" : "gateway.announced.httpsPort";
    return `leads to port ${portOf(url)}, where nothing listens: ${setting} is ${httpsPort}; write ${right}, or set gateway.announced.httpsPort to ${portOf(url)} if something in front takes connections there`;
}

function hasCertificateFor(url: URL, { certificate }: Gateway): boolean {
    const [leaf] = certificate ? certificatesIn(certificate.chain) : [];
    return leaf !== undefined && isFor(leaf as X509Certificate, url.hostname);
}
