// One of several homeservers on this machine that federate as on the internet: by name, delegation, certificate, signature. Pure.
import type { SettingsInput } from "../../components/settings/schema.ts";
import type { Authority } from "./authority.ts";

/** Docker network that the servers meet in, and its range: private, so that Synapse must be told of it. */
export interface MeetingNetwork {
    name: string;
    subnet: string;
}

export interface MeshServer {
    /** The part of user IDs after the colon. Another host serves it: matrix.NAME. */
    serverName: string;
    /** First port of its own; it takes those up to 99 above. */
    base: number;
}

const names = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** @param number from 1 */
export function meshServer(number: number): MeshServer {
    const name = names[number - 1];
    if (name === undefined) throw new Error(`a mesh has 1 to ${names.length} servers`);
    return { serverName: `${name}.mesh.test`, base: 10_000 + 100 * (number - 1) };
}

/** Settings of one of the servers, without images and content. */
export function meshSettings({ serverName, base }: MeshServer, network: MeetingNetwork, authority: Authority) {
    return {
        serverName,
        protectData: false,
        // Twelve keepers for six servers would be more than the servers.
        keeper: false,
        homeserver: { port: base + 8, publicUrl: `http://localhost:${base + 8}`, memory: 512 },
        database: { port: base + 32, memory: 256 },
        gateway: {
            host: `matrix.${serverName}`,
            bind: "127.0.0.1",
            httpsPort: base + 43,
            federationPort: base + 48,
            authority,
        },
        federation: { network: network.name, privatePeers: [network.subnet] },
        turn: { bind: "127.0.0.1", port: base + 78, relayPorts: { min: base + 90, max: base + 93 } },
    } satisfies Partial<SettingsInput>;
}
