/** Caddy's configuration in its own JSON. Pure. Source: https://caddyserver.com/docs/json/ */

import { bracketed, hostAndPort } from "../../matrix/serverName.ts";
import { certificateFiles } from "../certificate/files.ts";
import type { Route } from "../homeserver/homeserver.ts";
import type { Settings } from "../settings/index.ts";
import { boundingRoutes, headerBytes, timeouts } from "./bounds.ts";
import { errorRoutes, openToPages, preflightAnswer, refuse } from "./errors.ts";
import { holding } from "./holding.ts";
import { type WellKnown, wellKnownPath } from "./wellKnown.ts";

export const paths = {
    config: "/etc/caddy/caddy.json",
    /** PEM that the ACME server's own certificate is trusted by. */
    acmeAuthority: "/etc/caddy/acme-authority.pem",
    adminSocket: "/tmp/caddy-admin.sock",
};

/** Ports inside the container. */
export const ports = { http: 80, https: 443, federation: 8448, health: 2080, metrics: 2090 };

export const metricsPath = "/metrics";

export interface CaddyConfig {
    /** Routes to the homeserver's processes; the first match wins. */
    homeserver: Route[];
    /** Absent where another web server serves it. */
    wellKnown: WellKnown | undefined;
    /** Host names of the certificate; the first is for clients that name none. */
    hosts: string[];
    /** Absent where a certificate is installed. */
    acme: Settings["gateway"]["acme"];
    /** Port inside the container for the server-server API, if it has one of its own. */
    federationPort: number | undefined;
    /** Port that plain HTTP is redirected to, as clients reach it; absent where plain HTTP is not served. */
    redirectTo: number | undefined;
    /** Ranges of addresses whose word for a client's address is taken. */
    trustedProxies: string[];
    /** Address in the container, or a name of it, at which metrics are served; empty: at all of them. Absent: they are not served. */
    metricsHost?: string;
}

export function caddyJson({
    homeserver,
    wellKnown,
    federationPort,
    redirectTo,
    trustedProxies,
    hosts,
    acme,
    metricsHost,
}: CaddyConfig): string {
    const trusts = trustedProxies.length > 0;
    const routes = [
        ...boundingRoutes(),
        ...Object.entries(wellKnown ?? {}).flatMap(([kind, content]) => json(`${wellKnownPath}/${kind}`, content)),
        ...homeserver.map(({ paths: path, upstream }) => ({
            match: [{ path }],
            handle: [
                holding({
                    handler: "reverse_proxy",
                    // A name, which is looked up for every connection.
                    upstreams: [{ dial: `${upstream.host}:${upstream.port}` }],
                    // Synapse takes the first address of the list, which a client can write itself.
                    ...(trusts && { headers: { request: { set: { "X-Forwarded-For": ["{http.vars.client_ip}"] } } } }),
                }),
            ],
            terminal: true,
        })),
        // What is not named stays inside.
        { handle: [refuse(404)] },
    ];
    const server = (port: number) => ({
        listen: [`:${port}`],
        routes,
        errors: { routes: errorRoutes() },
        ...timeouts,
        max_header_bytes: headerBytes,
        tls_connection_policies: [{ default_sni: hosts[0], protocol_min: "tls1.2" }],
        // What it is to have certificates for is said below. HTTP/3 would need a UDP port.
        automatic_https: { disable: true },
        protocols: ["h1", "h2"],
        ...(trusts && trusting(trustedProxies)),
    });
    return JSON.stringify(
        {
            // For a reload from within the container, when a certificate is installed.
            admin: { listen: `unix/${paths.adminSocket}`, config: { persist: false } },
            storage: { module: "file_system", root: certificateFiles.issued },
            apps: {
                http: {
                    ...(metricsHost !== undefined && { metrics: {} }),
                    servers: {
                        clients: server(ports.https),
                        ...(federationPort ? { federation: server(federationPort) } : {}),
                        ...(redirectTo ? { redirect: redirect(hosts, redirectTo) } : {}),
                        health: {
                            listen: [`127.0.0.1:${ports.health}`],
                            routes: [{ handle: [{ handler: "static_response", status_code: 200 }] }],
                        },
                        ...(metricsHost !== undefined && { metrics: metricsServer(metricsHost) }),
                    },
                },
                tls: acme ? issuedBy(acme, hosts) : { certificates: { load_folders: [certificateFiles.shared] } },
            },
        },
        undefined,
        2,
    );
}

/** Source: https://caddyserver.com/docs/json/apps/http/servers/routes/handle/metrics/ */
function metricsServer(host: string) {
    return {
        listen: [`${host}:${ports.metrics}`],
        automatic_https: { disable: true },
        routes: [{ match: [{ path: [metricsPath] }], handle: [{ handler: "metrics" }] }],
    };
}

/**
 * Whose word for a client's address is taken: the last one in X-Forwarded-For that is no proxy's, or the PROXY protocol's.
 * Sources: https://caddyserver.com/docs/json/apps/http/servers/trusted_proxies/static/,
 * https://caddyserver.com/docs/json/apps/http/servers/listener_wrappers/proxy_protocol/
 */
function trusting(ranges: string[]) {
    return {
        trusted_proxies: { source: "static", ranges },
        trusted_proxies_strict: 1,
        listener_wrappers: [{ wrapper: "proxy_protocol", timeout: "5s", allow: ranges }, { wrapper: "tls" }],
    };
}

/** To one of the gateway's own names, whatever name was asked for. */
function redirect(hosts: string[], port: number) {
    const to = (host: string) => {
        const origin = `https://${port === ports.https ? bracketed(host) : hostAndPort(host, port)}`;
        return { handler: "static_response", status_code: 308, headers: { Location: [`${origin}{http.request.uri}`] } };
    };
    return {
        listen: [`:${ports.http}`],
        ...timeouts,
        max_header_bytes: headerBytes,
        automatic_https: { disable: true },
        routes: [
            ...hosts.map((host) => ({ match: [{ host: [host] }], handle: [to(host)], terminal: true })),
            { handle: [to(hosts[0] as string)] },
        ],
    };
}

/** Source: https://caddyserver.com/docs/json/apps/tls/automation/policies/issuers/acme/ */
function issuedBy({ directory, email, authority }: NonNullable<CaddyConfig["acme"]>, hosts: string[]) {
    const issuer = {
        module: "acme",
        ca: directory,
        ...(email !== undefined && { email }),
        ...(authority !== undefined && { trusted_roots_pem_files: [paths.acmeAuthority] }),
        // By TLS-ALPN-01, on the port that is open anyway.
        challenges: { http: { disabled: true } },
    };
    // Every ten minutes, as is its default, would be late for certificates that are good for hours.
    return { certificates: { automate: hosts }, automation: { policies: [{ subjects: hosts, issuers: [issuer] }], renew_interval: "1m" } };
}

/** Any web page may read a well-known file: clients in browsers must. */
function json(path: string, body: object) {
    const headers = { ...openToPages, "Content-Type": ["application/json"] };
    const route = (method: string[], ...handle: object[]) => ({ match: [{ path: [path], method }], handle, terminal: true });
    return [
        route(["GET", "HEAD"], { handler: "static_response", headers, body: JSON.stringify(body) }),
        route(["OPTIONS"], preflightAnswer),
        {
            match: [{ path: [path] }],
            handle: [{ handler: "headers", response: { set: { Allow: ["GET, HEAD, OPTIONS"] } } }, refuse(405)],
            terminal: true,
        },
    ];
}
