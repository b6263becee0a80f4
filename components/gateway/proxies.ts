/** Configuration of a proxy or load balancer in front of the gateway, ready to paste. Pure. */
import { stringify } from "yaml";
import { bracketed, hostAndPort } from "../../matrix/serverName.ts";
import type { Address } from "../platform/platform.ts";

export interface BehindProxy {
    /** Where the gateway is published for clients and, with federation, for other servers. */
    gateway: Address;
    /** Names that the gateway has a certificate for; the first is its own. */
    hosts: string[];
    /** Ports that the proxy takes connections at. */
    announced: { httpsPort: number; federationPort: number | undefined };
}

/** All pass requests on over TLS, without a look at who signed the gateway's certificate: it may be a development one. */
export interface ProxyConfigurations {
    /** For the `server` block of nginx with these names and ports. */
    nginx: string;
    /** For the site block of a Caddyfile with these names and ports. */
    caddy: string;
    /** Dynamic configuration of Traefik, in YAML. */
    traefik: string;
    /** A frontend and a backend of HAProxy that pass TLS on as it is, with the client's address in the PROXY protocol. */
    haproxy: string;
    /** Rules for Cloudflare's API: the phases http_request_origin and http_config_settings. */
    cloudflare: object[];
}

/** What the gateway serves; everything else on the same host remains the proxy's. */
const prefixes = ["/_matrix/", "/_synapse/client/", "/.well-known/matrix/"];

export function proxyConfigurations({ gateway, hosts, announced }: BehindProxy): ProxyConfigurations {
    const address = hostAndPort(gateway.host, gateway.port);
    const ports = [...new Set([announced.httpsPort, announced.federationPort].filter((port) => port !== undefined))];
    const sites = hosts.flatMap((host) => ports.map((port) => (port === 443 ? bracketed(host) : hostAndPort(host, port)))).join(", ");
    const [name = ""] = hosts;
    return {
        nginx: `# In the server block of ${sites}.
client_max_body_size 0;
location ~ ^(${prefixes.map((prefix) => prefix.replaceAll(".", "\\.")).join("|")}) {
    proxy_pass https://${address};
    proxy_http_version 1.1;
    proxy_ssl_server_name on;
    proxy_ssl_name ${name};
    proxy_set_header Host $host:$server_port;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_request_buffering off;
    proxy_buffering off;
    proxy_read_timeout 10m;
}
`,
        caddy: `# In the site block of ${sites}.
@matrix path ${prefixes.map((prefix) => `${prefix}*`).join(" ")}
reverse_proxy @matrix https://${address} {
    header_up Host {hostport}
    transport http {
        tls_server_name ${name}
        tls_insecure_skip_verify
    }
}
`,
        traefik: stringify(traefik(address, hosts), { lineWidth: 0 }),
        haproxy: ports
            .map(
                (port) => `frontend matrix-${port}
    mode tcp
    bind :${port}
    timeout client 10m
    default_backend matrix
`,
            )
            .concat(`backend matrix
    mode tcp
    timeout connect 5s
    timeout server 10m
    server gateway ${address} send-proxy-v2
`)
            .join("\n"),
        cloudflare: [
            { expression: requests(hosts), action: "route", action_parameters: { origin: { port: gateway.port } } },
            { expression: requests(hosts), action: "set_config", action_parameters: { ssl: "full" } },
        ],
    };
}

/** Source: https://doc.traefik.io/traefik/reference/routing-configuration/http/ */
function traefik(address: string, hosts: string[]) {
    const anyOf = (matches: string[]) => `(${matches.join(" || ")})`;
    const rule = [anyOf(hosts.map((host) => `Host(\`${host}\`)`)), anyOf(prefixes.map((prefix) => `PathPrefix(\`${prefix}\`)`))].join(
        " && ",
    );
    return {
        http: {
            routers: { matrix: { rule, service: "matrix", tls: {} } },
            services: { matrix: { loadBalancer: { serversTransport: "matrix", servers: [{ url: `https://${address}` }] } } },
            serversTransports: { matrix: { serverName: hosts[0], insecureSkipVerify: true } },
        },
    };
}

/** Source: https://developers.cloudflare.com/ruleset-engine/rules-language/ */
function requests(hosts: string[]): string {
    return `http.host in {${hosts.map((host) => JSON.stringify(host)).join(" ")}}`;
}
