import assert from "node:assert/strict";
import { BlockList, isIP } from "node:net";
import { coturnOptions, publishedPorts, turnUris } from "../../../components/turn/coturnOptions.ts";
import { deniedPeers } from "../../../components/turn/deniedPeers.ts";
import { parseSettings, type SettingsInput } from "../../support/settings.ts";

const turn = (overrides: SettingsInput["turn"] = {}) => parseSettings({ turn: overrides }).turn;

describe("the relay's options", () => {
    it("offer UDP first, then TCP, then TLS", () =>
        assert.deepEqual(turnUris("matrix.example.org", turn({ tlsPort: 5350 })), [
            "turn:matrix.example.org:3478?transport=udp",
            "turn:matrix.example.org:3478?transport=tcp",
            "turns:matrix.example.org:5350?transport=tcp",
        ]));

    it("tell of an external address only where one is set", () => {
        const told = (settings: SettingsInput["turn"]) =>
            coturnOptions(turn(settings), "r").filter((option) => option.includes("external"));
        assert.deepEqual(told({}), []);
        assert.deepEqual(told({ externalAddress: "203.0.113.7" }), ["--external-ip=203.0.113.7"]);
    });

    it("hold nothing older than TLS 1.2, no console, no relay of TCP, and credentials that end", () => {
        const options = coturnOptions(turn(), "r");
        for (const option of ["use-auth-secret", "no-tlsv1", "no-tlsv1_1", "no-dtls", "no-cli", "no-tcp-relay", "no-multicast-peers"])
            assert.ok(options.includes(`--${option}`), option);
        assert.ok(
            options.some((option) => option.startsWith("--user-quota=")) && options.some((option) => option.startsWith("--total-quota=")),
        );
    });

    it("publish TURN on UDP and TCP, TLS on TCP, and relayed media on UDP alone", () =>
        assert.deepEqual(
            publishedPorts(turn({ relayPorts: { min: 50000, max: 50003 } })).map(({ external, protocol }) => `${external}/${protocol}`),
            ["3478/udp", "3478/tcp", "5349/tcp", "50000/udp", "50001/udp", "50002/udp", "50003/udp"],
        ));
});

describe("denied peers", () => {
    const family = (ip: string) => (isIP(ip) === 6 ? "ipv6" : "ipv4");
    const denied = new BlockList();
    for (const range of deniedPeers) {
        const [first = "", last = first] = range.split("-");
        // An IPv4 address is looked for in IPv6's mapped range too, which would make every one of them denied here.
        if (!first.startsWith("::ffff:")) denied.addRange(first, last, family(first));
    }
    const isDenied = (ip: string) => denied.check(ip, family(ip));

    for (const [first, last, before, after] of [
        ["0.0.0.0", "0.255.255.255", undefined, "1.0.0.0"],
        ["10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"],
        ["100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"],
        ["127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"],
        ["169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"],
        ["172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"],
        ["192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"],
        ["192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"],
        ["192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"],
        ["192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"],
        ["198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"],
        ["198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"],
        ["203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"],
        ["240.0.0.0", "255.255.255.255", undefined, undefined],
        ["::1", "::1", undefined, undefined],
        ["64:ff9b::", "64:ff9b::ffff:ffff", "64:ff9a::1", "64:ff9b::1:0:0"],
        ["64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", undefined, "64:ff9b:2::"],
        ["100::", "100::ffff:ffff:ffff:ffff", "ff::1", "100:0:0:1::"],
        ["2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::1", "2001:200::"],
        ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7::1", "2001:db9::"],
        ["2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff::1", "2003::"],
        ["fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fbff::1", undefined],
        ["fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe7f::1", undefined],
    ] as const) {
        it(`take in ${first} to ${last}, and not what is beside it`, () => {
            assert.deepEqual([isDenied(first), isDenied(last)], [true, true]);
            for (const beside of [before, after]) if (beside) assert.equal(isDenied(beside), false, beside);
        });
    }

    it("take in IPv4 within IPv6", () => assert.ok(deniedPeers.includes("::ffff:0:0-::ffff:ffff:ffff")));

    it("have no range that begins at ::, which coturn takes for no lower end at all", () =>
        assert.deepEqual(
            deniedPeers.filter((range) => /^::(-|$)/.test(range)),
            [],
        ));

    it("are whole prefixes, as coturn 4.6 compares IPv6 byte by byte", () => {
        for (const range of deniedPeers.filter((it) => it.includes(":") && it.includes("-"))) {
            const [first = [], last = []] = range.split("-").map(bytesOf);
            const differing = first.findIndex((byte, index) => byte !== last[index]);
            assert.ok(
                first.slice(differing + 1).every((byte) => byte === 0) && last.slice(differing + 1).every((byte) => byte === 255),
                range,
            );
        }
    });
});

function bytesOf(ip: string): number[] {
    const [head = "", tail = ""] = ip.split("::");
    const groups = (text: string) => text.split(":").filter(Boolean);
    const zeros = Array.from({ length: ip.includes("::") ? 8 - groups(head).length - groups(tail).length : 0 }, () => "0");
    return [...groups(head), ...zeros, ...groups(tail)].flatMap((group) => {
        const value = Number.parseInt(group, 16);
        return [value >> 8, value & 255];
    });
}
