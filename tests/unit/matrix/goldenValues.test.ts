/**
 * Values that deployed stacks have, recorded before the functions moved here: another signing key would be another server to
 * all others, another first password would lock a person out.
 */
import assert from "node:assert/strict";
import { firstPassword } from "../../../matrix/firstPassword.ts";
import { signingKey } from "../../../matrix/signingKey.ts";

const users = ["@alice:example.org", "@notifier:matrix.test:8448"];

for (const { seed, key, passwords } of [
    {
        seed: "seed-for-a-golden-value",
        key: "ed25519 a_7ca955ec KqzitVwYvE29A4WBcojA1DBdWomVustxg1+nE/m1jJY\n",
        passwords: ["wGD5L4HbMNzZ3hHMMWZsKTgv", "PjfQNMFsFtlKRo2uwSjXcv2n"],
    },
    {
        seed: "Zq3vX9pLk2mN8bT5rW7yD1cF4gH6jS0aQeUiOzRxPnVtBwMl",
        key: "ed25519 a_8a686b44 qmuTp+NomnrMIZVrd2ltn1jGvcxpnCf2nHePbfM6b1Y\n",
        passwords: ["ZP9V3VSrAk6rvGsB0L4s5Ubt", "2sNiAQNmuFTSKTSWAKGaRjzx"],
    },
]) {
    describe(`from the seed ${seed}`, () => {
        it("comes the signing key that it has always led to", () => assert.equal(signingKey(seed), key));

        it("come the first passwords that it has always led to", () =>
            assert.deepEqual(
                users.map((user) => firstPassword(seed, user)),
                passwords,
            ));
    });
}
