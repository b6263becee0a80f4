/**
 * How a server name leads to the gateway, and which names its certificate must be for. Pure.
 * Source: https://spec.matrix.org/v1.16/server-server-api/#resolving-server-names
 */
import { isIP } from "node:net";
import type { Fault } from "./parse.ts";
import type { ParsedSettings } from "./schema/schema.ts";

interface Sections {
    serverName: string;
    gateway: Pick<ParsedSettings["gateway"], "host" | "wellKnown" | "federationPort">;
    federation: Pick<ParsedSettings["federation"], "enabled" | "delegation" | "network">;
}

/** Where other servers look for a server whose name has no port and leads to no other. */
const standardPort = 8448;

/** A server name's host and port. An IPv6 address stands without its brackets. */
export function partsOf(serverName: string): { host: string; port?: number } {
    const [, host = "", port] = /^(.*?)(?::(\d+))?$/.exec(serverName) ?? [];
    return { host: host.replace(/^\[(.*)\]$/, "$1"), ...(port !== undefined && { port: Number(port) }) };
}

/** A name that is an address, or has a port in it, is connected to as it stands. */
function standsForItself(serverName: string): boolean {
    const { host, port } = partsOf(serverName);
    return port !== undefined || isIP(host) !== 0;
}

export function delegationOf({ serverName, federation }: Pick<Sections, "serverName" | "federation">): "wellKnown" | "srv" | "none" {
    return federation.delegation ?? (standsForItself(serverName) ? "none" : "wellKnown");
}

/** As it stands in a URL: an IPv6 address in its brackets. */
export function gatewayHost({ serverName, gateway }: Pick<Sections, "serverName" | "gateway">): string {
    return gateway.host ?? serverName.replace(/:\d+$/, "");
}

/** The gateway's host first; the server name's own too, where it is the gateway that is connected to under it. */
export function certificateHosts(sections: Sections): string[] {
    const { serverName, gateway, federation } = sections;
    const servesWellKnown = gateway.wellKnown && partsOf(serverName).port === undefined;
    const connectedTo = federation.enabled && delegationOf(sections) !== "wellKnown";
    const base = servesWellKnown || connectedTo ? [partsOf(serverName).host] : [];
    return [...new Set([partsOf(gatewayHost(sections)).host, ...base])];
}

/** Where server name, host, ports and the way of delegation contradict each other. */
export function faultsInDelegation(sections: Sections): Fault[] {
    const { serverName, gateway, federation } = sections;
    if (!federation.enabled) return [];
    const { host, port } = partsOf(serverName);
    const faults: Fault[] = [];
    if (standsForItself(serverName)) {
        const why = port === undefined ? "is an address" : "has a port in it";
        if (federation.delegation !== undefined && federation.delegation !== "none")
            faults.push({
                path: "federation.delegation",
                message: `"${federation.delegation}" has no effect: serverName ${serverName} ${why}, so other servers connect to it as it stands; leave it out`,
            });
        if (gateway.host !== undefined && gateway.host !== host)
            faults.push({
                path: "gateway.host",
                message: `"${gateway.host}" contradicts serverName ${serverName}: it ${why}, so other servers connect to ${host} itself; leave gateway.host out`,
            });
    }
    // In a network that servers meet in, they come to the gateway's container, whatever port it is published at.
    if (federation.network === undefined && delegationOf(sections) === "none" && gateway.federationPort !== (port ?? standardPort))
        faults.push({
            path: "gateway.federationPort",
            message: `${gateway.federationPort} contradicts serverName ${serverName}: other servers connect to port ${port ?? standardPort}; set that`,
        });
    return faults;
}
