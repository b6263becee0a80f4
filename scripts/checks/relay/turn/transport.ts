/** One way to a relay: STUN messages over UDP, TCP or TLS. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { lengthOf } from "./message.ts";

export interface RelayServer {
    transport: "udp" | "tcp" | "tls";
    host: string;
    port: number;
    /** TLS: the name that the certificate is for. */
    name?: string;
    /** TLS: PEM of the authority that it must come from; absent: any certificate will do. */
    authority?: string;
}

export interface Transport {
    send(message: Buffer): void;
    /** Whether what is sent may be lost on the way, and is to be sent again. */
    lossy: boolean;
    /** Fails once the way is shut by the other side. */
    broken: Promise<never>;
    close(): void;
    /** TLS: PEM of the certificate that was shown. */
    certificate?: string;
}

/** @throws Error if there is no way to the server before the signal aborts */
export async function openTransport(server: RelayServer, receive: (message: Buffer) => void, signal: AbortSignal): Promise<Transport> {
    return server.transport === "udp" ? overUdp(server, receive) : overStream(server, receive, signal);
}

async function overUdp({ host, port }: RelayServer, receive: (message: Buffer) => void): Promise<Transport> {
    const socket = createSocket(isIP(host) === 6 ? "udp6" : "udp4");
    socket.on("message", receive);
    socket.connect(port, host);
    await once(socket, "connect");
    return {
        send: (message) => socket.send(message, () => {}),
        lossy: true,
        broken: failing((fail) => socket.on("error", fail)),
        close: () => socket.close(),
    };
}

async function overStream(server: RelayServer, receive: (message: Buffer) => void, signal: AbortSignal): Promise<Transport> {
    const { host, port, name, authority } = server;
    const tls = server.transport === "tls";
    const socket: Socket | TLSSocket = tls
        ? connectTls({ host, port, servername: name, ca: authority, rejectUnauthorized: authority !== undefined })
        : connect({ host, port });
    const broken = failing((fail) => {
        socket.on("error", fail);
        socket.on("close", () => fail(new Error("the connection was closed")));
    });
    let buffered: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk) => {
        buffered = Buffer.concat([buffered, chunk]);
        for (let length = lengthOf(buffered); length !== undefined && buffered.length >= length; length = lengthOf(buffered)) {
            receive(buffered.subarray(0, length));
            buffered = buffered.subarray(length);
        }
    });
    try {
        await Promise.race([once(socket, tls ? "secureConnect" : "connect", { signal }), broken]);
    } catch (error) {
        socket.destroy();
        throw signal.aborted ? new Error("no answer") : error;
    }
    const shown = tls ? (socket as TLSSocket).getPeerX509Certificate()?.toString() : undefined;
    return { send: (message) => socket.write(message), lossy: false, broken, close: () => socket.destroy(), certificate: shown };
}

/** A promise that is allowed to fail with nobody waiting. */
function failing(listen: (fail: (error: Error) => void) => void): Promise<never> {
    const promise = new Promise<never>((_, reject) => listen(reject));
    promise.catch(() => {});
    return promise;
}
