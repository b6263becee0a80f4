import assert from "node:assert/strict";
import { createPrivateKey, sign } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { canonicalJson } from "../../../matrix/canonicalJson.ts";
import { publicPart, signingKey } from "../../../matrix/signingKey.ts";
import { signingKeyIn, verifySigningKey } from "../../../scripts/backup/signingKey.ts";

const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1ca44270",
    plaintext: JSON.stringify(value),
});
const line = signingKey("a seed");
const deposit = (content: string) => ({
    stack: "prod",
    serverName: "example.org",
    file: "",
    config: {},
    state: {
        deployment: {
            resources: [
                { inputs: {} },
                {
                    inputs: {
                        uploads: secret([
                            { file: "/etc/a", content: "x" },
                            { file: "/run/secrets/signing.key", content },
                        ]),
                    },
                },
            ],
        },
    },
});

/** As a homeserver answers that signs with this key. */
function answer(key: string, signed = key) {
    const { id, publicKey } = publicPart(key);
    const [, , seed = ""] = signed.trim().split(" ");
    const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(seed, "base64")]);
    const text = { server_name: "example.org", valid_until_ts: Date.now() + 1e6, verify_keys: { [id]: { key: publicKey } } };
    const signature = sign(null, Buffer.from(canonicalJson(text)), createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
    return { ...text, signatures: { "example.org": { [id]: signature.toString("base64").replace(/=+$/, "") } } };
}

describe("the signing key of a restored server", () => {
    let server: Server;
    let said: object = {};
    const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    before((done) => {
        server = createServer((_, response) => response.end(JSON.stringify(said))).listen(0, "127.0.0.1", done);
    });
    after(() => server.close());

    it("is in the state, among the homeserver's secrets", () => {
        assert.equal(signingKeyIn(deposit(line).state), line);
        assert.throws(() => signingKeyIn({ deployment: { resources: [] } }), { message: "the state in this backup has no signing key" });
    });

    it("is the old one where it is told under its ID, and signs the answer", async () => {
        said = answer(line);
        assert.equal(await verifySigningKey(url(), deposit(line)), publicPart(line).id);
    });

    it("is another where other servers would take it for a stranger's", async () => {
        said = answer(signingKey("another seed"));
        await assert.rejects(
            verifySigningKey(url(), deposit(line)),
            /^Failure: the restored server does not sign with its old key ed25519:a_/,
        );
        said = answer(line, signingKey("another seed"));
        await assert.rejects(verifySigningKey(url(), deposit(line)), /the signature of ed25519:a_\w+ does not fit the answer/);
    });
});
