/** The relay's settings: ports, address, host, a service elsewhere, none. */
import assert from "node:assert/strict";
import { hostPorts } from "../../../components/parts.ts";
import { doubtInTurn } from "../../../components/settings/checks/turn.ts";
import { parseSettings } from "../../../components/settings/parse.ts";
import type { SettingsInput } from "../../../components/settings/schema/index.ts";
import { leftOut } from "../../../scripts/project/settings.ts";

const parsed = (turn: SettingsInput["turn"], serverName = "example.org") => parseSettings({ serverName, turn });
const faults = (turn: SettingsInput["turn"], serverName?: string) =>
    parsed(turn, serverName).faults.map(({ path, message }) => `${path}: ${message}`);
const uris = ["turn:turn.example.com?transport=udp"];

describe("the relay's ports", () => {
    const range = (min: number, max: number) => faults({ relayPorts: { min, max } });

    it("are named by both ends where the defaults do not fit", () =>
        assert.match(
            faults({ relayPorts: { min: 50_000 } }).join(),
            /has a min greater than its max; give both \(without them: 49160 and 49199\)/,
        ));

    it("are as many as the relay gives out at once, at most", () => {
        assert.deepEqual(range(49160, 49160 + 1199), []);
        for (const [min, max] of [
            [49152, 65535],
            [49160, 49160 + 1200],
            [10000, 20000],
        ] as const)
            assert.deepEqual(range(min, max), [
                `turn.relayPorts: {"min":${min},"max":${max}} has more than 1200 ports, which is all that the relay gives out at once, and for each Docker runs a process of 3 MB; about twenty calls take 200, such as 49160 to 49359`,
            ]);
    });
});

describe("the relay's external address", () => {
    const external = (externalAddress: string, serverName?: string) => faults({ externalAddress }, serverName);
    const useless = (address: string, use: string) => [
        `turn.externalAddress: ${address} is an address that no client can send to (${use}); give the one at which clients outside reach this host, such as 203.0.113.7`,
    ];

    for (const address of ["1.1.1.1", "203.0.113.7", "10.0.0.5", "192.168.1.5", "172.16.0.1", "100.64.0.1"])
        it(`may be ${address}`, () => assert.deepEqual(external(address), []));

    for (const [address, use] of [
        ["0.0.0.0", "this network"],
        ["0.1.2.3", "this network"],
        ["127.0.0.1", "loopback"],
        ["127.8.8.8", "loopback"],
        ["169.254.169.254", "link-local"],
        ["224.0.0.1", "multicast"],
        ["239.255.255.250", "multicast"],
        ["240.0.0.1", "reserved"],
        ["255.255.255.255", "reserved"],
    ] as const)
        it(`may not be ${address}`, () => assert.deepEqual(external(address), useless(address, use)));

    for (const address of ["::", "::1", "2001:db8::1", "matrix.example.org", "203.0.113.7/32", "203.0.113", ""])
        it(`may not be ${JSON.stringify(address)}, which is no IPv4 address`, () =>
            assert.deepEqual(external(address), [
                `turn.externalAddress: ${JSON.stringify(address)} is not an IPv4 address; give the one at which clients outside reach this host, such as 203.0.113.7`,
            ]));

    it("may be loopback where the server is this machine's alone", () => {
        for (const name of ["localhost", "127.0.0.1", "[::1]", "matrix.localhost", "matrix.test"])
            assert.deepEqual(external("127.0.0.1", name), [], name);
    });

    it("is doubted where it is private and the server's name is public", () => {
        assert.equal(
            doubtInTurn("example.org", "192.168.1.5"),
            "turn.externalAddress: 192.168.1.5 is a private address, so calls from outside its network do not reach the relay of example.org",
        );
        assert.match(doubtInTurn("example.org:8448", "100.64.0.1") ?? "", /is a private address/);
        for (const [name, address] of [
            ["example.org", "203.0.113.7"],
            ["example.org", undefined],
            ["matrix.lan", "192.168.1.5"],
            ["localhost", "192.168.1.5"],
            ["192.168.1.5", "192.168.1.5"],
        ] as const)
            assert.equal(doubtInTurn(name, address), undefined, `${name} ${address}`);
    });
});

describe("the relay's host", () => {
    it("is not one that leads each client to itself, or nowhere", () => {
        const said = (host: string, use: string) =>
            `${host} leads clients elsewhere (${use}) than to the relay; give the name or address at which they reach it`;
        for (const [host, use] of [
            ["localhost", "loopback"],
            ["turn.localhost", "loopback"],
            ["127.0.0.1", "loopback"],
            ["[::1]", "loopback"],
        ] as const) {
            assert.deepEqual(faults({ host }), [`turn.host: ${said(host, use)}`]);
            assert.deepEqual(faults({ external: { uris: [`turn:${host}:3478`], sharedSecret: "x" } }), [
                `turn.external.uris.0: ${said(host, use)}`,
            ]);
            assert.deepEqual(faults({ host }, "localhost"), []);
        }
    });

    it("is a host name or an address, without a port", () => {
        for (const host of ["turn.example.org", "203.0.113.7", "[2001:db8::1]"]) assert.deepEqual(faults({ host }), [], host);
        assert.deepEqual(faults({ host: "turn.example.org:3478" }), [
            'turn.host: "turn.example.org:3478" has a port; set turn.port and turn.tlsPort instead',
        ]);
        assert.match(faults({ host: "turn:turn.example.org" })[0] ?? "", /^turn\.host: /);
    });
});

describe("a TURN service elsewhere", () => {
    it("takes the place of the stack's own relay, in every list", () => {
        for (const turn of [
            { external: { uris, sharedSecret: "x" } },
            { external: { uris, username: "x", password: "y" } },
            { enabled: false },
        ]) {
            const { settings, faults } = parsed(turn);
            assert.deepEqual(faults, []);
            assert.ok(settings && hostPorts(settings).every(({ setting }) => !setting.startsWith("turn.")));
            assert.deepEqual([...leftOut({ turn, backup: { repository: "/srv/backup", include: ["/srv/bots"] } })], ["relay"]);
        }
        assert.deepEqual([...leftOut({ turn: { enabled: true } })], ["wal", "files", "backup"]);
        assert.deepEqual([...leftOut({})], ["wal", "files", "backup"]);
    });

    it("has credentials of one kind", () => {
        assert.deepEqual(faults({ external: { uris } }), [
            "turn.external: has no credentials; give sharedSecret, or username and password",
        ]);
        assert.deepEqual(faults({ external: { uris, sharedSecret: "x", username: "y" } }), [
            "turn.external: has both sharedSecret and username or password; keep the one that the TURN service knows",
        ]);
        assert.deepEqual(faults({ external: { uris, username: "x" } }), [
            "turn.external.password: is missing: username and password belong together",
        ]);
        assert.deepEqual(faults({ external: { uris, password: "x" } }), [
            "turn.external.username: is missing: username and password belong together",
        ]);
    });

    it("is not named beside what only the own relay has", () => {
        const external = { uris, sharedSecret: "x" };
        assert.deepEqual(faults({ external, enabled: false }), ["turn.external: contradicts turn.enabled: false; remove one of the two"]);
        assert.deepEqual(faults({ external, host: "turn.example.org" }), [
            "turn.host: has no effect: this stack runs no relay of its own; remove it",
        ]);
        assert.deepEqual(faults({ enabled: false, externalAddress: "203.0.113.7" }), [
            "turn.externalAddress: has no effect: this stack runs no relay of its own; remove it",
        ]);
    });

    for (const uri of [
        "turn:turn.example.org",
        "turn:turn.example.org:3478",
        "turn:turn.example.org:3478?transport=udp",
        "turns:turn.example.org:443?transport=tcp",
        "turn:203.0.113.7:3478",
        "turn:[2001:db8::1]:3478?transport=udp",
    ])
        it(`may be ${uri}`, () => assert.deepEqual(faults({ external: { uris: [uri], sharedSecret: "x" } }), []));
    for (const [uri, fault] of [
        ["turn.example.org", "is not the URI of a TURN server, such as turn:"],
        ["turn://turn.example.org", "has // in it, which URIs of TURN have not; write turn:turn.example.org"],
        ["stun:stun.example.org", "is a STUN server, which relays nothing"],
        ["https://turn.example.org", "is not the URI of a TURN server"],
        ["turn:user@turn.example.org", "is not the URI of a TURN server"],
        ["turn:turn.example.org/path", "is not the URI of a TURN server"],
        ["turn:turn.example.org?transport=sctp", "ends in something else than ?transport=udp"],
        ["turn:999.1.1.1", "names a server, 999.1.1.1, that is neither an IPv4 address"],
        ["turn:turn.example.org:99999", "names a server, turn.example.org:99999, that has a port that is not between"],
        ["", "is not the URI of a TURN server"],
    ] as const)
        it(`may not be ${JSON.stringify(uri)}`, () => {
            const [first = "", ...rest] = faults({ external: { uris: [uri], sharedSecret: "x" } });
            assert.ok(first.startsWith(`turn.external.uris.0: ${JSON.stringify(uri)} ${fault}`) && rest.length === 0, first);
        });
    it("has one URI at least", () =>
        assert.deepEqual(faults({ external: { uris: [], sharedSecret: "x" } }), [
            "turn.external.uris: [] is empty; write a value, or take the line out",
        ]));
});
