/** Server name, host, ports and the way of delegation, where they contradict each other. Pure. */
import { isIP } from "node:net";
import { isLocalName, partsOf, standsForItself } from "../../../matrix/serverName.ts";
import { announcedPorts, delegationOf, gatewayHost } from "../delegation.ts";
import type { Fault } from "../fault.ts";
import type { Settings } from "../resolve.ts";
import type { Sections } from "./check.ts";

/** Where other servers look for a server whose name has no port and is not delegated. */
const standardPort = 8448;

export function faultsInDelegation({ serverName, gateway, federation }: Sections): Fault[] {
    if (!serverName || !gateway || !federation?.enabled) return [];
    const { host, port = standardPort } = partsOf(serverName);
    const faults: Fault[] = [];
    if (standsForItself(serverName)) {
        const why = partsOf(serverName).port === undefined ? "is an address" : "has a port";
        if (federation.delegation !== undefined && federation.delegation !== "none")
            faults.push({
                path: "federation.delegation",
                message: `"${federation.delegation}" has no effect: serverName ${serverName} ${why}, so other servers connect to it directly; remove this setting`,
            });
        if (gateway.host !== undefined && partsOf(gateway.host).host !== host)
            faults.push({
                path: "gateway.host",
                message: `"${gateway.host}" contradicts serverName ${serverName}, which ${why}: other servers connect to ${host} itself; remove gateway.host`,
            });
    }
    const target = gatewayHost({ serverName, gateway });
    if (delegationOf({ serverName, federation }) === "srv" && isIP(partsOf(target).host))
        faults.push({
            path: "gateway.host",
            message: `"${target}" is an address, and an SRV record leads to a host name; give one, or set federation.delegation to wellKnown`,
        });
    // In a network that servers meet in, they come to the gateway's container, whatever port it is published at.
    const announced = announcedPorts(gateway).federationPort;
    if (federation.network === undefined && delegationOf({ serverName, federation }) === "none" && announced !== port)
        faults.push({
            path: gateway.announced.federationPort === undefined ? "gateway.federationPort" : "gateway.announced.federationPort",
            message: `${announced} contradicts serverName ${serverName}: other servers connect to port ${port}; set it to ${port}`,
        });
    return faults;
}

/**
 * A warning, as something in front may take connections at the right port.
 * @returns one line if other servers do not find the well-known file, and no server at the port that they then try
 */
export function doubtInDelegation(
    serverName: string,
    gateway: Pick<Settings["gateway"], "announced" | "wellKnown">,
    federation: Pick<Settings["federation"], "enabled" | "delegation" | "network">,
): string | undefined {
    const { httpsPort, federationPort } = gateway.announced;
    if (!federation.enabled || federation.network !== undefined || federation.delegation !== "wellKnown" || !gateway.wellKnown)
        return undefined;
    if (httpsPort === 443 || federationPort === standardPort || isLocalName(partsOf(serverName).host)) return undefined;
    return `gateway.httpsPort: other servers look for the well-known file of ${serverName} at port 443, and it is served at ${httpsPort}; if something in front takes connections at 443, set gateway.announced.httpsPort to 443; if another web server has the file, set gateway.wellKnown to false`;
}
