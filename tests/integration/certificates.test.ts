/** Where the gateway's certificate comes from: the operator, an authority by ACME, or an authority for development. */
import assert from "node:assert/strict";
import { execa } from "execa";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { root } from "../../scripts/project/checkout.ts";
import { type AcmeServer, acmeServer } from "../support/acme.ts";
import { containers, docker, eventually } from "../support/docker.ts";
import { Authority } from "../support/federation/authority.ts";
import { askGateway } from "../support/gateway.ts";
import { type Mesh, mesh } from "../support/mesh.ts";
import { served, watch } from "../support/served.ts";
import { configure, openStack } from "../support/stack.ts";

const base = 17000;
const [httpsPort, federationPort] = [base + 43, base + 48];
const hosts = ["matrix.s1.tls.test", "s1.tls.test"];
const [host = ""] = hosts;

describe("the gateway's certificate", function () {
    this.timeout(240_000);
    let servers: Mesh;
    let acme: AcmeServer;
    const authority = new Authority();
    const gateway = () => `matrix-synapse-${servers.stackName(1)}-gateway`;

    before(async () => {
        servers = await mesh("tls", { base, subnet: "10.97.0.0/24", servers: 1 });
    });
    after(async () => {
        authority.remove();
        await acme?.remove();
        await servers.down();
    });

    const withGateway = (own: Partial<SettingsInput["gateway"]>) => ({ gateway: { authority: undefined, ...own } });
    const given = (days: number, names = hosts) => {
        const { cert, key } = authority.issue({ names, from: Math.min(-1, days - 10), until: days });
        return { ...withGateway({ certificate: { chain: cert, key } }), federation: { authorities: [authority.root] } };
    };
    const preview = async () => (await openStack(servers.stackName(1))).preview({ diff: true, color: "never" });

    describe("where the operator gives it", () => {
        it("is served with its chain, for clients and servers, and a preview is empty", async () => {
            await servers.up(1, given(60));
            for (const port of [httpsPort, federationPort])
                for (const name of hosts) {
                    const { issuer, names, untrusted } = await served(port, name, authority.root);
                    assert.deepEqual([issuer, names, untrusted], ["Test Intermediate", hosts, undefined], `${port} ${name}`);
                }
            assert.deepEqual(Object.keys((await preview()).changeSummary), ["same"]);
        });

        it("is replaced without a moment of no service, and the preview shows what matters of it", async () => {
            const before = await containers(servers.stackName(1));
            const { fingerprint } = await served(httpsPort, host, authority.root);
            configure(servers.stackName(1), servers.settings(1, given(80)));
            const { stdout, changeSummary } = await preview();
            assert.match(stdout, /~ CERTIFICATE_EXPIRES +: "\S+Z" => "\S+Z"/);
            assert.match(stdout, /~ CERTIFICATE_FINGERPRINT *: "[0-9a-f]{16}" => "[0-9a-f]{16}"/);
            assert.ok(!stdout.includes("PRIVATE KEY"), "the preview shows the key");
            // The certificate is installed, and the verification will run.
            assert.deepEqual({ ...changeSummary, same: 0 }, { same: 0, update: 2 });

            const watching = watch(httpsPort, host);
            await (await openStack(servers.stackName(1))).up();
            await eventually("the new certificate", 10_000, async () =>
                assert.notEqual((await served(httpsPort, host, authority.root)).fingerprint, fingerprint),
            );
            const { answered, failures } = await watching.stop();
            console.log(`        ${answered} connections meanwhile`);
            assert.deepEqual(failures, []);
            assert.ok(answered > 20, `only ${answered} connections`);
            const after = await containers(servers.stackName(1));
            for (const role of Object.keys(before)) assert.equal(after[role]?.State.StartedAt, before[role]?.State.StartedAt, role);
        });

        it("is put back by make up where somebody put in another", async () => {
            const other = authority.issue({ names: ["else.test"] });
            const script = "cat > /var/tmp/gateway.pem";
            await execa("docker", ["exec", "--interactive", gateway(), "sh", "-c", script], { input: other.cert + other.key });
            await execa("make", ["up", `STACK=${servers.stackName(1)}`], { cwd: root });
            assert.deepEqual((await served(httpsPort, host, authority.root)).names, hosts);
            assert.deepEqual(Object.keys((await preview()).changeSummary), ["same"]);
        });

        it("is there again at once when its container is replaced or killed", async () => {
            await docker("rm", "--force", gateway());
            const stack = await openStack(servers.stackName(1));
            await stack.refresh();
            await stack.up();
            assert.deepEqual((await served(httpsPort, host, authority.root)).names, hosts);
            await docker("restart", "--time", "1", gateway());
            await eventually("served after a restart", 10_000, async () =>
                assert.deepEqual((await served(httpsPort, host, authority.root)).names, hosts),
            );
        });

        it("is warned of where it has expired, and refused where it would be put in", async () => {
            const expired = given(-2);
            const { chain = "", key = "" } = expired.gateway.certificate ?? {};
            // As time would have it: the gateway has it already.
            const script = "cat > /var/tmp/gateway.pem";
            await execa("docker", ["exec", "--interactive", gateway(), "sh", "-c", script], { input: `${chain}\n${key}` });
            configure(servers.stackName(1), servers.settings(1, expired));
            const line = /gateway\.certificate\.chain: the certificate of .* expired on [\d-]{10}: other servers and clients do not/;
            const { stdout, stderr } = await preview();
            assert.match(stdout + stderr, line);
            configure(servers.stackName(1), servers.settings(1, given(-3)));
            await assert.rejects(preview(), line);
        });
    });

    describe("by ACME", () => {
        it("is got by proving the names on the port that is open anyway, after the switch from another kind", async () => {
            acme = await acmeServer("test-acme", servers.network, 3600);
            const { directory, authority: trusted } = acme;
            await servers.up(1, {
                ...withGateway({ acme: { directory, authority: trusted, email: "admin@s1.tls.test" } }),
                homeserver: { publicUrl: `https://${host}:${httpsPort}` },
            });
            const root = await acme.issuingRoot();
            for (const name of hosts)
                await eventually(`a certificate of ${name}`, 30_000, async () => {
                    const { untrusted, names } = await served(federationPort, name, root);
                    assert.deepEqual([untrusted, names], [undefined, [name]]);
                });
            assert.deepEqual(Object.keys((await preview()).changeSummary), ["same"]);
        });

        it("is the relay's as well", async () => {
            const root = await acme.issuingRoot();
            await eventually("TLS of the relay", 20_000, async () =>
                assert.equal((await served(base + 79, host, root, "TLSv1.2")).untrusted, undefined),
            );
        });
    });

    describe("from an authority that stacks share, on one port for clients and servers", () => {
        it("is trusted by its peers, as is their own, and the well-known file names that port", async () => {
            const { wellKnown } = await servers.up(1, { gateway: { federationPort: httpsPort } });
            const { untrusted, names } = await served(httpsPort, "s1.tls.test", servers.authority);
            assert.deepEqual([untrusted, names.filter((name) => hosts.includes(name))], [undefined, hosts]);
            // In the network that servers meet in, they come to the container's own port.
            assert.deepEqual(wellKnown.server, { "m.server": `${host}:443` });
            for (const path of ["/_matrix/key/v2/server", "/_matrix/client/versions"])
                assert.equal((await askGateway(httpsPort, path, servers.authority, host)).status, 200, path);
            const bindings = (await containers(servers.stackName(1))).gateway?.HostConfig.PortBindings;
            assert.deepEqual(bindings, { "443/tcp": [{ HostIp: "127.0.0.1", HostPort: `${httpsPort}` }] });
            assert.deepEqual(Object.keys((await preview()).changeSummary), ["same"]);
        });
    });
});
