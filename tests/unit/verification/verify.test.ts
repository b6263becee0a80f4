import assert from "node:assert/strict";
import { factsOf } from "../../../matrix/certificates.ts";
import { timeLimitedCredentials } from "../../../scripts/checks/relay/turn/credentials.ts";
import type { Deployed } from "../../../scripts/verify/deployed.ts";
import { type Outcome, outcomeOf } from "../../../scripts/verify/outcome.ts";
import type { Limits } from "../../../scripts/verify/patience.ts";
import { verify } from "../../../scripts/verify/verify.ts";
import { Authority } from "../../support/federation/authority.ts";
import { cors, keyAnswer, type Reply } from "../../support/federation/world.ts";
import { type FakeRelay, fakeRelay } from "../../support/turn/fakeRelay.ts";
import { type FakeGateway, fakeGateway, gatewayWithoutCertificate } from "../../support/verification/fakeGateway.ts";
import { administrator, homeserver, hosts, secret, wellKnown } from "../../support/verification/healthyStack.ts";

const badGateway: Reply = { status: 502, body: "" };

describe("a verification", function () {
    this.timeout(20_000);
    const authority = new Authority();
    const certificate = authority.issue({ names: hosts });
    const limits: Limits = { settling: 0, round: 2000, signIn: 2000, relay: 1000 };
    let gateway: FakeGateway;
    let relay: FakeRelay;

    before(async () => {
        relay = await fakeRelay(
            (username) => timeLimitedCredentials(secret, username.split(/:(.*)/)[1] ?? "", Number.parseInt(username, 10)).password,
        );
    });
    beforeEach(async () => {
        relay.refuse(undefined);
        gateway = await fakeGateway({ ...homeserver }, certificate);
    });
    afterEach(() => gateway.close());
    after(() => {
        authority.remove();
        relay.close();
    });

    const deployed = (own: Partial<Deployed["gateway"]> = {}, more: Partial<Deployed> = {}) => ({
        serverName: "example.test",
        gateway: { hosts, bind: "127.0.0.1", httpsPort: gateway.port, federationPort: gateway.port, wellKnown, ...own },
        authorities: [authority.root],
        certificateFingerprint: factsOf(certificate.cert).fingerprint,
        administrator,
        offersRelay: true,
        relay: { host: hosts[0] ?? "", bind: "127.0.0.1", port: relay.port, tlsPort: 1, relayPorts: { min: 100, max: 103 }, secret },
        ...more,
    });
    const outcome = async (what: Deployed = deployed(), within: Partial<Limits> = {}, dockerHost?: string): Promise<Outcome> =>
        outcomeOf(await verify(what, dockerHost, { ...limits, ...within }));
    const logins = () => gateway.requests.filter(({ path }) => path === "/_matrix/client/v3/login");

    /** @throws unless these are the only lines, in order */
    const assertLines = (lines: string[], ...expected: RegExp[]) => {
        assert.equal(lines.length, expected.length, lines.join("\n"));
        for (const [index, pattern] of expected.entries()) assert.match(lines[index] ?? "", pattern);
    };

    it("does not look for a relay where the stack has none, and asks for its offer only where there is to be one", async () => {
        const asked = () => gateway.requests.filter(({ path }) => path === "/_matrix/client/v3/voip/turnServer").length;
        assert.deepEqual(await outcome({ ...deployed(), relay: undefined }), { faults: [], warnings: [] });
        assert.equal(asked(), 1);
        gateway.routes["/_matrix/client/v3/voip/turnServer"] = { body: {} };
        assert.deepEqual(await outcome({ ...deployed(), relay: undefined, offersRelay: false }), { faults: [], warnings: [] });
        assert.equal(asked(), 1);
    });

    it("has nothing to say of a stack that serves", async () => {
        assert.deepEqual(await outcome(), { faults: [], warnings: [] });
    });

    it("signs in once, and ends the session", async () => {
        await outcome();
        const posts = gateway.requests.filter(({ method }) => method === "POST");
        assert.deepEqual(
            posts.map(({ path, authorization }) => [path, authorization]),
            [
                ["/_matrix/client/v3/login", undefined],
                ["/_matrix/client/v3/logout", "Bearer token"],
            ],
        );
        assert.deepEqual(posts[0]?.body.identifier, { type: "m.id.user", user: administrator.userId });
    });

    it("says nothing of well-known files that another web server has, or of federation that is off", async () => {
        for (const path of ["/.well-known/matrix/client", "/.well-known/matrix/server", "/_matrix/key/v2/server"])
            delete gateway.routes[path];
        assert.deepEqual(await outcome(deployed({ wellKnown: undefined, federationPort: undefined })), { faults: [], warnings: [] });
    });

    describe("names in one line", () => {
        it("a certificate that is another than the one deployed", async () => {
            const other = authority.issue({ names: ["else.test"] });
            gateway.present(other);
            const [now, before] = [other, certificate].map(({ cert }) => factsOf(cert).fingerprint);
            const { faults } = await outcome();
            assertLines(
                faults,
                new RegExp(
                    `^deployed certificate, 127\\.0\\.0\\.1:\\d+: another .*: ${now} \\(by .*, for else\\.test\\), not ${before} → `,
                ),
            );
        });

        it("a certificate that none of the authorities signed", async () => {
            const { faults } = await outcome(deployed({}, { authorities: [] }));
            assertLines(faults, /^certificate, .* is no authority that other servers trust → /);
        });

        it("a certificate that has expired, which is no fault of this change, unless more is wrong with it", async () => {
            const expired = authority.issue({ names: hosts, from: -20, until: -2 });
            gateway.present(expired);
            const served = await outcome(deployed({}, { certificateFingerprint: factsOf(expired.cert).fingerprint }));
            assertLines(served.faults);
            assertLines(served.warnings, /^certificate, 127\.0\.0\.1:\d+: it expired on [\d-]{10} → /);
            const wrong = authority.issue({ names: ["else.test"], from: -20, until: -2 });
            gateway.present(wrong);
            const { faults } = await outcome(deployed({}, { certificateFingerprint: factsOf(wrong.cert).fingerprint }));
            assert.match(faults.join(), /it expired on [\d-]{10}; it is for else\.test, not for/);
        });

        it("a homeserver that does not answer behind the gateway, without trying to sign in", async () => {
            for (const path of Object.keys(gateway.routes)) if (path.startsWith("/_matrix/")) gateway.routes[path] = badGateway;
            const { faults } = await outcome();
            const behind = "status 502: the proxy answers, and the homeserver behind it does not";
            assertLines(faults, new RegExp(`^client API, .*${behind}`), new RegExp(`^server keys, .*${behind}`));
            assert.deepEqual(logins(), []);
        });

        it("a gateway that does not run", async () => {
            gateway.close();
            const { faults } = await outcome();
            assertLines(faults, /^connection, 127\.0\.0\.1:\d+: the connection is refused → /);
        });

        it("each well-known file that differs, is missing or was not deployed", async () => {
            gateway.routes["/.well-known/matrix/client"] = { headers: cors, body: { "m.homeserver": { base_url: "https://else.test" } } };
            delete gateway.routes["/.well-known/matrix/server"];
            gateway.routes["/.well-known/matrix/support"] = { headers: cors, body: { support_page: "https://else.test" } };
            const { faults } = await outcome();
            assertLines(
                faults,
                /^client well-known, .* differs: it is \{.*else\.test.*\}, and \{.*matrix\.example\.test.*\} was deployed → /,
                /^server well-known, .* status 404/,
                /^support well-known, .* status 200, and no such file was deployed → /,
            );
        });

        it("a well-known file that pages in browsers cannot read", async () => {
            gateway.routes["/.well-known/matrix/client"] = { body: wellKnown.client };
            assertLines((await outcome()).faults, /^client well-known, .*Access-Control-Allow-Origin is missing → /);
        });

        it("keys of another server", async () => {
            gateway.routes["/_matrix/key/v2/server"] = { body: keyAnswer("else.test") };
            assertLines((await outcome()).faults, /^server keys, .* is "else\.test", not "example\.test" → /);
        });

        it("a password that the homeserver refuses, and does not show it", async () => {
            gateway.routes["/_matrix/client/v3/login"] = {
                status: 403,
                body: { errcode: "M_FORBIDDEN", error: "Invalid username or password" },
            };
            const { faults, warnings } = await outcome();
            assertLines(faults, /^sign-in: .*refuses @admin:example\.test .*\(403 M_FORBIDDEN: Invalid username or password\) → /);
            assert.ok(![...faults, ...warnings].join().includes(administrator.password));
            assert.equal(logins().length, 1);
        });

        it("a relay with another secret than the homeserver's", async () => {
            const credentials = timeLimitedCredentials("another", administrator.userId, Date.now() / 1000 + 3600);
            gateway.routes["/_matrix/client/v3/voip/turnServer"] = { body: { ...credentials } };
            assertLines((await outcome()).faults, /^relay, .* refuses the homeserver's credentials \(401\): their secrets differ/);
        });

        it("a relay that does not answer, and a homeserver that offers none", async () => {
            assertLines(
                (await outcome({ ...deployed(), relay: { ...deployed().relay, port: 1 } })).faults,
                /^relay, 127\.0\.0\.1:1: no answer/,
            );
            gateway.routes["/_matrix/client/v3/voip/turnServer"] = { body: {} };
            assertLines((await outcome()).faults, /^relay: the homeserver offers clients no relay/);
            // A TURN service elsewhere was declared.
            const elsewhere = { ...deployed(), relay: undefined };
            assertLines((await outcome(elsewhere)).faults, /^relay: the homeserver offers clients no relay/);
        });
    });

    describe("warns, and fails nothing,", () => {
        it("where the homeserver limits sign-ins; the relay is tried all the same", async () => {
            gateway.routes["/_matrix/client/v3/login"] = { status: 429, body: { errcode: "M_LIMIT_EXCEEDED", retry_after_ms: 10_000 } };
            const { faults, warnings } = await outcome();
            assertLines(faults);
            assertLines(warnings, /^sign-in: the homeserver limits sign-ins at the moment \(429\)/);
            assert.equal(logins().length, 1);
            relay.refuse(403);
            assertLines((await outcome()).faults, /^relay, .*\(403\)/);
        });

        it("where the session could not be ended", async () => {
            gateway.routes["/_matrix/client/v3/logout"] = badGateway;
            assertLines((await outcome()).warnings, /^sign-in: the homeserver does not end the session \S+ \(502\)/);
        });

        it("where all the relay's ports are in use, or all that one account may have", async () => {
            for (const code of [508, 486]) {
                relay.refuse(code);
                const { faults, warnings } = await outcome();
                assertLines(faults);
                assertLines(warnings, /^relay, .*(no port of 100-103 is free|as many allocations as it may have)/);
            }
        });

        it("where ACME has yet to issue the certificate, or issued one of a staging authority", async () => {
            const waiting = await gatewayWithoutCertificate();
            const ports = { httpsPort: waiting.port, federationPort: undefined };
            const { faults, warnings } = await outcome(deployed(ports, { certificateFingerprint: undefined }));
            waiting.close();
            assertLines(faults);
            assertLines(warnings, /^certificate, .* no certificate for matrix\.example\.test yet/, /no certificate for example\.test yet/);
            const staging = await outcome(deployed({}, { certificateFingerprint: undefined, authorities: [] }));
            assertLines(staging.faults);
            assertLines(staging.warnings, /^certificate, .* is no authority that other servers trust/);
        });

        it("where Docker is on another machine that cannot be connected to from here", async () => {
            const { faults, warnings } = await outcome(deployed(), {}, "ssh://operator@192.0.2.1");
            assertLines(faults);
            assertLines(warnings, /^client API: .*published on 127\.0\.0\.1 of 192\.0\.2\.1/, /^relay: not looked at/);
            // Here it is this machine by another name, with nothing at that port.
            const closed = deployed({ bind: "0.0.0.0", httpsPort: 1, federationPort: undefined });
            const there = await outcome(closed, {}, "tcp://127.0.0.1:2376");
            assertLines(there.faults);
            assertLines(there.warnings, /^connection, 127\.0\.0\.1:1: the connection is refused/, /^relay: not looked at/);
        });
    });

    it("waits for what is still starting", async () => {
        gateway.routes["/_matrix/client/versions"] = badGateway;
        setTimeout(() => Object.assign(gateway.routes, homeserver), 700);
        assert.deepEqual(await outcome(deployed(), { settling: 5000 }), { faults: [], warnings: [] });
        assert.equal(logins().length, 1);
    });
});
