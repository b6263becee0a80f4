/** Certificates that are good for two and a half minutes: what ACME does over months, seen at once. */
import assert from "node:assert/strict";
import { execa } from "execa";
import { type AcmeServer, acmeServer } from "../support/acme.ts";
import { eventually } from "../support/docker.ts";
import { type Mesh, mesh } from "../support/mesh.ts";
import { served, watch } from "../support/served.ts";

const base = 17500;
const port = base + 43;
const host = "matrix.s1.renewed.test";

describe("a certificate by ACME", function () {
    this.timeout(420_000);
    let servers: Mesh;
    let acme: AcmeServer;

    before(async () => {
        servers = await mesh("renewed", { base, subnet: "10.98.0.0/24", servers: 1 });
        acme = await acmeServer("test-acme-renewed", servers.network, 150);
        const { directory, authority } = acme;
        await servers.up(1, { gateway: { authority: undefined, acme: { directory, authority } } });
    });
    after(async () => {
        await acme?.remove();
        await servers.down();
    });

    const gatewayLog = async () => (await execa("docker", ["logs", `matrix-synapse-${servers.stackName(1)}-gateway`], { all: true })).all;

    it("is renewed by itself in time, without a moment of no service", async () => {
        const root = await acme.issuingRoot();
        const before = await eventually("the first", 30_000, async () => {
            const found = await served(port, host, root);
            assert.equal(found.untrusted, undefined);
            return found;
        });
        const watching = watch(port, host, 180_000);
        await eventually("another", 170_000, async () => {
            const now = await served(port, host, root);
            assert.notEqual(now.fingerprint, before.fingerprint);
            assert.equal(now.untrusted, undefined);
        });
        const secondsLeft = (before.expires.getTime() - Date.now()) / 1000;
        const { answered, failures } = await watching.stop();
        console.log(`      renewed ${secondsLeft.toFixed(0)} s before its end; ${answered} connections meanwhile`);
        assert.ok(secondsLeft > 0, "it had expired");
        assert.deepEqual(failures, []);
        assert.ok(answered > 100, `only ${answered} connections`);
    });

    it("that cannot be renewed is served on, and the log says why", async () => {
        const before = await served(port, host, await acme.issuingRoot());
        const logged = (await gatewayLog()).length;
        await acme.stop();
        await eventually("a reason in the log", 170_000, async () =>
            assert.match((await gatewayLog()).slice(logged), /"level":"error".*acme\.test/),
        );
        assert.equal((await served(port, host, "")).fingerprint, before.fingerprint);
    });
});
