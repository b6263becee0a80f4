import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";

const faults = (settings: object) =>
    parseSettings({ serverName: "example.org", ...settings }).faults.map(({ path, message }) => `${path}: ${message}`);

describe("an address to publish ports on", () => {
    const said = (bind: unknown) => parseSettings({ serverName: "example.org", gateway: { bind } }).faults.map(({ message }) => message);
    const cases: [string, string | undefined][] = [
        ["0.0.0.0", undefined],
        ["::", undefined],
        ["2001:db8::1", undefined],
        ["[::]", "has brackets; write ::"],
        ["localhost", "is not an IP address; write 127.0.0.1"],
        ["127.0.0.1:443", "has a port, which has a setting of its own; write 127.0.0.1"],
        ["fe80::1", "is a link-local address, which Docker cannot publish ports on; give a global one, or :: for all"],
        ["fe80::1%eth0", "is a link-local address, which Docker cannot publish ports on; give a global one, or :: for all"],
        ["eth0", "is not an IP address of the Docker host, such as 203.0.113.7; 0.0.0.0 stands for all"],
        ["*", "is not an IP address of the Docker host, such as 203.0.113.7; 0.0.0.0 stands for all"],
    ];
    for (const [bind, expected] of cases)
        it(`${expected ? "is not" : "may be"} ${bind}`, () =>
            assert.deepEqual(said(bind), expected ? [`${JSON.stringify(bind)} ${expected}`] : []));
});

describe("the section network", () => {
    it("takes private ranges and a packet size", () => {
        assert.deepEqual(faults({ network: { subnet: "10.77.0.0/24", ipv6: "fd12:3456:789a::/64", mtu: 1400 } }), []);
        for (const subnet of ["172.30.255.16/28", "192.168.0.0/16", "100.64.0.0/10", "10.0.0.0/8"])
            assert.deepEqual(faults({ network: { subnet } }), [], subnet);
    });

    for (const [network, expected] of [
        [{ subnet: "10.77.0.0" }, 'network.subnet: "10.77.0.0" has no prefix length, such as that of 10.77.0.0/24'],
        [{ subnet: "10.77.0.1/24" }, 'network.subnet: "10.77.0.1/24" is not how the range is written: write 10.77.0.0/24'],
        [
            { subnet: "10.77.0.0/30" },
            'network.subnet: "10.77.0.0/30" has too few addresses; give a range of at least /28, such as 10.77.0.0/24',
        ],
        [
            { subnet: "8.8.8.0/24" },
            'network.subnet: "8.8.8.0/24" is not private, and blocked addresses protect the database; choose one in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, such as 10.77.0.0/24',
        ],
        [{ subnet: "fd12::/64" }, 'network.subnet: "fd12::/64" is not an IPv4 range, such as 10.77.0.0/24'],
        [{ subnet: "auto" }, 'network.subnet: "auto" is not a range of addresses, such as 10.94.0.0/24'],
        [
            { subnet: "10.77.0.0/24", ipv6: "fd12::/48" },
            'network.ipv6: "fd12::/48" is larger than a /64, and Docker uses no more of it; write fd12::/64',
        ],
        [
            { subnet: "10.77.0.0/24", ipv6: "2001:db8::/64" },
            'network.ipv6: "2001:db8::/64" is not private, and blocked addresses protect the database; choose one in fc00::/7, such as fd12:3456:789a::/64',
        ],
        [{ ipv6: "fd12::/64" }, "network.ipv6: needs network.subnet too, such as 10.77.0.0/24: set both ranges"],
        [{ subnet: "10.77.0.0/24", ipv6: "fd12::/64", mtu: 1200 }, "network.mtu: 1200 is too small for IPv6; at least 1280"],
        [{ mtu: 100 }, "network.mtu: 100 is too small; at least 576"],
    ] as const)
        it(`refuses ${JSON.stringify(network)}`, () => assert.deepEqual(faults({ network }), [expected]));

    it("refuses peers in a range of the stack's own network", () => {
        assert.deepEqual(faults({ network: { subnet: "10.77.0.0/24" }, federation: { privatePeers: ["10.77.0.128/25"] } }), [
            "federation.privatePeers.0: 10.77.0.128/25 overlaps network.subnet, 10.77.0.0/24, in which the database is; give the peers' own range",
        ]);
    });
});

describe("the section homeserver.proxy", () => {
    const proxy = (more: object) => faults({ homeserver: { proxy: { url: "http://proxy.example.org:3128", ...more } } });

    it("takes a URL, a user with a password, and hosts that it is not for", () => {
        assert.deepEqual(proxy({ user: "matrix", password: "a:b@c%", except: ["partner.example.org", ".local"] }), []);
        assert.deepEqual(proxy({ url: "https://[2001:db8::1]:8080" }), []);
    });

    for (const [more, expected] of [
        [{ url: "proxy.example.org:3128" }, "is not the URL of an HTTP proxy, such as http://proxy.example.org:3128"],
        [{ url: "socks5://proxy.example.org:1080" }, "is not the URL of an HTTP proxy, such as http://proxy.example.org:3128"],
        [{ url: "http://proxy.example.org" }, "does not end with a port; write it like http://proxy.example.org:3128"],
        [{ url: "http://proxy.example.org:3128/" }, "has more than a host and a port; write it like http://proxy.example.org:3128"],
        [{ url: "http://proxy.example.org:0" }, "has a host or a port that no proxy has; write it like http://proxy.example.org:3128"],
        [{ url: "http://proxy.example.org:99999" }, "has a host or a port that no proxy has; write it like http://proxy.example.org:3128"],
        [
            { url: "http://localhost:3128" },
            "leads to the homeserver's own container; give an address of this machine that containers reach (172.17.0.1, where the proxy must listen too)",
        ],
        [{ url: "http://u:p@proxy.example.org:3128" }, "has a user in it; set homeserver.proxy.user and homeserver.proxy.password instead"],
    ] as const)
        it(`refuses ${more.url}`, () => {
            // Not quoted where a password may be in it.
            assert.deepEqual(proxy(more), [
                `homeserver.proxy.url: ${more.url.includes("@") ? "the value given" : JSON.stringify(more.url)} ${expected}`,
            ]);
        });

    it("refuses exceptions that Synapse would compare with nothing", () => {
        for (const [host, message] of [
            ["intranet.example.org:443", "has a port, and hosts are compared without one; write intranet.example.org"],
            ["*.example.org", "has a *; write example.org, which stands for the names below it, too"],
            ["10.0.0.0/8", "is not a host name, such as partner.example.org"],
        ])
            assert.deepEqual(proxy({ except: [host] }), [`homeserver.proxy.except.0: "${host}" ${message}`]);
    });

    it("refuses a password that Synapse could not pass on, and shows it nowhere", () => {
        for (const password of ["with a space", "a/b", "a?b", "a#b", "Ä"]) {
            const [fault = "", ...others] = proxy({ user: "matrix", password });
            assert.match(fault, /^homeserver\.proxy\.password: the value given has a space, a letter outside ASCII, or one of/);
            assert.deepEqual(others, []);
            assert.ok(!fault.includes(`"${password}"`), fault);
        }
    });

    it("refuses a user without a password, and the other way round", () => {
        for (const more of [{ user: "matrix" }, { password: "secret" }])
            assert.match(proxy(more)[0] ?? "", /^homeserver\.proxy: .*has only one of user and password$/);
        assert.ok(!proxy({ password: "secret" }).join().includes("secret"));
    });
});
