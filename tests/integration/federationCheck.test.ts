import assert from "node:assert/strict";
import type { Zone } from "../support/federation/nameServer.ts";
import { assertFaults, assertStep, homeserverRoutes, type Reply, type Routes, World, webRoutes } from "../support/federation/world.ts";

const world = new World();
const here = (to = "127.0.0.1") => ({ type: "A", to }) as const;

/** A web server on the server name's host, whose well-known file leads to a homeserver, or says what `file` says. */
async function delegating(
    file?: Reply | "silence" | ((port: number) => Reply),
    served: Parameters<World["web"]>[1] = {},
    routes = homeserverRoutes(),
) {
    const port = await world.web(routes, served);
    const reply = typeof file === "function" ? file(port) : file;
    return { port, web: await world.web(webRoutes(reply)) };
}
const leadsTo = (host: string) => (port: number) => ({ body: { "m.server": `${host}:${port}` } });
const matrixHost = { certificate: { names: ["matrix.example.test"] } };

/** With nothing but port 8448 of the server name: where a well-known file that is no good leaves other servers. */
async function checkFile(file: Reply | "silence", more: Routes = {}) {
    const web = await world.web({ ...webRoutes(file), ...more });
    return world.check("example.test", { "example.test": [here()] }, { "example.test:443": web, "example.test:8448": 1 });
}

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

    describe("and names what is wrong with the well-known file", () => {
        const refused = ["connection", /the connection is refused/] as const;
        for (const [title, file, reason] of [
            ["HTML", { body: "<!DOCTYPE html>" }, /is HTML, not JSON/],
            ["invalid JSON", { body: '{"m.server": ' }, /is not valid JSON/],
            ["JSON that is no object", { body: ["matrix.example.test"] }, /is JSON, and no object/],
            ["no m.server", { body: { server: "matrix.example.test" } }, /the file has no "m\.server"/],
            ["an m.server that is no text", { body: { "m.server": 8448 } }, /"m\.server" is 8448, and no text/],
            ["an m.server with a scheme", { body: { "m.server": "https://matrix.example.test" } }, /"m\.server" is .* which has a scheme/],
            ["an m.server with a path", { body: { "m.server": "example.test/_matrix" } }, /which has a path/],
            ["an m.server with a port that is none", { body: { "m.server": "example.test:99999" } }, /has a port that is not between/],
            ["more than 50 KiB", { body: { "m.server": "example.test", more: "x".repeat(51_200) } }, /is larger than 50 KiB/],
            ["status 500", { status: 500 }, /status 500 instead of 200/],
            ["status 502", { status: 502 }, /status 502: the proxy answers, and the homeserver behind it does not/],
            [
                "a redirect to plain HTTP",
                { status: 301, headers: { Location: "http://example.test/file" } },
                /redirects to http:\/\/example\.test\/file, without TLS/,
            ],
            ["a redirect to itself", { status: 301, headers: { Location: "/.well-known/matrix/server" } }, /redirects in a loop/],
            ["no answer", "silence", /\/server: no answer within 1\.5 s/],
        ] as const) {
            it(title, async () => assertFaults(await checkFile(file), ["server well-known", reason], [...refused]));
        }

        it("redirects without end", async () => {
            const next = (index: number): [string, Reply] => [`/${index}`, { status: 302, headers: { Location: `/${index + 1}` } }];
            const more = Object.fromEntries(Array.from({ length: 15 }, (_, index) => next(index)));
            const report = await checkFile({ status: 302, headers: { Location: "/0" } }, more);
            assertFaults(report, ["server well-known", /redirects more than 10 times/], [...refused]);
        });

        it("a web server whose certificate is for another name", async () => {
            const web = await world.web(webRoutes({ body: { "m.server": "matrix.example.test" } }), {
                certificate: { names: ["www.example.test"] },
            });
            const report = await world.check("example.test", {}, { "example.test:443": web, "example.test:8448": 1 });
            const reason = /the certificate of example\.test: it is for www\.example\.test, not for example\.test/;
            assertFaults(report, ["server well-known", reason], [...refused], ["client well-known", reason]);
        });

        it("with a warning only, where other servers reach the server without it", async () => {
            const { port, web } = await delegating({ body: "<html>" });
            const report = await world.check("example.test", {}, { "example.test:443": web, "example.test:8448": port });
            assertFaults(report);
            assertStep(report, "server well-known", "warning", /is HTML, not JSON; other servers go on without the file/);
        });

        it("with a warning only, where its content type is another", async () => {
            const { web } = await delegating(
                (port) => ({ headers: { "Content-Type": "text/plain" }, body: { "m.server": `matrix.example.test:${port}` } }),
                matrixHost,
            );
            const report = await world.check("example.test", { "matrix.example.test": [here()] }, { "example.test:443": web });
            assertFaults(report);
            assertStep(report, "server well-known", "warning", /its content type is text\/plain/);
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
