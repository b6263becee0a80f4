/** Server name, host, ports and the way of delegation, where they contradict each other. Pure. */
import { partsOf, standsForItself } from "../../../matrix/serverName.ts";
import { announcedPorts, delegationOf } from "../delegation.ts";
import type { Fault } from "../fault.ts";
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
    // In a network that servers meet in, they come to the gateway's container, whatever port it is published at.
    const announced = announcedPorts(gateway).federationPort;
    if (federation.network === undefined && delegationOf({ serverName, federation }) === "none" && announced !== port)
        faults.push({
            path: gateway.announced.federationPort === undefined ? "gateway.federationPort" : "gateway.announced.federationPort",
            message: `${announced} contradicts serverName ${serverName}: other servers connect to port ${port}; set it to ${port}`,
        });
    return faults;
}
