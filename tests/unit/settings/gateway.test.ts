/** The gateway's ports and addresses, and the proxies in front of it. */
import assert from "node:assert/strict";
import { parseSettings } from "../../../components/settings/parse.ts";

const faults = (raw: Record<string, unknown>) =>
    parseSettings({ serverName: "example.org", ...raw }).faults.map(({ path, message }) => `${path}: ${message}`);

describe("a setting in a list", () => {
    it("is known by its name", () => {
        const [first] = faults({ gateway: { support: { contacts: [{ matrix_id: "@admin:example.org" }] } } });
        assert.equal(first, "gateway.support.contacts.0.matrix_id: is not a setting; did you mean matrixId?");
    });
});

describe("proxies in front", () => {
    const fault = (proxy: string) => faults({ gateway: { trustedProxies: [proxy] } });

    it("are addresses and ranges", () => {
        for (const proxy of ["127.0.0.1", "::1", "10.0.0.7", "10.0.0.0/8", "104.16.0.0/13", "2400:cb00::/32", "fc00::/7"])
            assert.deepEqual(fault(proxy), [], proxy);
        for (const proxy of ["proxy.example.org", "10.0.0", "10.0.0.7:443", "private_ranges", "", "[::1]", "10.0.0.0/8/8"])
            assert.deepEqual(fault(proxy), [
                `gateway.trustedProxies.0: ${JSON.stringify(proxy)} is not an address or a range of addresses, such as 10.0.0.7 or 10.0.0.0/24`,
            ]);
        assert.deepEqual(fault("10.0.0.0/33"), [
            'gateway.trustedProxies.0: "10.0.0.0/33" has a prefix length that is not between 0 and 32',
        ]);
    });

    it("are written as the addresses that connections come from", () => {
        assert.deepEqual(
            ["::ffff:10.0.0.7", "fe80::1%eth0", "10.0.0.0/08"]
                .flatMap(fault)
                .map((line) => line.replace(/^gateway.trustedProxies.0: /, "")),
            [
                '"::ffff:10.0.0.7" is an IPv4 address in the form of IPv6; write 10.0.0.7',
                '"fe80::1%eth0" has a zone (%), which means something on one machine only; give an address without it',
                '"10.0.0.0/08" has a prefix length that is not between 0 and 32',
            ],
        );
    });

    it("are not everybody", () => {
        for (const proxy of ["0.0.0.0/0", "::/0", "0.0.0.0", "::", "64.0.0.0/2", "2000::/3"])
            assert.deepEqual(fault(proxy), [
                `gateway.trustedProxies.0: "${proxy}" would let anybody claim any address; name the proxies' own addresses`,
            ]);
    });
});

describe("the gateway's ports", () => {
    const gateway = (own: object, more: object = {}) => faults({ gateway: own, ...more });

    it("may be one for clients and servers", () => {
        for (const port of [443, 8448, 9443]) assert.deepEqual(gateway({ httpsPort: port, federationPort: port }), []);
        assert.deepEqual(gateway({ httpsPort: 8008, federationPort: 8008 }), ["gateway.httpsPort: 8008 is already homeserver.port"]);
    });

    it("are those that other servers come to", () => {
        // One port for both, too: without a well-known file nobody learns of it.
        for (const own of [{ federationPort: 443 }, { federationPort: 443, httpsPort: 443 }])
            assert.deepEqual(gateway(own, { federation: { delegation: "none" } }), [
                "gateway.federationPort: 443 contradicts serverName example.org: other servers connect to port 8448; set it to 8448",
            ]);
        const announced = { federationPort: 9448 };
        assert.deepEqual(gateway({ announced }, { federation: { delegation: "none" } }), [
            "gateway.announced.federationPort: 9448 contradicts serverName example.org: other servers connect to port 8448; set it to 8448",
        ]);
        assert.deepEqual(
            gateway({ federationPort: 18448, announced: { federationPort: 8448 } }, { federation: { delegation: "none" } }),
            [],
        );
    });

    it("are published once on each address", () => {
        for (const section of ["gateway", "turn"]) {
            const twice = (bind: string, bindIpv6: string) => faults({ [section]: { bind, bindIpv6 } });
            assert.deepEqual(twice("0.0.0.0", "::"), []);
            assert.deepEqual(twice("::", "2001:db8::1"), [
                `${section}.bindIpv6: 2001:db8::1 overlaps ${section}.bind, ::; remove one of them`,
            ]);
        }
        for (const [bind, message] of [
            ["localhost", "is not an IP address; write 127.0.0.1"],
            ["[::1]", "has brackets; write ::1"],
        ])
            assert.deepEqual(gateway({ bind }), [`gateway.bind: "${bind}" ${message}`]);
        assert.deepEqual(gateway({ bindIpv6: "[::]" }), ['gateway.bindIpv6: "[::]" has brackets; write ::']);
    });

    it("have one for plain HTTP that nothing else has", () => {
        assert.deepEqual(gateway({ httpPort: 80 }), []);
        assert.deepEqual(gateway({ httpPort: 443 }), ["gateway.httpPort: 443 is already gateway.httpsPort"]);
    });
});
