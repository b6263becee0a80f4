/** What is told to a proxy in front; the texts for nginx, Caddy and HAProxy are tried on the real servers (tests/integration/proxies.test.ts). */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { proxyConfigurations } from "../../../components/gateway/proxies.ts";

const configurations = (announced: { httpsPort: number; federationPort: number | undefined }) =>
    proxyConfigurations({ gateway: { host: "::1", port: 8443 }, hosts: ["matrix.example.org", "example.org"], announced });
const onePort = configurations({ httpsPort: 443, federationPort: 443 });
const twoPorts = configurations({ httpsPort: 443, federationPort: 8448 });

describe("the configuration of a proxy in front", () => {
    it("leads to where the gateway is published, by its own name", () => {
        assert.match(onePort.nginx, /proxy_pass https:\/\/\[::1\]:8443;\n[\s\S]*proxy_ssl_name matrix\.example\.org;/);
        assert.match(onePort.caddy, /https:\/\/\[::1\]:8443 \{\n[\s\S]*tls_server_name matrix\.example\.org\n/);
        assert.match(onePort.haproxy, /server gateway \[::1\]:8443 send-proxy-v2/);
        const { http } = parse(onePort.traefik);
        assert.deepEqual(http.services.matrix.loadBalancer.servers, [{ url: "https://[::1]:8443" }]);
        assert.equal(http.serversTransports[http.services.matrix.loadBalancer.serversTransport].serverName, "matrix.example.org");
        assert.equal(http.services[http.routers.matrix.service], http.services.matrix);
        assert.deepEqual(onePort.cloudflare, [
            {
                expression: 'http.host in {"matrix.example.org" "example.org"}',
                action: "route",
                action_parameters: { origin: { port: 8443 } },
            },
            { expression: 'http.host in {"matrix.example.org" "example.org"}', action: "set_config", action_parameters: { ssl: "full" } },
        ]);
    });

    it("names each announced port once", () => {
        assert.match(onePort.caddy, /^# In the site block of matrix\.example\.org, example\.org\.\n/);
        assert.match(
            twoPorts.caddy,
            /^# In the site block of matrix\.example\.org, matrix\.example\.org:8448, example\.org, example\.org:8448\.\n/,
        );
        assert.deepEqual(onePort.haproxy.match(/bind :\d+/g), ["bind :443"]);
        assert.deepEqual(twoPorts.haproxy.match(/bind :\d+/g), ["bind :443", "bind :8448"]);
        assert.deepEqual(configurations({ httpsPort: 443, federationPort: undefined }).haproxy, onePort.haproxy);
    });

    it("passes on what the gateway serves, and leaves the rest of the host to the proxy", () => {
        const pattern = /location ~ (\S+) \{/.exec(onePort.nginx)?.[1] ?? "";
        const passes = (path: string) => new RegExp(pattern).test(path);
        for (const path of ["/_matrix/client/versions", "/_synapse/client/x", "/.well-known/matrix/server"]) assert.ok(passes(path), path);
        for (const path of ["/", "/index.html", "/_synapse/admin/v1", "/xwell-known/matrix/"]) assert.ok(!passes(path), path);
        assert.equal(
            parse(onePort.traefik).http.routers.matrix.rule,
            "(Host(`matrix.example.org`) || Host(`example.org`)) && (PathPrefix(`/_matrix/`) || PathPrefix(`/_synapse/client/`) || PathPrefix(`/.well-known/matrix/`))",
        );
    });
});
