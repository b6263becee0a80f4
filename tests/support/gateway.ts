/** Requests to the gateway over TLS, trusting the stack's own authority and nothing else. */
import { connect, constants } from "node:http2";
import { request } from "node:https";

export interface GatewayAnswer {
    status: number;
    headers: Record<string, string | string[] | undefined>;
    body: string;
}

export interface GatewayRequest {
    method?: string;
    headers?: Record<string, string>;
    body?: Buffer;
    /** Address to connect from. Default: the system's choice. */
    localAddress?: string;
}

/**
 * @param path sent as it is, so that a test can send what no URL library would
 * @param authority PEM
 */
export function askGateway(
    port: number,
    path: string,
    authority: string,
    host = "localhost",
    { method = "GET", headers = {}, body: sent, localAddress }: GatewayRequest = {},
): Promise<GatewayAnswer> {
    return new Promise((resolve, reject) => {
        const connection = { host: "127.0.0.1", port, servername: host, ca: authority, agent: false, timeout: 5000, localAddress };
        const outgoing = request({ ...connection, path, method, headers: { host, ...headers } }, (response) => {
            let body = "";
            response.setEncoding("utf8");
            response.on("data", (chunk) => (body += chunk));
            response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
        });
        outgoing.on("error", reject);
        outgoing.end(sent);
    });
}

/** Of what is yet to be sent. */
const sessionMegabytes = 200;

/** The same over HTTP/2. */
export function askGatewayByHttp2(
    port: number,
    path: string,
    authority: string,
    { method = "GET", headers = {}, body: sent }: GatewayRequest = {},
): Promise<GatewayAnswer> {
    return new Promise((resolve, reject) => {
        const session = connect(`https://localhost:${port}`, { ca: authority, maxSessionMemory: sessionMegabytes });
        const fail = (error: Error) => {
            session.destroy();
            reject(error);
        };
        session.on("error", fail);
        const stream = session.request({ ":method": method, ":path": path, ...headers }, { endStream: sent === undefined });
        let status = 0;
        let received: GatewayAnswer["headers"] = {};
        let body = "";
        stream.setEncoding("utf8");
        stream.on("response", ({ [constants.HTTP2_HEADER_STATUS]: code, ...rest }) => {
            status = Number(code);
            received = rest as GatewayAnswer["headers"];
        });
        stream.on("data", (chunk: string) => (body += chunk));
        stream.on("error", fail);
        stream.on("end", () => {
            session.close();
            resolve({ status, headers: received, body });
        });
        if (sent !== undefined) stream.end(sent);
    });
}
