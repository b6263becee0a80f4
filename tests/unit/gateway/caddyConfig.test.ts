import assert from "node:assert/strict";
import { caddyJson } from "../../../components/gateway/caddyConfig.ts";
import { wellKnown } from "../../../components/gateway/wellKnown.ts";

interface Route {
    match?: { path: string[] }[];
    handle: { handler: string; status_code?: number; headers?: Record<string, string[]>; body?: string }[];
}

function routes(federation: boolean, server = "clients"): Route[] {
    const json = caddyJson({
        upstream: { host: "synapse", port: 8008 },
        wellKnown: wellKnown("https://example.org", federation ? "example.org:8448" : undefined),
        federation,
    });
    return JSON.parse(json).apps.http.servers[server]?.routes ?? [];
}

describe("the gateway's routes", () => {
    it("pass on the Matrix APIs and nothing else", () => {
        const proxied = routes(true).filter(({ handle }) => handle[0]?.handler === "reverse_proxy");
        assert.deepEqual(
            proxied.flatMap(({ match }) => match?.[0]?.path),
            ["/_matrix/*", "/_synapse/client/*"],
        );
        assert.equal(routes(true).at(-1)?.handle[0]?.status_code, 404);
    });

    it("let any web page read the well-known files", () => {
        const files = routes(true).filter(({ match }) => match?.[0]?.path[0]?.startsWith("/.well-known/"));
        assert.equal(files.length, 2);
        for (const { handle } of files) {
            assert.deepEqual(handle[0]?.headers, { "Content-Type": ["application/json"], "Access-Control-Allow-Origin": ["*"] });
        }
        assert.equal(files[1]?.handle[0]?.body, '{"m.server":"example.org:8448"}');
    });

    it("serve no server-server API where federation is off", () => {
        assert.deepEqual(routes(false, "federation"), []);
        const paths = routes(false).flatMap(({ match }) => match?.[0]?.path ?? []);
        assert.ok(!paths.includes("/_matrix/*") && !paths.includes("/.well-known/matrix/server"), paths.join());
    });
});
