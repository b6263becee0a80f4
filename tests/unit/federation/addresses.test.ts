import assert from "node:assert/strict";
import { reachOf } from "../../../matrix/addressRanges.ts";
import { parseServerName } from "../../../matrix/serverName.ts";

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
        ],
        ["public", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"],
    ] as const) {
        for (const address of addresses) it(`${address}: ${reach}`, () => assert.equal(reachOf(address), reach));
    }
});

describe("a server name", () => {
    for (const [text, host, port, isAddress] of [
        ["example.org", "example.org", undefined, false],
        ["example.org:443", "example.org", 443, false],
        ["1.2.3.4", "1.2.3.4", undefined, true],
        ["1.2.3.4:8448", "1.2.3.4", 8448, true],
        ["[2606:4700::1111]:8448", "2606:4700::1111", 8448, true],
        ["1.example.org", "1.example.org", undefined, false],
    ] as const) {
        it(`is taken apart: ${text}`, () => {
            const parsed = parseServerName(text);
            assert.ok(typeof parsed !== "string", `${parsed}`);
            assert.deepEqual([parsed.host, parsed.port, parsed.isAddress], [host, port, isAddress]);
        });
    }

    for (const text of [
        "",
        ":8448",
        "https://example.org",
        "example.org:",
        "example.org:0",
        "[1.2.3.4]",
        "[::g]",
        "2606::1",
        "1.2.3.999",
        "a b",
    ]) {
        it(`is refused: ${JSON.stringify(text)}`, () => assert.equal(typeof parseServerName(text), "string"));
    }
});
