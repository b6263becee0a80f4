// Whether calls go through the relay: by sending through it, as two clients would, and to where it says that it relays.
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { oneLine } from "../../project/failure.ts";
import { type Component, isHealthy } from "../../stack/components.ts";
import { docker } from "../../stack/docker.ts";
import { CheckFailure, type EchoInside, echoArrives, startEcho } from "./relayEcho.ts";
import { RelayClient, RelayRefusal } from "./turn/client.ts";
import { type Credentials, timeLimitedCredentials } from "./turn/credentials.ts";
import type { Address } from "./turn/message.ts";
import type { RelayServer } from "./turn/transport.ts";

export interface RelayReport {
    /** Why no call goes through, in one line; null if one does. */
    reason: string | null;
    /** Address that the relay gave, the same at each look, as its port is not; null if it gave none. */
    relayed: string | null;
    /** With --verbose: `works`, or why an allocation over it does not. */
    transports?: Record<"udp" | "tcp" | "tls", string>;
}

/** What the relay's container was started with. */
interface RelayPlace {
    container: string;
    host: string;
    port: number;
    tlsPort: number;
    realm: string;
    range: { min: number; max: number };
}

/** Milliseconds for what goes over the network, so that `status` stays within two seconds. */
const timeLimit = 1200;
/** Of that, for an echo from outside to be ready and to be heard. */
const readyLimit = 600;
const echoLimit = 500;
/** After that, with --verbose, for the ways in. */
const transportLimit = 700;

/** Undefined where it is not asked: it is not healthy, or not on this machine. */
export async function relayReport(components: readonly Component[], verbose: boolean): Promise<RelayReport | undefined> {
    const relay = components.find(({ role }) => role === "coturn");
    const elsewhere = process.env.DOCKER_HOST !== undefined && !process.env.DOCKER_HOST.startsWith("unix://");
    if (!relay || !isHealthy(relay) || elsewhere) return undefined;
    const place = placeOf(relay);
    if (typeof place === "string") return { reason: place, relayed: null };
    const echo = startEcho(place.container, place.range);
    try {
        const secret = await secretOf(components, relay);
        const credentials = timeLimitedCredentials(secret, `status-${randomBytes(6).toString("hex")}`, Date.now() / 1000 + 60);
        const path = await pathThrough(place, credentials, echo, AbortSignal.timeout(timeLimit));
        if (!verbose) return path;
        const udp = path.relayed ? "works" : (path.reason ?? "");
        return { ...path, transports: { udp, ...(await overTcpAndTls(place, credentials)) } };
    } catch (error) {
        return { reason: oneLine(error), relayed: null };
    } finally {
        echo.end();
    }
}

/** For people: what is wrong, and with --verbose what each way in does. */
export function relayRemarks(component: string, { reason, relayed, transports }: RelayReport): string[] {
    const ways = Object.entries(transports ?? {}).map(([transport, answer]) => `${component}: over ${transport.toUpperCase()}: ${answer}`);
    return [
        ...(reason ? [`${component}: ${reason}`] : []),
        ...ways,
        ...(transports && relayed ? [`${component}: relays at ${relayed}`] : []),
    ];
}

function placeOf({ container, inspected: { Config, HostConfig } }: Component): RelayPlace | string {
    const option = (name: string) => Config.Cmd?.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
    const [port, tlsPort, min, max] = ["listening-port", "tls-listening-port", "min-port", "max-port"].map((name) => Number(option(name)));
    const published = HostConfig.PortBindings?.[`${port}/udp`]?.[0];
    if (!port || !tlsPort || !min || !max || !published) return "its container publishes no port of TURN over UDP: run `pulumi up`";
    const any: Record<string, string> = { "": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1" };
    const host = any[published.HostIp] ?? published.HostIp;
    return { container, host, port, tlsPort, realm: option("realm") ?? "", range: { min, max } };
}

/** The homeserver's, with which it signs what clients get; the relay's own where no homeserver runs. */
async function secretOf(components: readonly Component[], relay: Component): Promise<string> {
    const homeserver = components.find(({ role, inspected }) => role === "synapse" && inspected.State.Running && !inspected.State.Paused);
    if (homeserver) return (await docker(["exec", homeserver.container, "cat", "/run/secrets/turn-shared-secret"], 2)).trim();
    const file = await docker(["exec", relay.container, "cat", "/etc/coturn/turnserver.conf"], 2);
    return /^static-auth-secret=(.*)$/m.exec(file)?.[1] ?? "";
}

/** From outside to where the relay says that it is; then two clients, as in a call, each to where the other is relayed. */
async function pathThrough(place: RelayPlace, credentials: Credentials, echo: EchoInside, signal: AbortSignal): Promise<RelayReport> {
    const server: RelayServer = { transport: "udp", host: place.host, port: place.port };
    const clients: RelayClient[] = [];
    const open = async (): Promise<Side> => {
        const client = await RelayClient.open(server, credentials, signal);
        clients.push(client);
        return { client, address: await allocated(client, signal) };
    };
    let relayed: Address | undefined;
    const told = (reason: string | null) => ({ reason, relayed: relayed?.ip ?? null });
    try {
        const one = await open();
        relayed = one.address;
        // A machine too busy to start a process in time is no reason to call the relay sick.
        const port = await Promise.race([echo.listen(), sleep(readyLimit, "not tried" as const, { ref: false })]);
        if (port === undefined) return told(noPort(place));
        const heard = AbortSignal.any([signal, AbortSignal.timeout(echoLimit)]);
        const outside = port === "not tried" || (await echoArrives({ ip: relayed.ip, port }, echo.token, heard));
        echo.end();
        await eachReaches(one, await open());
        const { min, max } = place.range;
        const question = `is turn.externalAddress right, and is turn.relayPorts ${min}-${max} (udp) open?`;
        return told(outside ? null : `the relay gave ${relayed.ip}, where nothing arrives at port ${port} (udp): ${question}`);
    } catch (error) {
        return told(error instanceof CheckFailure ? error.message : why(error, place));
    } finally {
        await Promise.all(clients.map((client) => client.close()));
    }
}

/** coturn takes up to a second until it has back what it was given back, which counts in a small range. */
async function allocated(client: RelayClient, signal: AbortSignal): Promise<Address> {
    for (;;) {
        try {
            return await client.allocate();
        } catch (error) {
            if (!(error instanceof RelayRefusal && error.code === 508)) throw error;
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

async function overTcpAndTls(place: RelayPlace, credentials: Credentials): Promise<Record<"tcp" | "tls", string>> {
    const signal = AbortSignal.timeout(transportLimit);
    const { host, port, tlsPort, realm } = place;
    const tried = async (server: RelayServer) => {
        let client: RelayClient | undefined;
        try {
            client = await RelayClient.open(server, credentials, signal);
            await allocated(client, signal);
            return "works";
        } catch (error) {
            return why(error, { ...place, port: server.port }, server.transport);
        } finally {
            await client?.close();
        }
    };
    const [tcp, tls] = await Promise.all([
        tried({ transport: "tcp", host, port }),
        tried({ transport: "tls", host, port: tlsPort, name: realm }),
    ]);
    return { tcp, tls };
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
