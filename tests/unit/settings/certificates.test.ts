/** A certificate that is given, looked at before anything is changed. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rootCertificates } from "node:tls";
import { keptEncrypted } from "../../../components/settings/configText.ts";
import { parseSettings } from "../../../components/settings/parse.ts";
import type { SettingsInput } from "../../../components/settings/schema/index.ts";
import { factsOf } from "../../../matrix/certificates.ts";
import { Authority } from "../../support/federation/authority.ts";

describe("a certificate in the settings", () => {
    let authority: Authority;
    before(() => {
        authority = new Authority();
    });
    after(() => authority.remove());

    const names = ["example.org", "matrix.example.org"];
    function faults(certificate: { chain: string; key: string }, more: Partial<SettingsInput> = {}): string[] {
        const gateway = { host: "matrix.example.org", certificate, ...more.gateway };
        const federation = { authorities: [authority.root], ...more.federation };
        return parseSettings({ serverName: "example.org", gateway, federation }).faults.map(({ path, message }) => `${path}: ${message}`);
    }
    const pair = ({ cert: chain, key }: { cert: string; key: string }) => ({ chain, key });

    it("is taken where names, time, chain and key are right, also while its key is kept encrypted", () => {
        const good = pair(authority.issue({ names }));
        assert.deepEqual(faults(good), []);
        assert.deepEqual(faults({ ...good, key: keptEncrypted }), []);
        assert.deepEqual(faults(pair(authority.issue({ names: ["*.example.org", "example.org"] }))), []);
        // Its time passes without a change of the settings: see validity.test.ts.
        assert.deepEqual(faults(pair(authority.issue({ names, from: -20, until: -2 }))), []);
    });

    for (const [what, wanted, expected] of [
        [
            "is of another name",
            { names: ["example.org"] },
            /^gateway\.certificate\.chain: the certificate of example\.org is not for matrix\.example\.org, which other servers and clients connect to$/,
        ],
        [
            "is self-signed",
            { names, by: "itself" },
            /^gateway\.certificate\.chain: .* is self-signed, so no other server trusts it; use gateway\.acme, or a certificate from an authority$/,
        ],
        [
            "comes without the one in between",
            { names, fullChain: false },
            /^gateway\.certificate\.chain: .* is issued by Test Intermediate, which is neither in the chain nor trusted by operating systems; add its certificate to the end of the chain$/,
        ],
    ] as const) {
        it(`is refused where it ${what}`, () => {
            const found = faults(pair(authority.issue(wanted)));
            assert.equal(found.length, 1, found.join("\n"));
            assert.match(found[0] ?? "", expected);
        });
    }

    it("is refused with the key of another certificate, which is not shown", () => {
        const other = execFileSync("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], { encoding: "utf8" });
        const [fault, ...more] = faults({ ...pair(authority.issue({ names })), key: other });
        assert.deepEqual(more, []);
        assert.match(fault ?? "", /^gateway\.certificate\.key: does not match the first certificate in gateway\.certificate\.chain$/);
    });

    it("is refused where its name is a common name only, which others do not look at", () => {
        const found = faults(pair(authority.issue({ names: [] })), { gateway: { host: "example.test" } });
        assert.match(found.join("\n"), /is not for example\.test, which other servers and clients connect to/);
    });

    it("is refused where only its private authority would trust it", () => {
        const found = faults(pair(authority.issue({ names })), { federation: { authorities: [rootCertificates[0] ?? ""] } });
        assert.match(found.join(), /is issued by Test Root, which is neither in the chain nor trusted by operating systems/);
    });

    it("is refused where it stands out of order, or is none", () => {
        const { cert, key } = authority.issue({ names });
        const [leaf = "", above = ""] = cert.match(/-----BEGIN[\s\S]+?END CERTIFICATE-----\n/g) ?? [];
        const disordered = faults({ chain: above + leaf, key });
        assert.match(disordered.join(), /the certificate of Test Intermediate is not for matrix\.example\.org/);
        assert.match(disordered.join(), /gateway\.certificate\.key: does not match the first certificate/);
        assert.match(faults({ chain: key, key }).join(), /certificate\.chain: the value given is a private key; a certificate begins with/);
        assert.match(faults({ chain: "fullchain.pem", key }).join(), /"fullchain\.pem" is not PEM: a certificate begins with/);
        assert.match(
            faults({ chain: cert, key: cert }).join(),
            /certificate\.key: the value given is a certificate; a private key begins with/,
        );
        const encrypted = execFileSync("openssl", ["pkcs8", "-topk8", "-passout", "pass:x"], { input: key, encoding: "utf8" });
        const [fault = ""] = faults({ chain: cert, key: encrypted });
        assert.match(fault, /certificate\.key: the value given is protected by a passphrase/);
        assert.ok(!fault.includes("BEGIN ENCRYPTED"), fault);
    });

    it("is refused where what follows it did not sign it", () => {
        const { cert, key } = authority.issue({ names });
        const [leaf = "", above = ""] = cert.match(/-----BEGIN[\s\S]+?END CERTIFICATE-----\n/g) ?? [];
        const [other = ""] = authority.issue({ names: ["other.test"] }).cert.match(/-----BEGIN[\s\S]+?END CERTIFICATE-----\n/g) ?? [];
        assert.deepEqual(faults({ chain: leaf + other + above, key }), [
            "gateway.certificate.chain: example.org is not signed by the certificate after it, other.test; put the chain in order",
        ]);
    });

    it("comes from one source", () => {
        const certificate = pair(authority.issue({ names }));
        const both = faults(certificate, { gateway: { acme: {} } });
        assert.deepEqual(both, ["gateway.certificate: cannot be combined with gateway.acme; configure one source of certificates"]);
    });

    it("is not asked of ACME for a name that the public DNS cannot have", () => {
        const { faults: found } = parseSettings({ serverName: "localhost", gateway: { acme: {} } });
        assert.match(found.map(({ message }) => message).join(), /cannot get a certificate for localhost/);
        const asked = (serverName: string, directory?: string) =>
            parseSettings({ serverName, gateway: { acme: { directory } } }).faults.map(({ path, message }) => `${path}: ${message}`);
        // An authority of one's own network knows the names in it.
        assert.deepEqual(asked("matrix.internal", "https://acme.internal/acme/directory"), []);
        assert.deepEqual(asked("matrix.internal"), [
            "gateway.acme: cannot get a certificate for matrix.internal, which is not a name in the public DNS",
        ]);
        assert.deepEqual(asked("example.org", "https://acme-v02.api.letsencrypt.org"), [
            'gateway.acme.directory: "https://acme-v02.api.letsencrypt.org/" is not a directory; write https://acme-v02.api.letsencrypt.org/directory',
        ]);
        assert.deepEqual(asked("example.org", "https://acme-staging-v02.api.letsencrypt.org/directory"), []);
    });

    it("tells of itself what a preview shows", () => {
        const { cert } = authority.issue({ names, until: 10 });
        const facts = factsOf(cert);
        assert.deepEqual([facts.names, facts.issuer], [names, "Test Intermediate"]);
        assert.match(facts.fingerprint, /^[0-9a-f]{16}$/);
        assert.ok(Math.abs(Date.parse(facts.expires) - Date.now() - 10 * 86_400_000) < 60_000, facts.expires);
    });
});
