import assert from "node:assert/strict";
import { askGateway } from "../support/gateway.ts";
import { base, sharedStack } from "../support/sharedStack.ts";
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
            assert.ok(!body.includes("server_version"), body);
        });
    }
});
