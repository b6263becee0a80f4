import assert from "node:assert/strict";
import { docker, eventually } from "../support/docker.ts";
import { askGateway, askGatewayByHttp2, type GatewayAnswer, type GatewayRequest } from "../support/gateway.ts";
import { base, sharedStack, stackName } from "../support/sharedStack.ts";
import type { StackOutputs } from "../support/stack.ts";

describe("the gateway", function () {
    this.timeout(180_000);
    let outputs: StackOutputs;
    before(async () => {
        ({ outputs } = await sharedStack());
    });

    const ask = (path: string, port = base + 43) => askGateway(port, path, outputs.certificateAuthority);

    it("serves the client API and the well-known files to any web page", async () => {
        assert.equal((await ask("/_matrix/client/versions")).status, 200);
        for (const kind of ["client", "server"] as const) {
            const { status, headers, body } = await ask(`/.well-known/matrix/${kind}`);
            assert.deepEqual(
                [status, headers["access-control-allow-origin"], headers["content-type"]],
                [200, "*", "application/json"],
                kind,
            );
            assert.deepEqual(JSON.parse(body), outputs.wellKnown[kind]);
        }
    });

    it("serves the server API on its own port", async () => {
        const { status, body } = await ask("/_matrix/key/v2/server", base + 48);
        assert.equal(status, 200);
        assert.equal(JSON.parse(body).server_name, "localhost");
    });

    for (const path of [
        "/_synapse/admin/v1/server_version",
        "/_synapse/metrics",
        "/_matrix/../_synapse/admin/v1/server_version",
        "/_matrix/%2e%2e/_synapse/admin/v1/server_version",
        "/_matrix/..%2f_synapse/admin/v1/server_version",
        "//_synapse/admin/v1/server_version",
        "/_synapse/client/../admin/v1/server_version",
        "/health",
        "/",
    ]) {
        it(`lets nothing through at ${path}`, async () => {
            const { status, body } = await ask(path);
            assert.ok([400, 404].includes(status), `${status} ${body}`);
            assert.ok(!body.includes('"server_version"'), body);
        });
    }

    const protocols: [string, (path: string, asked?: GatewayRequest) => Promise<GatewayAnswer>][] = [
        ["HTTP/1.1", (path, asked) => askGateway(base + 43, path, outputs.certificateAuthority, "localhost", asked)],
        ["HTTP/2", (path, asked) => askGatewayByHttp2(base + 43, path, outputs.certificateAuthority, asked)],
    ];

    /** What a page in a browser gets to see, and a client can read. */
    function assertReadable({ status, headers, body }: GatewayAnswer, expected: number, errcode: string): void {
        assert.equal(status, expected, body);
        assert.equal(headers["content-type"], "application/json");
        assertOpen(headers);
        const { errcode: code, error } = JSON.parse(body);
        assert.equal(code, errcode);
        assert.ok(error.length > 0);
    }

    function assertOpen(headers: GatewayAnswer["headers"]): void {
        assert.equal(headers["access-control-allow-origin"], "*");
        assert.match(String(headers["access-control-allow-methods"]), /GET.*POST.*PUT.*DELETE.*OPTIONS/);
        assert.match(String(headers["access-control-allow-headers"]), /Content-Type.*Authorization/);
    }

    const clientFile = "/.well-known/matrix/client";
    const versions = "/_matrix/client/versions";

    for (const [protocol, asked] of protocols) {
        it(`refuses what it does not serve so that clients can read it, over ${protocol}`, async () => {
            for (const path of ["/", "/health", "/_synapse/admin/v1/server_version", "/.well-known/matrix/other"])
                assertReadable(await asked(path), 404, "M_UNRECOGNIZED");
            for (const method of ["POST", "PUT", "DELETE"]) {
                const answer = await asked(clientFile, { method });
                assertReadable(answer, 405, "M_UNRECOGNIZED");
                assert.equal(answer.headers.allow, "GET, HEAD, OPTIONS");
            }
            for (const path of ["/", clientFile, versions]) {
                const { status, headers } = await asked(path, { method: "OPTIONS" });
                assert.equal(status, 204, path);
                assertOpen(headers);
            }
        });

        it(`says that an upload is too large, which Synapse cuts off without an answer, over ${protocol}`, async () => {
            const headers = { authorization: `Bearer ${outputs.bots.notifier?.accessToken}`, "content-type": "image/png" };
            const body = Buffer.alloc(61 * 1024 ** 2);
            const upload = { method: "POST", headers: { ...headers, "content-length": `${body.length}` }, body };
            assertReadable(await asked("/_matrix/media/v3/upload", upload), 413, "M_TOO_LARGE");
        });
    }

    it("says so while the homeserver is away, to a browser that asks first as well", async () => {
        const homeserver = `matrix-synapse-${stackName}-homeserver`;
        await docker("stop", homeserver);
        try {
            const begun = Date.now();
            const answers = protocols.flatMap(([, asked]) =>
                [{ method: "GET" }, { method: "POST", body: Buffer.from("{}") }].map((request) => asked(versions, request)),
            );
            for (const [, asked] of protocols) {
                const { status, headers } = await asked(versions, { method: "OPTIONS" });
                assert.equal(status, 204);
                assertOpen(headers);
                assert.equal((await asked(clientFile)).status, 200);
            }
            assert.ok(Date.now() - begun < 10_000, "a browser that asks first, and the well-known files, wait for the homeserver");
            // What waits for its return does not wait for ever.
            for (const answer of await Promise.all(answers)) assertReadable(answer, 502, "M_UNKNOWN");
            const waited = Date.now() - begun;
            assert.ok(waited > 40_000 && waited < 60_000, `${waited} ms`);
        } finally {
            await docker("start", homeserver);
            await eventually("the homeserver", 60_000, async () => assert.equal((await ask(versions)).status, 200));
        }
    });
});
