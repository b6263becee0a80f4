import assert from "node:assert/strict";
import { type CaddyConfig, caddyJson } from "../../../components/gateway/caddyConfig.ts";
import { wellKnown } from "../../../components/gateway/wellKnown.ts";
import { synapseRoutes } from "../../../components/homeserver/synapse/routes.ts";

interface Route {
    match?: { path?: string[]; method?: string[]; vars_regexp?: Record<string, { pattern: string }> }[];
    handle: Handler[];
}

interface Handler {
    handler: string;
    status_code?: number | string;
    headers?: Record<string, string[]>;
    body?: string;
    routes?: Route[];
    errors?: { routes: Route[] };
    load_balancing?: { try_duration: string };
}

function config(overrides: Partial<CaddyConfig> = {}) {
    const { federationPort } = { federationPort: 8448, ...overrides };
    const federationAddress = federationPort === undefined ? undefined : "example.org:8448";
    const json = caddyJson({
        homeserver: synapseRoutes({ host: "homeserver", port: 8008 }, federationPort !== undefined),
        wellKnown: wellKnown({ publicUrl: "https://example.org", federationAddress, support: undefined }),
        federationPort,
        hosts: ["matrix.example.org", "example.org"],
        redirectTo: undefined,
        trustedProxies: [],
        acme: undefined,
        ...overrides,
    });
    return JSON.parse(json).apps;
}

function routes(federation: boolean, server = "clients"): Route[] {
    return config(federation ? {} : { federationPort: undefined }).http.servers[server]?.routes ?? [];
}

/** Handlers that pass on to the homeserver: at first, and again after a wait. */
function proxiesOf(all: Route[]): Handler[] {
    const handlers = all.flatMap(({ handle }) => handle);
    const inside = handlers.flatMap(({ routes = [], errors }) => proxiesOf([...routes, ...(errors?.routes ?? [])]));
    return [...handlers.filter(({ handler }) => handler === "reverse_proxy"), ...inside];
}

describe("the gateway's routes", () => {
    it("pass on the Matrix APIs and nothing else", () => {
        const proxied = routes(true).filter(({ handle }) => handle[0]?.handler === "subroute");
        assert.deepEqual(
            proxied.flatMap(({ match }) => match?.[0]?.path),
            ["/_matrix/*", "/_synapse/client/*"],
        );
        assert.deepEqual(routes(true).at(-1)?.handle, [{ handler: "error", status_code: 404 }]);
    });

    it("refuse first what would be another path if its dots were resolved, however they are written", () => {
        const { pattern = "" } = routes(true)[0]?.match?.[0]?.vars_regexp?.["{http.request.uri}"] ?? {};
        const refused = new RegExp(pattern);
        for (const path of ["/a/../b", "/a/%2e%2E/b", "/a%2f..%2Fb", "/a/..", "/a/./b", "/a\\..\\b", "/a/..;/b", "/a/..?x", "/.%2e/b"])
            assert.match(path, refused);
        for (const path of ["/", "/a", "/a?/../b", "/a..b/", "/%23a.b:c", "/.well-known/matrix/client", "/a/...", "/a/m.room.name/"])
            assert.doesNotMatch(path, refused);
    });

    it("let any web page read the well-known files", () => {
        const files = routes(true).filter(
            ({ match }) => match?.[0]?.path?.[0]?.startsWith("/.well-known/") && match[0]?.method?.includes("GET"),
        );
        assert.equal(files.length, 2);
        for (const { handle } of files) {
            assert.deepEqual(handle[0]?.headers?.["Content-Type"], ["application/json"]);
            assert.deepEqual(handle[0]?.headers?.["Access-Control-Allow-Origin"], ["*"]);
        }
        assert.equal(files[1]?.handle[0]?.body, '{"m.server":"example.org:8448"}');
    });

    it("serve no server-server API where federation is off", () => {
        assert.deepEqual(routes(false, "federation"), []);
        const paths = routes(false).flatMap(({ match }) => match?.[0]?.path ?? []);
        assert.ok(!paths.includes("/_matrix/*") && !paths.includes("/.well-known/matrix/server"), paths.join());
    });

    it("are served at the port that is in the server name", () => {
        assert.deepEqual(config({ federationPort: 9448 }).http.servers.federation.listen, [":9448"]);
    });

    it("leave the well-known files out where another web server has them", () => {
        const paths = config({ wellKnown: undefined }).http.servers.clients.routes.flatMap(({ match }: Route) => match?.[0]?.path ?? []);
        assert.deepEqual(paths, ["/_matrix/*", "/_synapse/client/*"]);
    });
});

describe("the gateway's own errors", () => {
    const errors = (server: string): Route[] => config().http.servers[server].errors.routes;

    it("are JSON that any web page may read, on every port and whatever the status", () => {
        assert.deepEqual(errors("clients"), errors("federation"));
        const answers = errors("clients").flatMap(({ handle }) => handle);
        for (const { headers, status_code, body } of answers) {
            assert.deepEqual(headers?.["Access-Control-Allow-Origin"], ["*"]);
            if (status_code === 204) continue;
            assert.deepEqual(headers?.["Content-Type"], ["application/json"]);
            assert.match(JSON.parse(body ?? "").errcode, /^M_[A-Z_]+$/);
        }
        // The last is for any other.
        const statuses = answers.map(({ status_code }) => status_code);
        assert.deepEqual(statuses, [204, 413, 404, 405, 413, 502, 503, 504, "{http.error.status_code}"]);
    });
});

describe("a request whose homeserver is away", () => {
    const [atOnce, first, last] = routes(true).find(({ handle }) => handle[0]?.handler === "subroute")?.handle[0]?.errors?.routes ?? [];
    const [dialFailed, cutOff] = (first?.match ?? []) as { method?: string[]; vars_regexp?: Record<string, { pattern: string }> }[];

    it("is answered at once where a browser asks first, and where it says that it does not wait", () => {
        assert.deepEqual(atOnce?.match, [{ method: ["OPTIONS"] }, { header: { Prefer: ["wait=0"] } }]);
        assert.equal(atOnce?.handle[0]?.handler, "error");
    });

    it("waits for a bounded time", () => {
        assert.equal(first?.handle[0]?.load_balancing?.try_duration, "45s");
    });

    it("is kept and sent again where it is a message, which the homeserver knows again by its transaction", () => {
        const [message] = routes(true).find(({ handle }) => handle[0]?.handler === "subroute")?.handle[0]?.routes ?? [];
        const { method, path_regexp } = (message?.match?.[0] ?? {}) as { method?: string[]; path_regexp?: { pattern: string } };
        assert.deepEqual([method, message?.handle[0]?.load_balancing?.try_duration], [["PUT"], "45s"]);
        const known = new RegExp(path_regexp?.pattern ?? "");
        assert.match("/_matrix/client/v3/rooms/!a:b/send/m.room.message/1", known);
        for (const path of [
            "/_matrix/client/v3/sendToDevice/m.x/1",
            "/_matrix/client/v3/rooms/!a:b/state/m.room.name/",
            "/_matrix/client/v3/rooms/!a:b/send/m.x",
        ])
            assert.doesNotMatch(path, known);
    });

    it("waits whatever its method is where no connection could be made, unless there are too many connections", () => {
        assert.equal(dialFailed?.method, undefined);
        const failed = new RegExp(dialFailed?.vars_regexp?.["{http.error.message}"]?.pattern ?? "");
        for (const reason of [" 172.30.0.4:8008: connect: connection refused", ": lookup homeserver on 127.0.0.11:53: no such host"])
            assert.match(`dial tcp${reason}`, failed);
        for (const message of ["dial tcp 172.30.0.4:8008: socket: too many open files", "EOF", "write tcp 1.2.3.4:5: broken pipe"])
            assert.doesNotMatch(message, failed);
    });

    it("is sent again after it was cut off only if it reads; any other error is answered as ever", () => {
        assert.deepEqual(cutOff?.method, ["GET", "HEAD"]);
        assert.deepEqual(last?.handle, [{ handler: "error", status_code: "{http.error.status_code}", error: "{http.error.message}" }]);
    });
});

describe("a connection to the gateway", () => {
    it("is ended where it is slow, on every port", () => {
        for (const server of Object.values(config({ redirectTo: 443 }).http.servers).filter(
            (it) => !String((it as { listen: string[] }).listen).startsWith("127."),
        ))
            assert.equal((server as { read_header_timeout?: string }).read_header_timeout, "10s");
    });

    it("is ended after an answer that came before the end of a body, which would be taken for the next request", () => {
        const answers: Route[] = config().http.servers.clients.errors.routes;
        for (const { handle } of answers.filter(({ handle: [first] }) => Number(first?.status_code) >= 413))
            assert.deepEqual(handle[0]?.headers?.Connection, ["close"]);
    });
});

describe("the gateway behind a proxy", () => {
    it("takes that proxy's word for a client's address, and hands Synapse this address alone", () => {
        const trusted = config({ trustedProxies: ["10.0.0.0/24"] }).http.servers.clients;
        assert.deepEqual([trusted.trusted_proxies, trusted.trusted_proxies_strict], [{ source: "static", ranges: ["10.0.0.0/24"] }, 1]);
        assert.deepEqual(trusted.listener_wrappers[0], { wrapper: "proxy_protocol", timeout: "5s", allow: ["10.0.0.0/24"] });
        const proxies = proxiesOf(trusted.routes);
        assert.equal(proxies.length, 3);
        for (const { headers } of proxies)
            assert.deepEqual(headers, { request: { set: { "X-Forwarded-For": ["{http.vars.client_ip}"] } } });
    });

    it("is not what it is by default", () => {
        const { trusted_proxies, listener_wrappers } = config().http.servers.clients;
        assert.deepEqual([trusted_proxies, listener_wrappers], [undefined, undefined]);
    });
});

describe("plain HTTP", () => {
    it("is not served, or is redirected to the names of the gateway and the port that clients reach", () => {
        assert.equal(config().http.servers.redirect, undefined);
        const location = (port: number) =>
            config({ redirectTo: port }).http.servers.redirect.routes.map(({ match, handle: [first] }: Route) => [
                (match?.[0] as { host?: string[] } | undefined)?.host?.[0],
                first?.headers?.Location?.[0],
            ]);
        assert.deepEqual(location(443), [
            ["matrix.example.org", "https://matrix.example.org{http.request.uri}"],
            ["example.org", "https://example.org{http.request.uri}"],
            [undefined, "https://matrix.example.org{http.request.uri}"],
        ]);
        assert.equal(location(8443)[0][1], "https://matrix.example.org:8443{http.request.uri}");
    });
});

describe("the gateway's TLS", () => {
    it("is 1.2 or newer on every port, and answers who names no host", () => {
        for (const server of ["clients", "federation"])
            assert.deepEqual(config().http.servers[server].tls_connection_policies, [
                { default_sni: "matrix.example.org", protocol_min: "tls1.2" },
            ]);
    });

    it("reads what is installed, or gets its own by ACME for all names, on the port that is open anyway", () => {
        assert.deepEqual(config().tls, { certificates: { load_folders: ["/var/tmp"] } });
        const { certificates, automation } = config({ acme: { directory: "https://acme.example/dir", email: "a@example.org" } }).tls;
        assert.deepEqual(certificates, { automate: ["matrix.example.org", "example.org"] });
        assert.equal(automation.renew_interval, "1m");
        assert.deepEqual(automation.policies[0].issuers, [
            { module: "acme", ca: "https://acme.example/dir", email: "a@example.org", challenges: { http: { disabled: true } } },
        ]);
    });
});
