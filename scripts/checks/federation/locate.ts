/** From a host and a port to the addresses that are connected to. */
import { isIP } from "node:net";
import { reachOf } from "../../../matrix/addressRanges.ts";
import { hostAndPort } from "../../../matrix/serverName.ts";
import type { Names } from "./names.ts";
import type { Finding } from "./report.ts";

export interface Place {
    address: string;
    port: number;
}

/** "host:port" → "address:port" to connect to instead, as curl's --connect-to; an IPv6 address is in brackets. */
export type ConnectTo = Readonly<Record<string, string>>;

export interface Located extends Finding {
    places: Place[];
    /** There is no such host: nothing was looked at that could be broken. */
    absent?: boolean;
}

/** @returns undefined unless `connectTo` says where */
export function placeGiven(connectTo: ConnectTo, host: string, port: number): Place | undefined {
    const text = connectTo[hostAndPort(host, port)];
    if (text === undefined) return undefined;
    const [, address = "", given = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
    return { address, port: Number(given) };
}

/** "asked at 127.0.0.1:8443, which only this machine reaches" */
export function askedAt({ address, port }: Place): string {
    const whose = { loopback: ", which only this machine reaches", private: ", which only its own network reaches", public: "" };
    return `asked at ${hostAndPort(address, port)}${whose[reachOf(address)]}`;
}

export async function locate(host: string, port: number, names: Names, connectTo: ConnectTo): Promise<Located> {
    const given = placeGiven(connectTo, host, port);
    if (given) return { state: "ok", found: `${hostAndPort(host, port)} is ${askedAt(given)}`, places: [given] };
    if (isIP(host)) return located(host, port, [host]);
    // RFC 6761: never asked of DNS.
    if (host === "localhost") return located(host, port, ["127.0.0.1"]);

    const [four, six] = await Promise.all([names.ipv4(host), names.ipv6(host)]);
    const addresses = [...four.records, ...six.records];
    const failed = four.failed ?? six.failed;
    if (addresses.length > 0) {
        const result = located(host, port, addresses);
        if (failed === undefined) return result;
        const family = four.failed === undefined ? "IPv6" : "IPv4";
        return { ...result, state: "warning", found: `${result.found}; of ${family} addresses: ${failed}`, advice: nameServers(host) };
    }
    if (failed !== undefined) return { state: "fault", found: `${host}: ${failed}`, advice: nameServers(host), places: [] };
    const found = four.noSuchName ? `${host} does not exist in DNS` : `${host} has no address in DNS`;
    return { state: "fault", found, advice: `add an A or AAAA record for ${host}`, places: [], absent: true };
}

function nameServers(host: string): string {
    return `look at the name servers of ${host}, and whether this machine reaches DNS`;
}

function located(host: string, port: number, addresses: string[]): Located {
    const places = addresses.map((address) => ({ address, port }));
    const inside = addresses.filter((address) => reachOf(address) !== "public");
    const found = isIP(host) ? `${host} is an address, port ${port}` : `${host} is ${addresses.join(", ")}, port ${port}`;
    if (inside.length === 0) return { state: "ok", found, places };
    const kind = [...new Set(inside.map(reachOf))].join(" and ");
    return {
        state: "warning",
        found: `${found}; ${inside.join(", ")} ${inside.length > 1 ? "are" : "is"} ${kind}, which no other server reaches`,
        advice: "give other servers a public address, unless all of them are on this network",
        places,
    };
}
