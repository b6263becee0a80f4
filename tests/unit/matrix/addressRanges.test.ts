/** The one table of special address ranges, and the three lists that follow from it. */
import assert from "node:assert/strict";
import { isIP } from "node:net";
import { normalizeCidr, parseCidr } from "cidr-tools";
import { blockedRanges } from "../../../components/homeserver/synapse/federationConfig.ts";
import { deniedPeers } from "../../../components/turn/deniedPeers.ts";
import { faultInRange, reachOf, specialRanges } from "../../../matrix/addressRanges.ts";

describe("special address ranges", () => {
    it("are whole prefixes of their family, each there once and named by an RFC", () => {
        for (const { range, family, source } of specialRanges) {
            assert.equal(normalizeCidr(range), range);
            assert.equal(isIP(range.split("/")[0] ?? ""), family, range);
            assert.match(source, /^RFC \d+$/, range);
        }
        assert.equal(new Set(specialRanges.map(({ range }) => range)).size, specialRanges.length);
    });

    it("are in ascending order, so that lists made of them never change by order alone", () => {
        for (const family of [4, 6]) {
            const starts = specialRanges.filter((it) => it.family === family).map(({ range }) => parseCidr(range).start);
            assert.deepEqual(
                starts,
                [...starts].sort((a, b) => (a < b ? -1 : 1)),
            );
        }
    });
});

describe("who reaches an address", () => {
    for (const [reach, ...addresses] of [
        ["loopback", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"],
        [
            "private",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.1.1",
            "0.0.0.0",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
            // Where no host on the internet is, as in the lists of Synapse and of the relay.
            "192.88.99.1",
            "224.0.0.1",
            "255.255.255.255",
            "3fff::1",
            "fec0::1",
            "ff02::1",
        ],
        // With the forms of NAT64, Teredo and 6to4, behind which a public IPv4 address may be.
        [
            "public",
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2001:0:101:101::1",
            "2002:101:101::1",
        ],
    ] as const) {
        for (const address of addresses) it(`${address}: ${reach}`, () => assert.equal(reachOf(address), reach));
    }
});

/** Recorded before the lists followed from one table: a change replaces a container of every deployed stack. */
describe("of the special address ranges", () => {
    it("Synapse connects to none: its own DEFAULT_IP_RANGE_BLOCKLIST, and three that some clouds use within themselves or nobody does", () =>
        assert.deepEqual(blockedRanges([]), [
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/128",
            "::1/128",
            "100::/64",
            "2001:db8::/32",
            "3fff::/20",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        ]));

    it("the relay leads to none, in the only form that coturn knows", () =>
        assert.deepEqual(deniedPeers, [
            "0.0.0.0-0.255.255.255",
            "10.0.0.0-10.255.255.255",
            "100.64.0.0-100.127.255.255",
            "127.0.0.0-127.255.255.255",
            "169.254.0.0-169.254.255.255",
            "172.16.0.0-172.31.255.255",
            "192.0.0.0-192.0.0.255",
            "192.0.2.0-192.0.2.255",
            "192.88.99.0-192.88.99.255",
            "192.168.0.0-192.168.255.255",
            "198.18.0.0-198.19.255.255",
            "198.51.100.0-198.51.100.255",
            "203.0.113.0-203.0.113.255",
            "240.0.0.0-255.255.255.255",
            "::1",
            "::ffff:0:0-::ffff:ffff:ffff",
            "64:ff9b::-64:ff9b::ffff:ffff",
            "64:ff9b:1::-64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
            "100::-100::ffff:ffff:ffff:ffff",
            "2001::-2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "3fff::-3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
            "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "fec0::-feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ]));
});

describe("a range of addresses", () => {
    for (const range of ["10.94.0.0/24", "10.0.0.1/32", "0.0.0.0/0", "fd00::/8", "::1/128"])
        it(`is right: ${range}`, () => assert.equal(faultInRange(range), undefined));
    for (const [range, fault] of [
        ["10.0.0.1", "has no prefix length; for one address write 10.0.0.1/32"],
        ["fd00::1", "has no prefix length; for one address write fd00::1/128"],
        ["::ffff:10.0.0.1", "has no prefix length; for one address write ::ffff:10.0.0.1/128"],
        ["::ffff:10.0.0.0/104", "is an IPv4 address in the form of IPv6; write 10.0.0.0/8"],
        ["10.0.0.0/24 ", "has a space in it; write it without, such as 10.94.0.0/24"],
        ["10.0.0.0/08", "has a prefix length that is not between 0 and 32"],
        ["fe80::1%eth0/128", "has a zone (%), which means something on one machine only; give an address without it"],
        ["10.0.0.0/33", "has a prefix length that is not between 0 and 32"],
        ["fd00::/129", "has a prefix length that is not between 0 and 128"],
        ["10.0.0.0/", "has a prefix length that is not between 0 and 32"],
        ["10.0.0.0/8/8", "is not a range of addresses, such as 10.94.0.0/24"],
        ["999.1.1.1/8", "is not a range of addresses, such as 10.94.0.0/24"],
    ] as const)
        it(`is refused: ${range}`, () => assert.equal(faultInRange(range), fault));
});
