/** The relay: where clients reach it, and what is offered in its place. Pure. */
import { isIP } from "node:net";
import { addressUse } from "../../../matrix/addressRanges.ts";
import { isLocalName, partsOf } from "../../../matrix/serverName.ts";
import type { Fault } from "../fault.ts";
import type { Sections } from "./check.ts";

/** Addresses that no client can send to, whatever the network; private ones and examples are not among them. */
const noClientReaches = [
    "this network",
    "unspecified",
    "loopback",
    "link-local",
    "multicast",
    "reserved",
    "benchmarks",
    "protocol assignments",
];

export function faultsInTurn({ serverName, turn }: Sections): Fault[] {
    if (!turn) return [];
    const { enabled, external, externalAddress } = turn;
    const faults: Fault[] = [];
    const report = (key: string, message: string) => faults.push({ path: `turn.${key}`, message });
    if (external && !enabled) report("external", "contradicts turn.enabled: false; remove one of the two");
    const isLocal = serverName !== undefined && isLocalName(partsOf(serverName).host);
    if (external) faults.push(...faultsInExternal(external));
    for (const [key, host] of [
        ["host", turn.host],
        ...(external?.uris ?? []).map((uri, index) => [`external.uris.${index}`, hostIn(uri)] as const),
    ] as const) {
        const use = host && !isLocal ? unreachable(host) : undefined;
        if (use)
            report(
                key,
                `${isIP(host ?? "") === 6 ? `[${host}]` : host} leads clients elsewhere (${use}) than to the relay; give the name or address at which they reach it`,
            );
    }
    const unused = (["host", "externalAddress"] as const).find((key) => turn[key] !== undefined);
    if (unused && (external || !enabled)) report(unused, "has no effect: this stack runs no relay of its own; remove it");
    const use = externalAddress === undefined ? undefined : addressUse(externalAddress);
    if (use !== undefined && noClientReaches.includes(use) && !(use === "loopback" && isLocal))
        report(
            "externalAddress",
            `${externalAddress} is an address that no client can send to (${use}); give the one at which clients outside reach this host, such as 203.0.113.7`,
        );
    return faults;
}

/** @returns what an address, or the name of every machine for itself, is set aside for */
function unreachable(host: string): string | undefined {
    if (/^localhost\.?$|\.localhost\.?$/i.test(host)) return "loopback";
    const bare = host.replace(/^\[|\]$/g, "");
    const use = isIP(bare) ? addressUse(bare) : undefined;
    return use !== undefined && noClientReaches.includes(use) ? use : undefined;
}

function hostIn(uri: string): string {
    return partsOf(/^turns?:([^?]*)/.exec(uri)?.[1]?.toLowerCase() ?? "").host;
}

function faultsInExternal({ sharedSecret, username, password }: NonNullable<NonNullable<Sections["turn"]>["external"]>): Fault[] {
    const path = "turn.external";
    const login = [username, password].filter((value) => value !== undefined);
    if (sharedSecret !== undefined && login.length > 0)
        return [{ path, message: "has both sharedSecret and username or password; keep the one that the TURN service knows" }];
    if (sharedSecret === undefined && login.length === 0)
        return [{ path, message: "has no credentials; give sharedSecret, or username and password" }];
    if (login.length === 1)
        return [
            {
                path: `${path}.${username === undefined ? "username" : "password"}`,
                message: "is missing: username and password belong together",
            },
        ];
    return [];
}

/**
 * A warning, as such a server may be for one network only.
 * @returns one line if clients elsewhere cannot reach the relay of a server whose name is a public one
 */
export function doubtInTurn(serverName: string, externalAddress: string | undefined): string | undefined {
    if (externalAddress === undefined || isLocalName(partsOf(serverName).host)) return undefined;
    if (addressUse(externalAddress) !== "private" && addressUse(externalAddress) !== "carrier NAT") return undefined;
    return `turn.externalAddress: ${externalAddress} is a private address, so calls from outside its network do not reach the relay of ${serverName}`;
}
