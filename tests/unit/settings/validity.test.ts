/** Certificates in the settings that have expired, or are not valid yet. */
import assert from "node:assert/strict";
import { judgeValidity, untimely } from "../../../components/certificate/validity.ts";
import { factsOf } from "../../../matrix/certificates.ts";
import { stackCheck } from "../../../scripts/checks/federation/stackCheck.ts";
import { Authority } from "../../support/federation/authority.ts";

const day = 86_400_000;

describe("a certificate that is out of its time", () => {
    const authority = new Authority();
    after(() => authority.remove());
    const names = ["example.org", "matrix.example.org"];
    const expired = authority.issue({ names, from: -20, until: -2 });
    const good = authority.issue({ names });
    const federation = { authorities: [] as string[] };
    const chainOf = ({ cert: chain }: { cert: string }) => ({ gateway: { certificate: { chain } }, federation });
    /** The tests' authority and what is between are valid for 100 days. */
    const later = Date.now() + 200 * day;
    const anothers = chainOf(authority.issue({ names, until: 300 }));

    const cases: [what: string, settings: Parameters<typeof untimely>[0], now: number, expected: RegExp[]][] = [
        ["is none", chainOf(good), Date.now(), []],
        [
            "is the gateway's own, expired",
            chainOf(expired),
            Date.now(),
            [
                /^gateway\.certificate\.chain: the certificate of example\.org, matrix\.example\.org expired on [\d-]{10}: other .*; renew it$/,
            ],
        ],
        [
            "is the gateway's own, not valid yet",
            chainOf(authority.issue({ names, from: 2 })),
            Date.now(),
            [/^gateway\.certificate\.chain: the certificate of .* is not valid before [\d-]{10}: /],
        ],
        ["is above it", anothers, later, [/^gateway\.certificate\.chain: Test Intermediate in the chain expired on [\d-]{10}: /]],
        [
            "is an authority that stacks share",
            { gateway: { authority: { certificate: authority.root } }, federation },
            later,
            [/^gateway\.authority\.certificate: Test Root expired on [\d-]{10}: /],
        ],
        [
            "is the ACME server's authority",
            { gateway: { acme: { authority: authority.root } }, federation },
            later,
            [/^gateway\.acme\.authority: Test Root expired on [\d-]{10}: /],
        ],
        [
            "is an authority of other servers",
            { gateway: {}, federation: { authorities: [authority.root, authority.root] } },
            later,
            [/^federation\.authorities\.0: Test Root expired /, /^federation\.authorities\.1: Test Root expired /],
        ],
    ];
    for (const [what, settings, now, expected] of cases) {
        it(`${what}: ${expected.length === 0 ? "nothing is told" : "told with its setting and what follows"}`, () => {
            const lines = untimely(settings, now).map(({ path, message }) => `${path}: ${message}`);
            assert.equal(lines.length, expected.length, lines.join("\n"));
            for (const [index, pattern] of expected.entries()) assert.match(lines[index] ?? "", pattern);
        });
    }

    const own = factsOf(expired.cert).fingerprint;
    for (const [where, installed, isPreview, refused] of [
        ["is served already", own, false, false],
        ["is served already, in a preview", own, true, false],
        ["takes the place of another", "0123456789abcdef", false, true],
        ["takes the place of another, in a preview", "0123456789abcdef", true, true],
        ["is a new stack's", "none", false, true],
        ["is a new stack's, or one's that runs elsewhere, in a preview", "none", true, false],
        ["is of a gateway that cannot be asked", "unknown", false, false],
    ] as const) {
        it(`${refused ? "is refused" : "is warned of"} where it ${where}`, () => {
            const { faults, warnings } = judgeValidity(untimely(chainOf(expired), Date.now()), installed, isPreview);
            assert.deepEqual([faults.length, warnings.length], refused ? [1, 0] : [0, 1]);
        });
    }

    it("does not keep the federation from being checked", () => {
        const gateway = { host: "matrix.example.org", certificate: { chain: expired.cert, key: expired.key } };
        const check = stackCheck({ serverName: "example.org", gateway, federation: { authorities: [authority.root] } });
        assert.equal(check?.serverName, "example.org");
    });
});
