/** Caddy's configuration in its own JSON. Pure. Source: https://caddyserver.com/docs/json/ */
import type { WellKnown } from "./wellKnown.ts";

export const paths = {
    config: "/etc/caddy/caddy.json",
    certificate: "/etc/caddy/certificate.pem",
    key: "/run/secrets/gateway.key",
};

/** Ports inside the container. */
export const ports = { https: 443, federation: 8448, health: 2080 };

export interface CaddyConfig {
    upstream: { host: string; port: number };
    wellKnown: WellKnown;
    /** Whether the server-server API is served. */
    federation: boolean;
}

export function caddyJson({ upstream, wellKnown, federation }: CaddyConfig): string {
    const routes = [
        json("/.well-known/matrix/client", wellKnown.client),
        ...(wellKnown.server ? [json("/.well-known/matrix/server", wellKnown.server)] : []),
        {
            // Listed one by one, so that what a later Synapse adds beside them (/_synapse/admin, metrics) stays inside.
            match: [
                {
                    path: federation
                        ? ["/_matrix/*", "/_synapse/client/*"]
                        : ["/_matrix/client/*", "/_matrix/media/*", "/_synapse/client/*"],
                },
            ],
            handle: [{ handler: "reverse_proxy", upstreams: [{ dial: `${upstream.host}:${upstream.port}` }] }],
            terminal: true,
        },
        { handle: [{ handler: "static_response", status_code: 404 }] },
    ];
    const server = (port: number) => ({
        listen: [`:${port}`],
        routes,
        // TLS 1.2 is Caddy's own minimum; HTTP/3 would need a UDP port.
        tls_connection_policies: [{}],
        automatic_https: { disable: true },
        protocols: ["h1", "h2"],
    });
    return JSON.stringify(
        {
            admin: { disabled: true, config: { persist: false } },
            // The image's own place belongs to root.
            storage: { module: "file_system", root: "/tmp/caddy" },
            apps: {
                http: {
                    servers: {
                        clients: server(ports.https),
                        ...(federation ? { federation: server(ports.federation) } : {}),
                        health: {
                            listen: [`127.0.0.1:${ports.health}`],
                            routes: [{ handle: [{ handler: "static_response", status_code: 200 }] }],
                        },
                    },
                },
                tls: { certificates: { load_files: [{ certificate: paths.certificate, key: paths.key }] } },
            },
        },
        undefined,
        2,
    );
}

/** Any web page may read a well-known file: clients in browsers must. */
function json(path: string, body: object) {
    const headers = { "Content-Type": ["application/json"], "Access-Control-Allow-Origin": ["*"] };
    return { match: [{ path: [path] }], handle: [{ handler: "static_response", headers, body: JSON.stringify(body) }], terminal: true };
}
