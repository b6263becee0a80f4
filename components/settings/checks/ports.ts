/** Ports that are wanted twice. Pure. */
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

export function faultsInPorts(sections: Sections): Fault[] {
    return [...relayPortsTaken(sections), ...portsTakenTwice(sections)];
}

/** Relayed media is UDP only, so TCP ports in the range do not matter. */
function relayPortsTaken({ turn }: Sections): Fault[] {
    if (!turn || turn.port < turn.relayPorts.min || turn.port > turn.relayPorts.max) return [];
    return [{ path: "turn.relayPorts", message: `includes turn.port ${turn.port}` }];
}

/** TCP ports that two parts would publish on one address of the host. */
function portsTakenTwice({ homeserver, database, federation, gateway, turn }: Sections): Fault[] {
    const loopback = "127.0.0.1";
    const wanted = [
        { path: "homeserver.port", port: homeserver?.port, bind: loopback },
        { path: "database.port", port: database?.host ? undefined : database?.port, bind: loopback },
        { path: "gateway.httpsPort", port: gateway?.httpsPort, bind: gateway?.bind },
        { path: "gateway.federationPort", port: federation?.enabled === false ? undefined : gateway?.federationPort, bind: gateway?.bind },
        { path: "turn.port", port: turn?.port, bind: turn?.bind },
        { path: "turn.tlsPort", port: turn?.tlsPort, bind: turn?.bind },
    ];
    return wanted.flatMap(({ path, port, bind }, index) => {
        const first = wanted.slice(0, index).find((other) => port !== undefined && other.port === port && overlap(other.bind, bind));
        return first ? [{ path, message: `${port} is already ${first.path}` }] : [];
    });
}

/** Whether two addresses to publish on have one in common. */
function overlap(one: string | undefined, other: string | undefined): boolean {
    return one === other || [one, other].some((bind) => bind === "0.0.0.0" || bind === "::");
}
