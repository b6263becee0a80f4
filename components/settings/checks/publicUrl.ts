/** The URL that clients are told, where nothing that this stack publishes answers. Pure. */
import type { X509Certificate } from "node:crypto";
import { certificatesIn, isFor } from "../../../matrix/certificates.ts";
import { leadsTo, leadsToThisMachine, portOf } from "../../../matrix/httpUrl.ts";
import { announcedPorts, gatewayHost } from "../delegation.ts";
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

export function faultsInPublicUrl({ serverName, homeserver, gateway }: Sections): Fault[] {
    if (!serverName || !gateway || homeserver?.publicUrl === undefined) return [];
    const url = new URL(homeserver.publicUrl);
    const host = gatewayHost({ serverName, gateway });
    const right = new URL(`https://${host}:${announcedPorts(gateway).httpsPort}`).origin;
    const fault = url.protocol === "http:" ? faultInPlain(url, homeserver.port, gateway, right) : faultInSecure(url, gateway, host, right);
    return fault === undefined ? [] : [{ path: "homeserver.publicUrl", message: `"${homeserver.publicUrl}" ${fault}` }];
}

type Gateway = NonNullable<Sections["gateway"]>;

/** Plain HTTP is served to this machine alone, unless a proxy in front serves it. */
function faultInPlain(url: URL, port: number, gateway: Gateway, right: string): string | undefined {
    if (gateway.acme) return `is without TLS, although gateway.acme gets a certificate; write ${right}`;
    if (gateway.trustedProxies.length > 0) return undefined;
    if (!leadsToThisMachine(url)) return `is without TLS, which only this machine is served, at http://localhost:${port}; write ${right}`;
    return portOf(url) === port ? undefined : `leads to port ${portOf(url)}, where nothing listens; homeserver.port is ${port}`;
}

/** A proxy in front has a certificate and ports of its own. */
function faultInSecure(url: URL, gateway: Gateway, host: string, right: string): string | undefined {
    if (gateway.trustedProxies.length > 0) return undefined;
    if (!leadsTo(url, host) && !hasCertificateFor(url, gateway))
        return `leads to ${url.hostname}, but the gateway's host, which it has a certificate for, is ${host}; set gateway.host to ${url.hostname}, or gateway.trustedProxies if a proxy in front has that name`;
    const { httpsPort } = announcedPorts(gateway);
    if (portOf(url) === httpsPort) return undefined;
    const setting = gateway.announced.httpsPort === undefined ? "gateway.httpsPort" : "gateway.announced.httpsPort";
    return `leads to port ${portOf(url)}, where nothing listens: ${setting} is ${httpsPort}; write ${right}, or set gateway.announced.httpsPort to ${portOf(url)} if something in front takes connections there`;
}

function hasCertificateFor(url: URL, { certificate }: Gateway): boolean {
    const [leaf] = certificate ? certificatesIn(certificate.chain) : [];
    return leaf !== undefined && isFor(leaf as X509Certificate, url.hostname);
}
