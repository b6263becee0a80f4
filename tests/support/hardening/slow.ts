/** Connections that are held open: by headers, bodies and readers that take their time, and by silence. Meanwhile others are served. */
import { connect as connectTcp, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { docker } from "../docker.ts";
import { askGateway } from "../gateway.ts";
import { containerOf, type Outcome, type Target } from "./attack.ts";

interface Kind {
    tried: string;
    tls: boolean;
    protocol?: string;
    /** Sent at once, and then a part at a time, a second apart. */
    first: string;
    next?: string;
    /** Whether nothing is read. */
    deaf?: boolean;
    /** Seconds within which the gateway ends it; absent: after an hour. */
    ends?: number;
}

const headers = "GET /_matrix/client/versions HTTP/1.1\r\nHost: localhost\r\n";
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

const kinds: Kind[] = [
    { tried: "slow headers", tls: true, first: headers, next: "X-A: b\r\n", ends: 12 },
    { tried: "large headers without an end", tls: true, first: `${headers}X-A: ${"a".repeat(15_000)}`, next: "a", ends: 12 },
    { tried: "connections without a TLS handshake", tls: false, first: "", ends: 12 },
    { tried: "slow TLS handshakes", tls: false, first: "\x16\x03\x01", next: "\x01", ends: 12 },
    {
        tried: "slow bodies",
        tls: true,
        first: "POST /_matrix/client/v3/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n{",
        next: " ",
    },
    {
        tried: "slow uploads",
        tls: true,
        first: "POST /_matrix/media/v3/upload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
        next: "1\r\na\r\n",
    },
    { tried: "readers that do not read", tls: true, deaf: true, first: `${headers}\r\n`.repeat(100) },
    { tried: "HTTP/2 connections without a request", tls: true, protocol: "h2", first: preface },
];

/** All kinds at the same time. @param count of each kind */
export function holdConnections(target: Target, count: number): Promise<Outcome[]> {
    return Promise.all(kinds.map((kind) => hold(target, kind, count)));
}

async function hold(target: Target, kind: Kind, count: number): Promise<Outcome> {
    const restarts = () => docker("inspect", "--format", "{{.RestartCount}} {{.State.StartedAt}}", containerOf(target, "gateway"));
    const [before, began] = [await restarts(), Date.now()];
    const sockets: Socket[] = [];
    let closed = 0;
    try {
        for (let made = 0; made < count; made++) {
            const socket = await open(target, kind);
            socket.once("close", () => closed++);
            sockets.push(socket);
        }
        const times: number[] = [];
        const failed: string[] = [];
        // For as long as it may last, and three seconds where it may last long.
        for (const end = Date.now() + (kind.ends ?? 3) * 1000; Date.now() < end && closed < count; ) {
            if (kind.next !== undefined) for (const socket of sockets) if (socket.writable) socket.write(Buffer.from(kind.next, "latin1"));
            const since = Date.now();
            const answer = await askGateway(target.base + 43, "/_matrix/client/versions", target.outputs.certificateAuthority).catch(
                (error: Error) => error,
            );
            if (!("status" in answer) || answer.status !== 200)
                failed.push(`another client was not served: ${"status" in answer ? answer.status : answer.message}`);
            times.push(Date.now() - since);
            await sleep(250);
        }
        const seconds = ((Date.now() - began) / 1000).toFixed(0);
        if (kind.ends !== undefined && closed < count) failed.push(`${count - closed} are still open after ${seconds} s`);
        if ((await restarts()) !== before) failed.push("the gateway was started anew");
        const slowest = Math.max(...times);
        if (slowest > 4000) failed.push(`another client waited for ${slowest} ms`);
        return {
            tried: kind.tried,
            times: count,
            succeeded: failed,
            seen: `${closed} closed by the gateway within ${seconds} s; others waited for ${slowest} ms at most`,
        };
    } finally {
        for (const socket of sockets) socket.destroy();
    }
}

function open({ base, outputs }: Target, { tls, protocol = "http/1.1", first, deaf }: Kind): Promise<Socket> {
    return new Promise((resolve, reject) => {
        const place = { host: "127.0.0.1", port: base + 43 };
        const opened = () => {
            socket.off("error", reject);
            socket.on("error", () => {});
            if (first) socket.write(Buffer.from(first, "latin1"));
            if (deaf) socket.pause();
            else socket.resume();
            resolve(socket);
        };
        const socket: Socket = tls
            ? connect({ ...place, servername: "localhost", ca: outputs.certificateAuthority, ALPNProtocols: [protocol] }, opened)
            : connectTcp(place, opened);
        socket.once("error", reject);
    });
}
