/** A proxy before a real homeserver that answers badly, as long as it is told to. */
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Fault = "429" | "502" | "half a body" | "a reset connection";

const faults: Record<Fault, (response: ServerResponse) => void> = {
    "429": (response) => {
        response.writeHead(429, { "content-type": "application/json" });
        response.end(JSON.stringify({ errcode: "M_LIMIT_EXCEEDED", error: "Too Many Requests", retry_after_ms: 50 }));
    },
    "502": (response) => {
        response.writeHead(502, { "content-type": "text/html" });
        response.end("<html><body>Bad Gateway</body></html>");
    },
    "half a body": (response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end('{"users": [{"name": "@al');
    },
    "a reset connection": (response) => void response.socket?.resetAndDestroy(),
};

export interface FaultyProxy {
    url: string;
    /** The next answers are bad, this many; each fault is a request that never reached the server. */
    fail(fault: Fault, times: number): void;
    close(): void;
}

/** @param hidden paths that are answered 404, as the gateway answers those of the admin API */
export async function faultyProxy(upstream: string, hidden?: RegExp): Promise<FaultyProxy> {
    let current: Fault = "502";
    let left = 0;
    const server = createServer((incoming, response) => {
        if (left > 0) {
            left--;
            incoming.resume().on("end", () => faults[current](response));
            return;
        }
        const { method, headers, url = "/" } = incoming;
        if (hidden?.test(url)) {
            incoming.resume().on("end", () => response.writeHead(404).end());
            return;
        }
        const outgoing = request(new URL(url, upstream), { method, headers }, (answer) => {
            response.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(response);
        });
        outgoing.on("error", () => response.destroy());
        incoming.pipe(outgoing);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return {
        url: `http://127.0.0.1:${port}`,
        fail: (fault, times) => {
            current = fault;
            left = times;
        },
        close: () => {
            server.closeAllConnections();
            server.close();
        },
    };
}
