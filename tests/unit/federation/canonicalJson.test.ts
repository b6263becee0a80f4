import assert from "node:assert/strict";
import { canonicalJson } from "../../../matrix/canonicalJson.ts";
import { judgeKeys } from "../../../scripts/checks/federation/keys.ts";

/** Source: https://spec.matrix.org/v1.16/appendices/#examples */
describe("canonical JSON", () => {
    for (const [given, canonical] of [
        ["{}", "{}"],
        ['{ "one": 1, "two": "Two" }', '{"one":1,"two":"Two"}'],
        ['{ "b": "2", "a": "1" }', '{"a":"1","b":"2"}'],
        [
            '{ "auth": { "success": true, "mxid": "@john.doe:example.com" }, "x": [ {"b": 1, "a": 2} ] }',
            '{"auth":{"mxid":"@john.doe:example.com","success":true},"x":[{"a":2,"b":1}]}',
        ],
        ['{ "a": "日本語" }', '{"a":"日本語"}'],
        ['{ "本": 2, "日": 1 }', '{"日":1,"本":2}'],
        ['{ "a": "\\u65E5" }', '{"a":"日"}'],
        ['{ "a": null }', '{"a":null}'],
        ['{ "a": -0, "b": 1e10 }', '{"a":0,"b":10000000000}'],
        // By code point: U+1F600 comes after U+FF5E, though its first half of UTF-16 is smaller.
        ['{ "😀": 1, "～": 2 }', '{"～":2,"😀":1}'],
    ] as const) {
        it(given, () => assert.equal(canonicalJson(JSON.parse(given)), canonical));
    }
});

describe("the signature of a key answer", () => {
    const key = "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI";

    it("is refused where key or signature are no such thing", () => {
        for (const [verifyKey, signature] of [
            [{ key }, "AAAA"],
            [{ key: "AAAA" }, "AAAA"],
            [{ key: 5 }, "AAAA"],
            [null, "AAAA"],
        ] as const) {
            const answer = {
                server_name: "domain",
                valid_until_ts: 2,
                verify_keys: { "ed25519:1": verifyKey },
                signatures: { domain: { "ed25519:1": signature } },
            };
            assert.match(judgeKeys(answer, "domain", 1).found, /the signature of ed25519:1 does not fit the answer/);
        }
    });

    it("is looked for below the server's own name", () => {
        const answer = { server_name: "domain", valid_until_ts: 2, verify_keys: { "ed25519:1": { key } }, signatures: { other: {} } };
        assert.match(judgeKeys(answer, "domain", 1).found, /not signed by its key ed25519:1/);
    });
});
