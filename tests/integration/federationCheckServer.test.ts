import assert from "node:assert/strict";
import { assertFaults, assertStep, homeserverRoutes, keyAnswer, World } from "../support/federation/world.ts";

const world = new World();

/** A homeserver on port 8448 of a name whose host has no web server. */
async function checkServer(served: Parameters<World["web"]>[1], routes = homeserverRoutes()) {
    return checkPort(await world.web(routes, served));
}

function checkPort(port: number, options: Parameters<World["check"]>[3] = {}) {
    return world.check("example.test", {}, { "example.test:8448": port }, options);
}

describe("the federation check looks at the homeserver that it finds", function () {
    this.timeout(20_000);
    before(() => world.start());
    afterEach(() => world.closeServers());
    after(() => world.stop());

    describe("and names what is wrong with the connection", () => {
        it("refused", async () => assertFaults(await checkPort(1), ["connection", /^the connection is refused$/]));

        it("a port that says nothing", async () =>
            assertFaults(await checkPort(await world.silence()), ["TLS", /the TLS handshake: no answer within 1\.5 s/]));

        it("plain HTTP", async () =>
            assertFaults(await checkPort(await world.plainWeb(homeserverRoutes())), [
                "TLS",
                /does not speak TLS \(plain HTTP, it seems\)/,
            ]));

        it("TLS 1.1 only", async () => {
            const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
            assertFaults(await checkServer({ tls: old }), ["TLS", /speaks no TLS 1\.2 or newer/]);
        });

        it("a certificate without the key that fits", async () =>
            assertFaults(await checkServer({ tls: { key: "" } }), ["TLS", /there is no certificate that its key fits/]));

        it("a server that has no certificate for the name", async () => {
            const choosing = { SNICallback: (_: string, done: (error: Error) => void) => done(new Error("no such name")) };
            assertFaults(await checkServer({ tls: choosing }), [
                "TLS",
                /ends the connection in the TLS handshake|no certificate for example\.test/,
            ]);
        });
    });

    describe("and names what is wrong with the certificate", () => {
        for (const [title, certificate, reason] of [
            ["expired", { from: -90, until: -2 }, /^it expired on \d{4}-\d\d-\d\d$/],
            ["not yet valid", { from: 2 }, /^it is not valid before \d{4}-\d\d-\d\d$/],
            ["self-signed", { by: "itself" }, /^it is self-signed$/],
            [
                "for another name",
                { names: ["matrix.example.test", "www.example.test"] },
                /^it is for matrix\.example\.test, www\.example\.test, not for example\.test$/,
            ],
            ["for subdomains only", { names: ["*.example.test"] }, /^it is for \*\.example\.test, not for example\.test$/],
            [
                "with its name as common name only",
                { names: [] },
                /^it has no names \(subjectAltName\), and the common name counts no more, not for example\.test$/,
            ],
            [
                "without the intermediate one",
                { fullChain: false },
                /^the chain is incomplete: Test Intermediate, which signed it, was not sent/,
            ],
            [
                "expired and for another name",
                { names: ["a.test"], from: -90, until: -2 },
                /^it expired on .*; it is for a\.test, not for example\.test$/,
            ],
        ] as const) {
            it(title, async () =>
                assertFaults(
                    await checkServer({
                        certificate: { ...certificate, names: [...("names" in certificate ? certificate.names : ["example.test"])] },
                    }),
                    ["certificate", reason],
                ),
            );
        }

        it("of an authority that nobody trusts", async () => {
            const port = await world.web(homeserverRoutes());
            const report = await checkPort(port, { authorities: [] });
            assertFaults(report, ["certificate", /the chain is incomplete: Test Root, which signed Test Intermediate, was not sent/]);
        });

        it("with a warning, where it expires within two weeks or other servers do not trust its authority", async () => {
            const soon = await checkServer({ certificate: { until: 10.5 } });
            assertFaults(soon);
            assertStep(soon, "certificate", "warning", /: it expires in 10 days$/);
            const report = await checkServer({});
            assertFaults(report);
            assertStep(
                report,
                "certificate",
                "warning",
                /for example\.test, by Test Intermediate, until .*; trusted here because its authority was given/,
            );
        });

        it("for the delegated host, where the server name has a port and needs its own", async () => {
            const port = await world.web({});
            world.closeServers();
            const name = `example.test:${port}`;
            await world.web(homeserverRoutes(name), { port, certificate: { names: ["matrix.example.test"] } });
            const report = await world.check(name, { "example.test": [{ type: "A", to: "127.0.0.1" }] }, {});
            assertFaults(report, ["certificate", /it is for matrix\.example\.test, not for example\.test/]);
            assert.match(
                report.steps.find(({ state }) => state === "fault")?.advice ?? "",
                /because the server name is a name with a port/,
            );
        });

        it("for the host of an SRV record, where it needs the server name", async () => {
            const port = await world.web(homeserverRoutes(), { certificate: { names: ["host.example.test"] } });
            const report = await world.check(
                "example.test",
                {
                    "_matrix-fed._tcp.example.test": [{ type: "SRV", to: "host.example.test", port }],
                    "host.example.test": [{ type: "A", to: "127.0.0.1" }],
                },
                {},
            );
            assertFaults(report, ["certificate", /it is for host\.example\.test, not for example\.test/]);
        });
    });

    describe("and names what is wrong with its answers", () => {
        const { signatures, ...unsigned } = keyAnswer("example.test");
        for (const [title, answer, reason] of [
            ["of a web site", { body: "<html>" }, /\/_matrix\/key\/v2\/server is HTML, not JSON/],
            [
                "of a proxy without a homeserver",
                { status: 502, body: "<html>" },
                /status 502: the proxy answers, and the homeserver behind it does not/,
            ],
            ["of a proxy that does not pass the path on", { status: 404 }, /status 404: what answers does not know it/],
            [
                "of another server",
                { body: keyAnswer("matrix.example.test") },
                /the server that answers is "matrix\.example\.test", not "example\.test"/,
            ],
            ["without a server name", { body: {} }, /the answer has no server_name/],
            ["with keys that are over", { body: keyAnswer("example.test", { validFor: -1000 }) }, /the keys were valid until /],
            ["without keys", { body: keyAnswer("example.test", { keys: false }) }, /the answer has no verify_keys of the kind ed25519/],
            ["without a signature", { body: unsigned }, /is not signed by its key ed25519:test/],
            [
                "changed after it was signed",
                { body: { ...unsigned, more: true, signatures } },
                /the signature of ed25519:test does not fit/,
            ],
            ["that does not come", "silence", /\/_matrix\/key\/v2\/server: no answer within 1\.5 s/],
        ] as const) {
            it(title, async () => assertFaults(await checkServer({}, homeserverRoutes("example.test", answer)), ["server keys", reason]));
        }

        it("of a proxy that passes on nothing but the keys", async () => {
            const report = await checkServer({}, { ...homeserverRoutes(), "/_matrix/federation/v1/version": undefined });
            assertFaults(report, ["federation version", /\/_matrix\/federation\/v1\/version: status 404/]);
        });

        it("several at once, so that none hides another", async () => {
            const routes = homeserverRoutes("example.test", { body: keyAnswer("another.test") });
            const report = await checkServer({ certificate: { until: -1, from: -9 } }, routes);
            assertFaults(report, ["certificate", /expired/], ["server keys", /the server that answers is "another\.test"/]);
        });
    });

    it("ends within 8 s with the patience that it has by itself, where everything hangs", async () => {
        const silent = await world.silence();
        const started = performance.now();
        const names = ["example.test", "_matrix-fed._tcp.example.test", "_matrix._tcp.example.test"];
        const zone = Object.fromEntries(names.map((name) => [name, "silent" as const]));
        const resolver = world.patientResolver();
        const report = await world.check(
            "example.test",
            zone,
            { "example.test:443": silent },
            { step: undefined, total: undefined, resolver },
        );
        resolver.cancel();
        assert.ok(performance.now() - started < 8000, `took ${performance.now() - started} ms`);
        assertFaults(
            report,
            ["server well-known", /no answer within 1\.75 s/],
            ["SRV record", /no answer within 1\.75 s/],
            ["addresses", /no answer within 1\.75 s/],
            ["client well-known", /no answer within 1\.75 s/],
        );
    });

    it("ends when its time is over, and says so", async () => {
        const silent = await world.silence();
        const started = performance.now();
        const report = await checkPort(silent, { step: 1000, total: 400 });
        assert.ok(performance.now() - started < 1500, `took ${performance.now() - started} ms`);
        assertFaults(report, ["TLS", /no answer before the 0\.4 s of the whole check were over/]);
    });
});
