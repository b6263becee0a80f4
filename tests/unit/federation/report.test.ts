import assert from "node:assert/strict";
import { keptEncrypted } from "../../../components/settings/configText.ts";
import { baseUrlIn, faultInSupport } from "../../../scripts/checks/federation/clientSide.ts";
import { reportOf, reportText, type Step, summaryOf } from "../../../scripts/checks/federation/report.ts";
import { stackCheck } from "../../../scripts/checks/federation/stackCheck.ts";
import { delegatedTo } from "../../../scripts/checks/federation/wellKnown.ts";
import { Authority } from "../../support/federation/authority.ts";

const step = (state: Step["state"], more: Partial<Step> = {}): Step => ({ step: "TLS", state, found: "found", ...more });

describe("the report of a federation check", () => {
    it("is as bad as its worst step, and counts what is not well", () => {
        assert.equal(reportOf("a", [step("ok"), step("skipped")]).state, "ok");
        assert.equal(reportOf("a", [step("warning"), step("ok")]).state, "warning");
        assert.equal(reportOf("a", [step("warning"), step("fault"), step("ok")]).state, "fault");
        assert.equal(summaryOf({ steps: [step("ok")] }), "no fault");
        assert.equal(summaryOf({ steps: [step("fault"), step("fault"), step("warning")] }), "2 faults, 1 warning");
    });

    it("has a line for each step, and one for what to do", () => {
        const steps = [step("ok"), step("fault", { at: "192.0.2.1:8448", advice: "do this" })];
        assert.equal(
            reportText(reportOf("a.test", steps)),
            "Federation of a.test: 1 fault\n\nok       TLS: found\nfault    TLS, 192.0.2.1:8448: found\n         → do this",
        );
    });
});

describe("what a well-known file says", () => {
    it("of the server: a name in lower case, with or without a port", () => {
        assert.deepEqual(delegatedTo({ "m.server": "Matrix.Example.org:443" }), {
            text: "matrix.example.org:443",
            host: "matrix.example.org",
            port: 443,
            isAddress: false,
        });
        assert.throws(() => delegatedTo({ "m.server": "" }), /"m\.server" is "", which/);
    });

    it("of the client API: plain HTTP for this machine only", () => {
        const file = (base_url: unknown) => ({ "m.homeserver": { base_url } });
        for (const url of ["https://a.test", "http://localhost:8008", "http://127.0.0.1:8008", "http://[::1]"]) {
            assert.equal(baseUrlIn(file(url)).href, new URL(url).href);
        }
        for (const url of ["http://a.test", "ftp://a.test", 5, null, ""]) assert.throws(() => baseUrlIn(file(url)), /base_url/);
        assert.throws(() => baseUrlIn({ "m.homeserver": null }), /has no "m\.homeserver"/);
    });

    it("of support: a page, or contacts with role and address", () => {
        for (const good of [
            { support_page: "https://a.test" },
            { contacts: [] },
            { contacts: [{ role: "m.role.security", matrix_id: "@a:a.test" }] },
        ]) {
            assert.equal(faultInSupport(good), undefined);
        }
        for (const [bad, reason] of [
            [{}, /neither/],
            [{ support_page: "here" }, /no URL/],
            [{ contacts: {} }, /no list/],
            [{ contacts: [{ matrix_id: "@a:a.test" }] }, /contact 1 has no role/],
        ] as const) {
            assert.match(faultInSupport(bad) ?? "", reason);
        }
    });
});

describe("the federation check of a stack", () => {
    const federation = (raw: Record<string, unknown>) => stackCheck({ serverName: "example.org", ...raw });

    it("asks DNS, where the gateway is published to others", () => {
        const { serverName, connectTo, federation: on } = federation({}) ?? {};
        assert.deepEqual([serverName, on, connectTo], ["example.org", true, {}]);
    });

    it("trusts the authorities that peers are told of, and knows a stack with one of its own", () => {
        const shared = new Authority();
        const { cert, key } = shared.issue({ names: ["example.org"] });
        shared.remove();
        assert.deepEqual([federation({})?.authorities, federation({})?.ownAuthority], [[], true]);
        const given = { gateway: { certificate: { chain: cert, key } }, federation: { authorities: [shared.root] } };
        assert.deepEqual([federation(given)?.authorities, federation(given)?.ownAuthority], [[shared.root], false]);
        const peers = federation({ gateway: { authority: { certificate: shared.root, key: keptEncrypted } } });
        assert.deepEqual([peers?.authorities, peers?.ownAuthority], [[shared.root], false]);
    });

    it("asks at the gateway's ports, where it is published on loopback only", () => {
        const gateway = { bind: "127.0.0.1", host: "matrix.example.org", httpsPort: 8443, federationPort: 9448 };
        assert.deepEqual(federation({ gateway })?.connectTo, {
            "example.org:8448": "127.0.0.1:9448",
            "matrix.example.org:9448": "127.0.0.1:9448",
            "example.org:443": "127.0.0.1:8443",
            "matrix.example.org:8443": "127.0.0.1:8443",
        });
        assert.equal(federation({ gateway: { bind: "::1", httpsPort: 8443 } })?.connectTo["example.org:443"], "[::1]:8443");
        const announced = { httpsPort: 443, federationPort: 443 };
        assert.deepEqual(federation({ gateway: { ...gateway, announced } })?.connectTo, {
            "example.org:8448": "127.0.0.1:9448",
            "matrix.example.org:443": "127.0.0.1:8443",
            "example.org:443": "127.0.0.1:8443",
        });
    });

    it("asks where everybody does if a proxy stands in front, whose certificate others see", () => {
        const behind = federation({ gateway: { bind: "127.0.0.1", trustedProxies: ["127.0.0.1"] } });
        assert.deepEqual([behind?.connectTo, behind?.ownAuthority], [{}, false]);
    });

    it("knows a server name with a port, and federation that is off; and nothing of settings with faults", () => {
        const named = stackCheck({ serverName: "example.org:9000", gateway: { bind: "127.0.0.1" }, federation: { enabled: false } });
        assert.deepEqual([named?.federation, named?.connectTo["example.org:9000"]], [false, "127.0.0.1:8448"]);
        assert.equal(federation({ gateway: { bind: "here" } }), undefined);
    });
});
