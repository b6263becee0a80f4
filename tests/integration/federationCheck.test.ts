import assert from "node:assert/strict";
import { delegatingWorld, here, leadsTo, matrixHost } from "../support/federation/delegating.ts";
import type { Zone } from "../support/federation/nameServer.ts";
import { assertFaults, assertStep, homeserverRoutes } from "../support/federation/world.ts";

const { world, delegating } = delegatingWorld();

describe("the federation check finds its way as other servers do", function () {
    this.timeout(20_000);
    before(() => world.start());
    afterEach(() => world.closeServers());
    after(() => world.stop());

    describe("and finds no fault", () => {
        it("with a well-known file that leads to another host", async () => {
            const { web } = await delegating(leadsTo("matrix.example.test"), matrixHost);
            const report = await world.check("example.test", { "matrix.example.test": [here()] }, { "example.test:443": web });
            assertFaults(report);
            assertStep(
                report,
                "server well-known",
                "warning",
                /leads to matrix\.example\.test:\d+; asked at 127\.0\.0\.1:\d+, which only this machine reaches/,
            );
            assertStep(report, "addresses", "warning", /127\.0\.0\.1 is loopback, which no other server reaches/);
            assertStep(report, "server keys", "ok", /ed25519:test, signed, valid until/);
            assertStep(report, "federation version", "ok", /Synapse 1\.163\.2/);
            assertStep(report, "client API", "warning", /answers, up to v1\.15/);
        });

        it("with a well-known file that redirects to another host", async () => {
            const { port, web } = await delegating(
                { status: 302, headers: { Location: "https://www.example.test/server.json" } },
                matrixHost,
            );
            const file = { "/server.json": { body: { "m.server": `matrix.example.test:${port}` } } };
            const www = await world.web(file, { certificate: { names: ["www.example.test"] } });
            const zone = { "matrix.example.test": [here()] };
            const report = await world.check("example.test", zone, { "example.test:443": web, "www.example.test:443": www });
            assertFaults(report);
            assertStep(report, "server well-known", "warning", /redirected to https:\/\/www\.example\.test\/server\.json/);
        });

        it("with an SRV record, whose certificate is the server name's", async () => {
            const { port, web } = await delegating();
            const zone: Zone = {
                "_matrix-fed._tcp.example.test": [{ type: "SRV", to: "host.example.test", port }],
                "host.example.test": [here()],
            };
            const report = await world.check("example.test", zone, { "example.test:443": web });
            assertFaults(report);
            assertStep(report, "server well-known", "skipped", /status 404.*other servers go on with DNS/);
            assertStep(report, "SRV record", "ok", /leads to host\.example\.test:\d+$/);
        });

        it("with a well-known file that leads to a name with an SRV record", async () => {
            const { port, web } = await delegating({ body: { "m.server": "matrix.example.test" } }, matrixHost);
            const zone: Zone = {
                "_matrix-fed._tcp.matrix.example.test": [{ type: "SRV", to: "host.example.test", port }],
                "host.example.test": [here()],
            };
            assertFaults(await world.check("example.test", zone, { "example.test:443": web }));
        });

        it("with port 8448 and nothing else", async () => {
            const { port, web } = await delegating();
            const report = await world.check("example.test", {}, { "example.test:443": web, "example.test:8448": port });
            assertFaults(report);
            assertStep(report, "addresses", "ok", /example\.test:8448 is asked at 127\.0\.0\.1:\d+, which only this machine reaches/);
        });

        it("with a port in the server name, without asking for the well-known file", async () => {
            const port = await world.web({});
            world.closeServers();
            const name = `example.test:${port}`;
            const { web } = await delegating(undefined, { port }, homeserverRoutes(name));
            const report = await world.check(name, { "example.test": [here()] }, { "example.test:443": web });
            assertFaults(report);
            assertStep(report, "server well-known", "skipped", /not asked for: the server name is a name with a port/);
        });

        for (const [kind, address, literal] of [
            ["IPv4", "127.0.0.1", "127.0.0.1"],
            ["IPv6", "::1", "[::1]"],
        ] as const) {
            it(`with an ${kind} address as the server name`, async () => {
                const port = await world.web({});
                world.closeServers();
                const name = `${literal}:${port}`;
                await world.web(homeserverRoutes(name), { port, address, certificate: { names: [address] } });
                const report = await world.check(name, {}, {});
                assertFaults(report);
                assertStep(report, "client well-known", "warning", /people must type the homeserver's address/);
            });
        }

        it("on IPv4 and IPv6, each of which is looked at", async () => {
            const { port, web } = await delegating(leadsTo("matrix.example.test"), matrixHost);
            await world.web(homeserverRoutes(), { ...matrixHost, address: "::1", port });
            const zone: Zone = { "matrix.example.test": [here(), { type: "AAAA", to: "::1" }] };
            const report = await world.check("example.test", zone, { "example.test:443": web });
            assertFaults(report);
            const looked = report.steps.filter(({ step }) => step === "server keys").map(({ at }) => at);
            assert.deepEqual(looked, [`127.0.0.1:${port}`, `[::1]:${port}`]);
        });
    });

    describe("and names what is wrong in DNS", () => {
        it("a name that does not exist", async () => {
            const report = await world.check("example.test", {}, {});
            assertFaults(report, ["addresses", /^example\.test does not exist in DNS$/]);
            assertStep(report, "client well-known", "warning", /does not exist in DNS/);
        });

        it("a name without an address", async () => {
            const { web } = await delegating({ body: { "m.server": "matrix.example.test" } });
            const report = await world.check("example.test", { "matrix.example.test": [] }, { "example.test:443": web });
            assertFaults(report, ["addresses", /^matrix\.example\.test has no address in DNS$/]);
        });

        it("name servers that fail, and such that do not answer", async () => {
            const { web } = await delegating({ body: { "m.server": "matrix.example.test:8448" } });
            for (const [answer, reason] of [
                ["fails", /the name servers answer SERVFAIL/],
                ["silent", /the name servers do not answer/],
            ] as const) {
                const report = await world.check("example.test", { "matrix.example.test": answer }, { "example.test:443": web });
                assertFaults(report, ["addresses", reason]);
            }
        });

        it("an SRV record that leads to an alias", async () => {
            const { port, web } = await delegating();
            const zone: Zone = {
                "_matrix-fed._tcp.example.test": [{ type: "SRV", to: "alias.example.test", port }],
                "alias.example.test": [{ type: "CNAME", to: "host.example.test" }],
                "host.example.test": [here()],
            };
            const report = await world.check("example.test", zone, { "example.test:443": web });
            assertFaults(report, ["SRV record", /alias\.example\.test is an alias \(CNAME\) of host\.example\.test/]);
        });

        it("an SRV record that leads to a name without an address, or to nothing", async () => {
            const { web } = await delegating();
            const zone = (to: string): Zone => ({ "_matrix-fed._tcp.example.test": [{ type: "SRV", to, port: 8448 }] });
            const nowhere = await world.check("example.test", zone("gone.example.test"), { "example.test:443": web });
            assertFaults(nowhere, ["addresses", /gone\.example\.test does not exist in DNS/]);
            const none = await world.check("example.test", zone("."), { "example.test:443": web });
            assertFaults(none, ["SRV record", /says that there is no such service/]);
        });

        it("a deprecated SRV record, which still leads there", async () => {
            const { port, web } = await delegating();
            const zone: Zone = {
                "_matrix._tcp.example.test": [{ type: "SRV", to: "host.example.test", port }],
                "host.example.test": [here()],
            };
            const report = await world.check("example.test", zone, { "example.test:443": web });
            assertFaults(report);
            assertStep(report, "SRV record", "warning", /^_matrix\._tcp\.example\.test leads to .*; such records are deprecated$/);
        });

        it("one of two addresses that nobody listens at", async () => {
            const { port, web } = await delegating(leadsTo("matrix.example.test"), matrixHost);
            const report = await world.check(
                "example.test",
                { "matrix.example.test": [here(), here("127.0.0.2")] },
                { "example.test:443": web },
            );
            assertFaults(report, ["connection", /the connection is refused/]);
            assert.equal(report.steps.find(({ state }) => state === "fault")?.at, `127.0.0.2:${port}`);
            assertStep(report, "server keys", "ok", /signed/);
        });
    });

    it("names a server name that is none", async () => {
        for (const [name, reason] of [
            ["https://example.test", /has a scheme/],
            ["example.test:0", /has a port/],
            ["999.1.1.1", /neither an IPv4 address nor a host name/],
            ["[::g]", /is not/],
        ] as const) {
            assertFaults(await world.check(name, {}, {}), ["server name", reason]);
        }
    });
});
