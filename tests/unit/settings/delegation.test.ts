/** How a server name leads to the gateway, and which servers this one federates with. */
import assert from "node:assert/strict";
import { doubtInDelegation } from "../../../components/settings/checks/delegation.ts";
import { certificateHosts } from "../../../components/settings/delegation.ts";
import { parseSettings } from "../../../components/settings/parse.ts";
import { resolve } from "../../../components/settings/resolve.ts";
import type { SettingsInput } from "../../../components/settings/schema/index.ts";

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

describe("an IPv6 address as server name", () => {
    it("stands in its brackets in URLs, and without them in the certificate", () => {
        const { settings, faults } = parsed({ serverName: "[2001:db8::1]" });
        assert.deepEqual(faults, []);
        if (!settings) assert.fail("no settings");
        const { gateway, homeserver } = resolve(settings);
        assert.deepEqual([gateway.host, homeserver.publicUrl], ["[2001:db8::1]", "https://[2001:db8::1]"]);
        assert.deepEqual(certificateHosts(settings), ["2001:db8::1"]);
    });

    it("may be the gateway's host too, in its brackets and without a port", () => {
        const serverName = "[2001:db8::1]";
        assert.deepEqual(parsed({ serverName, gateway: { host: serverName } }).faults, []);
        assert.deepEqual(parsed({ serverName, gateway: { host: `${serverName}:8448` } }).faults, [
            'gateway.host: "[2001:db8::1]:8448" has a port; set gateway.httpsPort instead',
        ]);
        assert.deepEqual(parsed({ serverName, gateway: { host: "[2001:db8::2]" } }).faults, [
            'gateway.host: "[2001:db8::2]" contradicts serverName [2001:db8::1], which is an address: other servers connect to 2001:db8::1 itself; remove gateway.host',
        ]);
    });
});

describe("a server name and the way to it", () => {
    const contradictions: [string, Record<string, unknown>, string[]][] = [
        [
            "a port that others do not come to",
            { federation: { delegation: "none" }, gateway: { federationPort: 9448 } },
            ["gateway.federationPort: 9448 contradicts serverName example.org: other servers connect to port 8448; set it to 8448"],
        ],
        [
            "another port than the one in the name",
            { serverName: "example.org:9448" },
            ["gateway.federationPort: 8448 contradicts serverName example.org:9448: other servers connect to port 9448; set it to 9448"],
        ],
        [
            "an address that an SRV record cannot lead to",
            { federation: { delegation: "srv" }, gateway: { host: "203.0.113.7" } },
            [
                'gateway.host: "203.0.113.7" is an address, and an SRV record leads to a host name; give one, or set federation.delegation to wellKnown',
            ],
        ],
        [
            "a host beside a name with a port",
            { serverName: "example.org:8448", gateway: { host: "matrix.example.org" } },
            [
                'gateway.host: "matrix.example.org" contradicts serverName example.org:8448, which has a port: other servers connect to example.org itself; remove gateway.host',
            ],
        ],
    ];
    for (const [title, raw, expected] of contradictions)
        it(`contradict each other by ${title}`, () => assert.deepEqual(parsed(raw).faults, expected));

    it("leave a doubt where the well-known file is not where other servers look for it", () => {
        const doubt = (gateway: object, raw: Record<string, unknown> = {}) => {
            const { settings, faults } = parsed({ gateway, ...raw });
            assert.deepEqual(faults, []);
            const resolved = settings && resolve(settings);
            return resolved && doubtInDelegation(resolved.serverName, resolved.gateway, resolved.federation);
        };
        const ports = { httpsPort: 8443, federationPort: 8443 };
        assert.equal(
            doubt(ports),
            "gateway.httpsPort: other servers look for the well-known file of example.org at port 443, and it is served at 8443; if something in front takes connections at 443, set gateway.announced.httpsPort to 443; if another web server has the file, set gateway.wellKnown to false",
        );
        for (const [gateway, raw] of [
            [{ ...ports, announced: { httpsPort: 443 } }, {}],
            [{ ...ports, wellKnown: false }, {}],
            // They then come to port 8448.
            [{ httpsPort: 8443 }, {}],
            [ports, { serverName: "example.test" }],
            [ports, { federation: { delegation: "srv" } }],
            [ports, { federation: { enabled: false } }],
            [ports, { federation: { network: "meeting" } }],
        ] as const)
            assert.equal(doubt(gateway, raw), undefined, JSON.stringify([gateway, raw]));
    });

    it("do not by a published port where servers meet in a network", () => {
        const federation = { delegation: "none", network: "meeting" };
        assert.deepEqual(parsed({ federation, gateway: { federationPort: 9448 } }).faults, []);
    });
});

describe("whom the server talks to", () => {
    const faults = (federation: SettingsInput["federation"]) =>
        parseSettings({ serverName: "example.org", federation }).faults.map(({ path, message }) => `${path}: ${message}`);

    it("is named by server names: a scheme, or a port from habit, is refused", () => {
        assert.deepEqual(faults({ allow: ["https://a.org", "d.org:9000"] }), [
            'federation.allow.0: "https://a.org" has a scheme; give the bare name, such as example.org',
        ]);
        assert.deepEqual(faults({ allow: ["b.org:8448", "c.org", "c.org:443", "d.org:9000"] }), [
            'federation.allow.0: "b.org:8448" has a port, which is no part of most server names: the server of @user:b.org is b.org; if the user IDs do end in :b.org:8448, list b.org as well',
        ]);
    });

    it("has key servers among those that are allowed", () => {
        assert.deepEqual(faults({ allow: ["a.org"], keyServers: ["a.org", "matrix.org"] }), [
            "federation.keyServers.1: matrix.org is not in federation.allow, so it would not be asked; add it there",
        ]);
        assert.deepEqual(faults({ keyServers: ["matrix.org"] }), []);
    });

    it("is never this machine itself, and is given as ranges", () => {
        assert.deepEqual(faults({ privatePeers: ["10.94.0.0/24", "127.0.0.0/16", "10.0.0.1", "10.0.0.0/33", "here/8"] }), [
            'federation.privatePeers.2: "10.0.0.1" has no prefix length; for one address write 10.0.0.1/32',
            'federation.privatePeers.3: "10.0.0.0/33" has a prefix length that is not between 0 and 32',
            'federation.privatePeers.4: "here/8" is not a range of addresses, such as 10.94.0.0/24',
        ]);
        assert.deepEqual(faults({ privatePeers: ["0.0.0.0/0"] }), [
            "federation.privatePeers.0: 0.0.0.0/0 overlaps 127.0.0.0/8, which leads to this machine itself; give the peers' own range",
        ]);
    });

    it("is every server unless some are named, for which no pattern stands", () => {
        assert.deepEqual(faults({ allow: ["*"] }), [
            'federation.allow.0: "*" is not a server name; to federate with every server, leave federation.allow out',
        ]);
        assert.match(
            faults({ allow: ["*.partner.org"] })[0] ?? "",
            /has a \* in it, which stands for nothing here; give each name in full/,
        );
    });

    it("is blocked by private addresses alone, so that public ones need no exception", () => {
        assert.deepEqual(faults({ privatePeers: ["8.8.8.0/24"] }), [
            "federation.privatePeers.0: 8.8.8.0/24 has no effect: its addresses are public, and those are not blocked; remove it",
        ]);
        assert.deepEqual(faults({ privatePeers: ["100.64.0.0/10", "fd00::/8", "203.0.113.0/24"] }), []);
    });

    it("is nobody where federation is off", () => {
        const settings = {
            allow: ["a.org"],
            delegation: "srv",
            publicRooms: true,
            keyServers: ["a.org"],
            privatePeers: ["10.94.0.0/24"],
        } as const;
        for (const [key, value] of Object.entries(settings))
            assert.deepEqual(faults({ enabled: false, [key]: value }), [
                `federation.${key}: has no effect while federation.enabled is false; remove it, or enable federation`,
            ]);
    });
});
