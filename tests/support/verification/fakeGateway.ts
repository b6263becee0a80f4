/** A gateway with a homeserver behind it, as far as a verification asks them. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import type { Certificate } from "../federation/authority.ts";
import type { Reply } from "../federation/world.ts";

export interface Request {
    method: string;
    path: string;
    authorization?: string;
    body: Record<string, unknown>;
}

export interface FakeGateway {
    port: number;
    /** By path; anything else is answered with 404. May be changed. */
    routes: Record<string, Reply>;
    /** What it was asked, in order. */
    requests: Request[];
    /** What it presents from now on. */
    present(certificate: Certificate): void;
    close(): void;
}

export async function fakeGateway(routes: Record<string, Reply>, certificate: Certificate): Promise<FakeGateway> {
    const requests: Request[] = [];
    const answer = (request: IncomingMessage, response: ServerResponse, body: string) => {
        const { method = "", url: path = "", headers } = request;
        const { authorization } = headers;
        requests.push({ method, path, ...(authorization !== undefined && { authorization }), body: body ? JSON.parse(body) : {} });
        const { status = 200, headers: given, body: content = "" } = gateway.routes[path] ?? { status: 404 };
        response.writeHead(status, { "Content-Type": "application/json", ...given });
        response.end(typeof content === "string" ? content : JSON.stringify(content));
    };
    const server = createServer(certificate, (request, response) => {
        let body = "";
        request.setEncoding("utf8").on("data", (part) => {
            body += part;
        });
        request.on("end", () => answer(request, response, body));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const gateway: FakeGateway = {
        port: (server.address() as AddressInfo).port,
        routes,
        requests,
        present: (other) => server.setSecureContext(other),
        close: () => {
            server.closeAllConnections();
            server.close();
        },
    };
    return gateway;
}

/** One that waits for its certificate: ends each handshake by the fatal alert internal_error, as Caddy does. */
export async function gatewayWithoutCertificate(): Promise<{ port: number; close(): void }> {
    const server = createTcpServer((socket) => {
        socket.on("error", () => {}).once("data", () => socket.end(Buffer.from([21, 3, 1, 0, 2, 2, 80])));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
