/** How the federation of a stack is checked, by its settings. */
import { announcedPorts } from "../../../components/settings/delegation.ts";
import { parseSettings } from "../../../components/settings/parse.ts";
import { reachOf } from "../../../matrix/addressRanges.ts";
import { bracketed, hostAndPort, parseServerName } from "../../../matrix/serverName.ts";
import type { ConnectTo } from "./locate.ts";

export interface StackCheck {
    serverName: string;
    /** Whether the server side is on. */
    federation: boolean;
    connectTo: ConnectTo;
    /** PEM of the authorities that its peers trust: those that the settings name. */
    authorities: string[];
    /** Whether an authority of the stack's own signed the gateway's certificate. */
    ownAuthority: boolean;
    /** Where the gateway is published, its host, and whether it has a certificate that the stack declares. */
    gateway: { bind: string; port: number; host: string; declaredCertificate: boolean };
}

/**
 * A gateway that is published on loopback is asked there: no DNS leads to it, unless a proxy stands in front of it.
 * @param raw the settings as the stack's file has them
 * @returns undefined where they have faults
 */
export function stackCheck(raw: Record<string, unknown>): StackCheck | undefined {
    const { settings } = parseSettings(raw);
    const name = settings && parseServerName(settings.serverName);
    if (!settings || !name || typeof name === "string") return undefined;
    const { bind, host = bracketed(name.host), acme, certificate, authority, trustedProxies } = settings.gateway;
    const announced = announcedPorts(settings.gateway);
    const behindProxy = trustedProxies.length > 0;
    const { enabled, authorities, network } = settings.federation;
    const check = {
        serverName: name.text,
        federation: enabled,
        connectTo: {},
        authorities: [...(authority ? [authority.certificate] : []), ...authorities],
        // Other servers see a proxy's certificate, not the gateway's.
        ownAuthority: !(acme ?? certificate ?? authority) && !behindProxy,
        gateway: { bind, port: settings.gateway.httpsPort, host: host.replace(/^\[|\]$/g, ""), declaredCertificate: acme === undefined },
    };
    if (reachOf(bind) !== "loopback" || behindProxy) return check;
    const [web, servers] = [hostAndPort(bind, settings.gateway.httpsPort), hostAndPort(bind, settings.gateway.federationPort)];
    return {
        ...check,
        connectTo: {
            // Where a server is looked for without a well-known file, lest another stack of this machine answers there.
            [hostAndPort(name.host, name.port ?? 8448)]: servers,
            [`${host}:${network === undefined ? announced.federationPort : 8448}`]: servers,
            [hostAndPort(name.host, 443)]: web,
            [`${host}:${announced.httpsPort}`]: web,
        },
    };
}
