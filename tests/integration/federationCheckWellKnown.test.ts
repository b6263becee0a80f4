import { delegatingWorld, here, matrixHost } from "../support/federation/delegating.ts";
import { assertFaults, assertStep, type Reply, webRoutes } from "../support/federation/world.ts";

const { world, delegating, checkFile } = delegatingWorld();

describe("the federation check names what is wrong with the well-known file", function () {
    this.timeout(20_000);
    before(() => world.start());
    afterEach(() => world.closeServers());
    after(() => world.stop());

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
