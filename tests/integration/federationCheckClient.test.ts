import { assertFaults, assertStep, cors, type Reply, type Routes, World, webRoutes } from "../support/federation/world.ts";

const world = new World();

/** Only what clients ask for: a stack that does not federate. */
async function check(more: Routes, ports: Record<string, number> = {}) {
    const web = await world.web({ ...webRoutes(), ...more });
    return world.check("example.test", {}, { "example.test:443": web, ...ports }, { federation: false });
}
const file = (reply: Reply) => ({ "/.well-known/matrix/client": reply });
const leadsTo = (base_url: unknown, headers: Record<string, string> = cors) => file({ headers, body: { "m.homeserver": { base_url } } });

describe("the federation check looks at what clients find", function () {
    this.timeout(20_000);
    before(() => world.start());
    afterEach(() => world.closeServers());
    after(() => world.stop());

    it("and finds no fault where all is well; and says that federation is off", async () => {
        const report = await check({});
        assertFaults(report);
        assertStep(report, "federation", "skipped", /it is off in the settings \(federation\.enabled\)/);
        assertStep(report, "support well-known", "skipped", /need not be/);
    });

    for (const [title, routes, reason] of [
        [
            "no CORS header",
            leadsTo("https://example.test", {}),
            /clients in browsers cannot read it: Access-Control-Allow-Origin is missing/,
        ],
        [
            "a CORS header for one page",
            leadsTo("https://example.test", { "Access-Control-Allow-Origin": "https://app.test" }),
            /is https:\/\/app\.test/,
        ],
        ["a base_url without TLS", leadsTo("http://example.test"), /base_url is http:\/\/example\.test, without TLS/],
        ["a base_url that is no URL", leadsTo("matrix.example.test"), /base_url is "matrix\.example\.test", which is no URL/],
        ["no base_url", file({ headers: cors, body: { "m.homeserver": {} } }), /the file has no "m\.homeserver" with its "base_url"/],
        ["HTML", file({ headers: cors, body: "<html>" }), /is HTML, not JSON/],
        ["a proxy without its server", file({ status: 503 }), /status 503/],
    ] as const) {
        it(`and names ${title}`, async () => assertFaults(await check(routes), ["client well-known", reason]));
    }

    it("and names a base_url where nobody listens, where something else answers, or whose name is not there", async () => {
        const other = await world.web(
            { "/_matrix/client/versions": { headers: cors, body: "<html>" } },
            { certificate: { names: ["matrix.example.test"] } },
        );
        const at = (port: number) => check(leadsTo("https://matrix.example.test"), { "matrix.example.test:443": port });
        assertFaults(await at(1), ["client API", /base_url https:\/\/matrix\.example\.test\/: the connection is refused/]);
        assertFaults(await at(other), ["client API", /versions is HTML, not JSON/]);
        assertFaults(await check(leadsTo("https://gone.example.test")), ["client API", /gone\.example\.test does not exist in DNS/]);
    });

    it("and names a client API that browsers cannot read", async () => {
        const report = await check({ "/_matrix/client/versions": { body: { versions: ["v1.15"] } } });
        assertFaults(report, ["client API", /cannot read it: Access-Control-Allow-Origin is missing/]);
    });

    it("with a warning, where the file is not there, or not said to be JSON", async () => {
        const none = await check({ "/.well-known/matrix/client": undefined });
        assertFaults(none);
        assertStep(none, "client well-known", "warning", /there is none .*: people must type the homeserver's address/);
        const text = await check(
            file({ headers: { ...cors, "Content-Type": "text/html" }, body: { "m.homeserver": { base_url: "https://example.test" } } }),
        );
        assertFaults(text);
        assertStep(text, "client well-known", "warning", /its content type is text\/html/);
    });

    it("with a base_url whose path ends in a slash", async () => {
        const routes = {
            ...leadsTo("https://example.test/matrix/"),
            "/matrix/_matrix/client/versions": { headers: cors, body: { versions: ["v1.15"] } },
        };
        assertFaults(await check(routes));
    });

    it("with a warning, where whom to ask for support is not said as it must be", async () => {
        const support = async (body: object) => check({ "/.well-known/matrix/support": { headers: cors, body } });
        const bad = await support({ contacts: [{ role: "m.role.admin" }] });
        assertFaults(bad);
        assertStep(bad, "support well-known", "warning", /contact 1 has neither a matrix_id nor an email_address/);
        const good = await support({ contacts: [{ role: "m.role.admin", email_address: "admin@example.test" }] });
        assertStep(good, "support well-known", "warning", /says whom to ask; .*its certificate is of an authority/);
    });
});
