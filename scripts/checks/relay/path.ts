/** Whether calls go through a relay: by sending through it, as two clients would. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { oneLine } from "../../project/failure.ts";
import { CheckFailure, type EchoInside, echoArrives } from "./relayEcho.ts";
import { RelayClient, RelayRefusal } from "./turn/client.ts";
import type { Credentials } from "./turn/credentials.ts";
import type { Address } from "./turn/message.ts";
import type { RelayServer } from "./turn/transport.ts";

/** Where a relay is reached, and what it was told. */
export interface RelayPlace {
    /** Address that this machine reaches it by. */
    host: string;
    port: number;
    tlsPort: number;
    /** Host name that its certificate is for. */
    realm: string;
    /** UDP ports for relayed media, both included. */
    range: { min: number; max: number };
}

export interface RelayPath {
    /** Why no call goes through, in one line; null if one does. */
    reason: string | null;
    /** Address that the relay gave, the same at each look, as its port is not; null if it gave none. */
    relayed: string | null;
    /** It refused for having given out all that it may: that says nothing against how it is set up. */
    busy: boolean;
    /** Something answered, whatever it said. */
    answered: boolean;
}

/** Milliseconds for an echo from outside to be ready and to be heard. */
const readyLimit = 600;
const echoLimit = 500;

/**
 * Two clients, as in a call, each sending to where the other is relayed.
 * @param echo if given, something is sent from outside to where the relay says that it is, too
 */
export async function pathThrough(place: RelayPlace, credentials: Credentials, signal: AbortSignal, echo?: EchoInside): Promise<RelayPath> {
    const server: RelayServer = { transport: "udp", host: place.host, port: place.port };
    const clients: RelayClient[] = [];
    const open = () => allocated(server, credentials, signal, (client) => clients.push(client));
    let relayed: Address | undefined;
    const told = (reason: string | null, busy = false, answered = true): RelayPath => {
        return { reason, relayed: relayed?.ip ?? null, busy, answered };
    };
    try {
        const one = await open();
        relayed = one.address;
        // A machine too busy to start a process in time is no reason to call the relay sick.
        const port = echo ? await Promise.race([echo.listen(), sleep(readyLimit, "not tried" as const, { ref: false })]) : "not tried";
        if (port === undefined) return told(noPort(place), true);
        const heard = AbortSignal.any([signal, AbortSignal.timeout(echoLimit)]);
        const outside = !echo || port === "not tried" || (await echoArrives({ ip: relayed.ip, port }, echo.token, heard));
        echo?.end();
        await eachReaches(one, await open());
        const { min, max } = place.range;
        const question = `is turn.externalAddress right, and is turn.relayPorts ${min}-${max} (udp) open?`;
        return told(outside ? null : `the relay gave ${relayed.ip}, where nothing arrives at port ${port} (udp): ${question}`);
    } catch (error) {
        if (error instanceof CheckFailure) return told(error.message);
        const refused = error instanceof RelayRefusal;
        return told(why(error, place), refused && (error.code === 486 || error.code === 508), refused || relayed !== undefined);
    } finally {
        await Promise.all(clients.map((client) => client.close()));
    }
}

/** For TCP and TLS: `works`, or why an allocation over it does not. */
export async function overTcpAndTls(
    place: RelayPlace,
    credentials: Credentials,
    signal: AbortSignal,
): Promise<Record<"tcp" | "tls", string>> {
    const { host, port, tlsPort, realm } = place;
    const tried = async (server: RelayServer) => {
        const clients: RelayClient[] = [];
        try {
            await allocated(server, credentials, signal, (client) => clients.push(client));
            return "works";
        } catch (error) {
            return why(error, { ...place, port: server.port }, server.transport);
        } finally {
            await Promise.all(clients.map((client) => client.close()));
        }
    };
    const [tcp, tls] = await Promise.all([
        tried({ transport: "tcp", host, port }),
        tried({ transport: "tls", host, port: tlsPort, name: realm }),
    ]);
    return { tcp, tls };
}

/**
 * A client with an allocation. coturn takes up to a second until it has back what it was given back, which counts in a small range;
 * until then each try is a client of its own, as coturn 4.6.1 gives 0.0.0.0 to one that asks again after a refusal with 508.
 * @param opened is told of each client, to be closed in the end
 */
async function allocated(
    server: RelayServer,
    credentials: Credentials,
    signal: AbortSignal,
    opened: (client: RelayClient) => void,
): Promise<Side> {
    for (;;) {
        const client = await RelayClient.open(server, credentials, signal);
        opened(client);
        try {
            return { client, address: await client.allocate() };
        } catch (error) {
            if (!(error instanceof RelayRefusal && error.code === 508)) throw error;
            await client.close();
            const late = await sleep(150, false, { signal }).catch(() => true);
            if (late) throw error;
        }
    }
}

interface Side {
    client: RelayClient;
    address: Address;
}

/** @throws CheckFailure, or RelayRefusal where the relay permits no such peer */
async function eachReaches(one: Side, other: Side): Promise<void> {
    await Promise.all([one.client.permit(other.address.ip), other.client.permit(one.address.ip)]);
    const word = randomBytes(8);
    try {
        one.client.send(other.address, word);
        const { data } = await other.client.receive();
        other.client.send(one.address, data);
        const answer = await one.client.receive();
        if (answer.data.equals(word)) return;
    } catch {}
    throw new CheckFailure("what one relayed address sends to another does not arrive");
}

function why(error: unknown, place: RelayPlace, transport: RelayServer["transport"] = "udp"): string {
    if (error instanceof RelayRefusal) {
        if (error.code === 401)
            return "the relay refuses the homeserver's credentials (401): their secrets differ; remove the relay's container, then `pulumi up --refresh`";
        if (error.code === 403) return "the relay refuses to send to its own relayed address (403): restart it";
        if (error.code === 486) return "the relay has as many allocations as it may have (486): try again later";
        if (error.code === 508) return noPort(place);
        return `the relay answers ${error.message}`;
    }
    const where = `${place.host}:${place.port}`;
    if (transport === "tls" && /handshake|SSL|TLS/i.test(oneLine(error))) return `no TLS at ${where}: has the gateway its certificate yet?`;
    return `no answer at ${where} over ${transport.toUpperCase()} (${oneLine(error)}): is the container's port published?`;
}

function noPort({ range: { min, max } }: RelayPlace): string {
    return `no port of ${min}-${max} is free: give turn.relayPorts more`;
}
