import assert from "node:assert/strict";
import { ownNetworkName } from "../../../components/platform/docker/labels.ts";
import { networkOptions } from "../../../components/platform/docker/networkOptions.ts";
import { routesIn, takenFaults } from "../../../components/platform/docker/subnets.ts";
import { overlap } from "../../../components/publishedAddresses.ts";

describe("the stack's own network", () => {
    it("is the engine's choice where nothing is said", () => assert.deepEqual(networkOptions({}), {}));

    it("names its gateways, which the engine reports from its next start on", () => {
        assert.deepEqual(networkOptions({ subnet: "10.77.0.0/24", ipv6: "fd12:3456:789a::/64", mtu: 1400 }), {
            ipamConfigs: [
                { subnet: "10.77.0.0/24", gateway: "10.77.0.1" },
                { subnet: "fd12:3456:789a::/64", gateway: "fd12:3456:789a::1" },
            ],
            ipv6: true,
            options: { "com.docker.network.driver.mtu": "1400" },
        });
        assert.deepEqual(networkOptions({ subnet: "172.30.255.16/28" }), {
            ipamConfigs: [{ subnet: "172.30.255.16/28", gateway: "172.30.255.17" }],
        });
    });

    for (const [meeting, name] of [
        [undefined, "matrix-synapse-a"],
        ["servers", "matrix-synapse-a"],
        ["matrix-synapse-mesh", "matrix-synapse-a"],
        ["internet", "0-matrix-synapse-a"],
        ["Servers", "0-matrix-synapse-a"],
        ["matrix-synapse", "0-matrix-synapse-a"],
    ] as const)
        it(`comes first in the order of names beside ${meeting}`, () => {
            assert.equal(ownNetworkName("matrix-synapse-a", meeting), name);
            if (meeting !== undefined) assert.deepEqual([meeting, name].sort()[0], name);
        });
});

describe("the ranges of the stack's own network", () => {
    const holders = [
        { name: "Docker network other", range: "10.77.0.0/16" },
        { name: "a route of this host to tun0", range: "fd12::/16" },
    ];

    it("may lie beside all others", () => assert.deepEqual(takenFaults({ subnet: "10.78.0.0/24", ipv6: "fd13::/64" }, holders), []));

    it("are refused where something else has them, which is named", () => {
        assert.deepEqual(takenFaults({ subnet: "10.77.3.0/24", ipv6: "fd12::/64" }, holders), [
            "network.subnet: 10.77.3.0/24 overlaps 10.77.0.0/16, which is Docker network other; choose another range",
            "network.ipv6: fd12::/64 overlaps fd12::/16, which is a route of this host to tun0; choose another range",
        ]);
    });

    it("are compared with the kernel's routes, the default one left out", () => {
        const table = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
tun0\t0000080A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
`;
        assert.deepEqual(routesIn(table), [
            { device: "tun0", range: "10.8.0.0/16" },
            { device: "eth0", range: "192.168.1.0/24" },
        ]);
    });
});

describe("two addresses to publish on", () => {
    for (const [one, other, expected] of [
        ["0.0.0.0", "127.0.0.1", true],
        ["127.0.0.1", "127.0.0.1", true],
        ["127.0.0.1", "192.0.2.1", false],
        ["::", "::1", true],
        ["0.0.0.0", "::", false],
        ["127.0.0.1", "::", false],
    ] as const)
        it(`${one} and ${other} ${expected ? "have one in common" : "have none in common"}`, () => {
            assert.equal(overlap(one, other), expected);
            assert.equal(overlap(other, one), expected);
        });
});
