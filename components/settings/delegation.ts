/**
 * How a server name leads to the gateway, and which names its certificate must be for. Pure.
 * Source: https://spec.matrix.org/v1.16/server-server-api/#resolving-server-names
 */
import { bracketed, partsOf, standsForItself } from "../../matrix/serverName.ts";
import { runsRelay } from "../parts.ts";
import type { ParsedSettings } from "./schema/index.ts";

interface Sections {
    serverName: string;
    gateway: Pick<ParsedSettings["gateway"], "host" | "wellKnown">;
    federation: Pick<ParsedSettings["federation"], "enabled" | "delegation">;
    turn?: Pick<ParsedSettings["turn"], "host" | "enabled" | "external">;
}

export function delegationOf({
    serverName,
    federation,
}: {
    serverName: string;
    federation: Pick<ParsedSettings["federation"], "delegation">;
}): "wellKnown" | "srv" | "none" {
    return federation.delegation ?? (standsForItself(serverName) ? "none" : "wellKnown");
}

/** As it stands in a URL: an IPv6 address in its brackets. */
export function gatewayHost({ serverName, gateway }: Pick<Sections, "serverName" | "gateway">): string {
    return gateway.host ?? bracketed(partsOf(serverName).host);
}

/**
 * The gateway's host first; also the server name's own host, where others connect to the gateway under that name, and the host of
 * the relay, which serves the same certificate.
 */
export function certificateHosts(sections: Sections): string[] {
    const { serverName, gateway, federation, turn } = sections;
    const servesWellKnown = gateway.wellKnown && partsOf(serverName).port === undefined;
    const connectedTo = federation.enabled && delegationOf(sections) !== "wellKnown";
    const base = servesWellKnown || connectedTo ? [partsOf(serverName).host] : [];
    const relay = turn?.host !== undefined && runsRelay(turn) ? [partsOf(turn.host).host] : [];
    return [...new Set([partsOf(gatewayHost(sections)).host, ...base, ...relay])];
}

/** Where clients and other servers connect to from outside. */
export function announcedPorts({
    httpsPort,
    federationPort,
    announced,
}: Pick<ParsedSettings["gateway"], "httpsPort" | "federationPort" | "announced">): { httpsPort: number; federationPort: number } {
    return { httpsPort: announced.httpsPort ?? httpsPort, federationPort: announced.federationPort ?? federationPort };
}
