import assert from "node:assert/strict";
import { certificateHosts } from "../../../components/settings/delegation.ts";
import { parseSettings } from "../../../components/settings/parse.ts";

function parsed(raw: Record<string, unknown>) {
    const { settings, faults } = parseSettings({ serverName: "example.org", ...raw });
    return { settings, faults: faults.map(({ path, message }) => `${path}: ${message}`) };
}

describe("the gateway's certificate is for", () => {
    const gateway = { host: "matrix.example.org" };
    const cases: [string, Record<string, unknown>, string[]][] = [
        ["the server name", {}, ["example.org"]],
        ["its host, and the server name for the well-known file", { gateway }, ["matrix.example.org", "example.org"]],
        ["its host alone where another web server has the file", { gateway: { ...gateway, wellKnown: false } }, ["matrix.example.org"]],
        [
            "the server name too where an SRV record leads to it",
            { gateway: { ...gateway, wellKnown: false }, federation: { delegation: "srv" } },
            ["matrix.example.org", "example.org"],
        ],
        ["the server name without its port", { serverName: "example.org:9448", gateway: { federationPort: 9448 } }, ["example.org"]],
    ];
    for (const [title, raw, hosts] of cases) {
        it(title, () => {
            const { settings, faults } = parsed(raw);
            assert.deepEqual(faults, []);
            assert.deepEqual(settings && certificateHosts(settings), hosts);
        });
    }
});

describe("a server name and the way to it", () => {
    const contradictions: [string, Record<string, unknown>, string[]][] = [
        [
            "a port that others do not come to",
            { federation: { delegation: "none" }, gateway: { federationPort: 9448 } },
            ["gateway.federationPort: 9448 contradicts serverName example.org: other servers connect to port 8448; set that"],
        ],
        [
            "another port than the one in the name",
            { serverName: "example.org:9448" },
            ["gateway.federationPort: 8448 contradicts serverName example.org:9448: other servers connect to port 9448; set that"],
        ],
        [
            "a host beside a name with a port",
            { serverName: "example.org:8448", gateway: { host: "matrix.example.org" } },
            [
                'gateway.host: "matrix.example.org" contradicts serverName example.org:8448: it has a port in it, so other servers connect to example.org itself; leave gateway.host out',
            ],
        ],
    ];
    for (const [title, raw, expected] of contradictions)
        it(`contradict each other by ${title}`, () => assert.deepEqual(parsed(raw).faults, expected));

    it("do not by a published port where servers meet in a network", () => {
        const federation = { delegation: "none", network: "meeting" };
        assert.deepEqual(parsed({ federation, gateway: { federationPort: 9448 } }).faults, []);
    });
});
