/** Signing keys: given, generated, and one after another. */
import assert from "node:assert/strict";
import { faultInChange } from "../../../components/homeserver/standingKey.ts";
import { parseSettings } from "../../../components/settings/parse.ts";
import { faultInSigningKey, publicPart, signingKey } from "../../../matrix/signingKey.ts";

/** The pair of the specification's appendix. Source: https://spec.matrix.org/v1.16/appendices/#signing-json */
const known = { line: "ed25519 1 YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1", publicKey: "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI" };

function faults(homeserver: object): string[] {
    return parseSettings({ serverName: "example.org", homeserver }).faults.map(({ path, message }) => `${path}: ${message}`);
}

describe("a signing key", () => {
    it("has the public key that the specification says", () => {
        assert.deepEqual(publicPart(known.line), { id: "ed25519:1", publicKey: known.publicKey });
    });

    it("may be the line of a Synapse file, with its line break, or a generated one", () => {
        for (const line of [known.line, `${known.line}\n`, signingKey("seed")]) assert.equal(faultInSigningKey(line), undefined);
    });

    const key = known.line.split(" ")[2] ?? "";
    const refused: [string, RegExp][] = [
        ["", /^is not one line of a Synapse signing key file/],
        [key, /^is not one line/],
        [`rsa 1 ${key}`, /^is not one line/],
        [`ed25519 1 ${key} more`, /^is not one line/],
        [`ed25519 a:1 ${key}`, /^has a key ID with other characters/],
        [`ed25519 1 ${key}=`, /^has a key that is not 32 bytes in unpadded base64/],
        [`ed25519 1 ${key.slice(1)}`, /^has a key that is not 32 bytes/],
        [`ed25519 1 ${key}\ned25519 2 ${key}\n`, /^has 2 lines; give the key to sign with/],
    ];
    for (const [line, expected] of refused) {
        it(`is refused as ${JSON.stringify(line.replaceAll(key, "KEY"))}, and not shown`, () => {
            assert.match(faultInSigningKey(line) ?? "", expected);
            const [fault = ""] = faults({ signingKey: line });
            assert.match(fault, /^homeserver\.signingKey: the value given /);
            assert.ok(!fault.includes(key.slice(1)), fault);
        });
    }

    it("is no longer in use since a time in milliseconds, by which other servers judge old messages", () => {
        const at = (expiredTs: number) => faults({ oldSigningKeys: { "ed25519:1": { key: known.publicKey, expiredTs } } });
        const path = "homeserver.oldSigningKeys.ed25519:1.expiredTs";
        assert.deepEqual(at(1_764_150_000_000), []);
        assert.deepEqual(at(1_764_150_000), [`${path}: 1764150000 is in seconds; write 1764150000000`]);
        assert.deepEqual(at(0), [`${path}: 0 is before there was Matrix; give milliseconds since 1970`]);
    });

    it("is refused under the ID of an old key, and an old key under a false ID or without its fields", () => {
        assert.deepEqual(
            faults({
                signingKey: known.line,
                oldSigningKeys: { "ed25519:1": { key: known.publicKey, expiredTs: 1764150000000 }, x: { key: "y" } },
            }),
            [
                "homeserver.oldSigningKeys.x.key: the value given is not 32 bytes in unpadded base64, which are 43 characters",
                "homeserver.oldSigningKeys.x.expiredTs: is missing",
            ],
        );
        assert.deepEqual(
            faults({
                signingKey: known.line,
                oldSigningKeys: {
                    "ed25519:1": { key: known.publicKey, expiredTs: 1764150000000 },
                    x: { key: known.publicKey, expiredTs: 1764150000000 },
                },
            }),
            [
                "homeserver.oldSigningKeys.ed25519:1: is the ID of homeserver.signingKey; a new key needs an ID that no key had before",
                "homeserver.oldSigningKeys.x: is not the ID of a signing key, such as ed25519:a_b1C2",
            ],
        );
    });
});

describe("a change of the signing key", () => {
    const from = publicPart(signingKey("one"));
    const to = publicPart(signingKey("two"));
    const old = { [from.id]: { key: from.publicKey, expiredTs: 1764150000000 } };

    it("is none with the same key", () => assert.equal(faultInChange(from, from, {}), undefined));

    it("keeps the old key known, to a given key or back to the generated one", () => {
        assert.equal(faultInChange(from, to, old), undefined);
        assert.equal(faultInChange(from, undefined, old), undefined);
        for (const next of [to, undefined])
            assert.equal(
                faultInChange(from, next, {}),
                `the server signs with another key now, ${from.id}, by which other servers check its old messages; keep it known: ` +
                    `pulumi config set --path 'homeserver.oldSigningKeys["${from.id}"].key' ${from.publicKey} && ` +
                    `pulumi config set --path 'homeserver.oldSigningKeys["${from.id}"].expiredTs' "$(date +%s)000"`,
            );
    });

    it("is refused under the same ID, or with another key in the old one's place", () => {
        assert.match(faultInChange(from, { ...to, id: from.id }, old) ?? "", /^has the ID of the key that the server signs with now/);
        assert.match(
            faultInChange(from, to, { [from.id]: { key: to.publicKey, expiredTs: 1764150000000 } }) ?? "",
            /^homeserver\.oldSigningKeys has another key as ed25519:a_/,
        );
    });
});
