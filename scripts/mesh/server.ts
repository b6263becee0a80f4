/** One of several homeservers on this machine that federate as on the internet: by name, delegation, certificate, signature. Pure. */
import type { SettingsInput } from "../../components/settings/schema/index.ts";
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
const people = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan"];

/** The most servers that a mesh has. */
export const largest = names.length;

/** A server of `make mesh`. */
export interface NamedServer extends MeshServer {
    /** Its stack. */
    stack: string;
    /** Key of its user. */
    person: string;
}

/**
 * @param number from 1 to {@link largest}
 * @param mesh what its stacks' names begin with
 * @param base first port of the mesh
 */
export function namedServer(number: number, mesh = "mesh", base = 10_000): NamedServer {
    const [name, person] = [names[number - 1], people[number - 1]];
    if (name === undefined || person === undefined) throw new Error(`a mesh has 1 to ${largest} servers`);
    return { serverName: `${name}.mesh.test`, base: base + 100 * (number - 1), stack: `${mesh}-${number}`, person };
}

/** What lives in it: a person, and in the first server the room that all are asked into. */
export function meshContent(server: NamedServer, all: NamedServer[]) {
    const [first, ...others] = all;
    const isFirst = server.stack === first?.stack;
    const members = Object.fromEntries(others.map(({ person, serverName }) => [`@${person}:${serverName}`, 0]));
    return {
        users: { [server.person]: { displayName: server.person.replace(/^./, (letter) => letter.toUpperCase()) } },
        ...(isFirst && {
            rooms: {
                mesh: { name: "Mesh", topic: "Where the servers meet", visibility: "public", members: { [server.person]: 50, ...members } },
            },
        }),
    } satisfies Partial<SettingsInput>;
}

/** Settings of one of the servers, without images and content. */
export function meshSettings({ serverName, base }: MeshServer, network: MeetingNetwork, authority: Authority) {
    return {
        serverName,
        protectData: false,
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
        turn: { bind: "127.0.0.1", port: base + 78, tlsPort: base + 79, relayPorts: { min: base + 90, max: base + 93 } },
    } satisfies Partial<SettingsInput>;
}
