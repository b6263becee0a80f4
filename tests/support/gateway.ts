/** Requests to the gateway over TLS, trusting the stack's own authority and nothing else. */
import { request } from "node:https";

export interface GatewayAnswer {
    status: number;
    headers: Record<string, string | string[] | undefined>;
    body: string;
}

/**
 * @param path sent as it is, so that a test can send what no URL library would
 * @param authority PEM
 */
export function askGateway(port: number, path: string, authority: string, host = "localhost"): Promise<GatewayAnswer> {
    return new Promise((resolve, reject) => {
        const outgoing = request(
            { host: "127.0.0.1", port, path, servername: host, headers: { host }, ca: authority, timeout: 5000 },
            (response) => {
                let body = "";
                response.setEncoding("utf8");
                response.on("data", (chunk) => (body += chunk));
                response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
            },
        );
        outgoing.on("error", reject);
        outgoing.end();
    });
}
