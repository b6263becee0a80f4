import assert from "node:assert/strict";
import { timeLimitedCredentials } from "../../../scripts/checks/relay/turn/credentials.ts";
import {
    addressOf,
    attributeOf,
    attributes,
    decode,
    encode,
    errorOf,
    lengthOf,
    longTermKey,
    xorAddress,
} from "../../../scripts/checks/relay/turn/message.ts";

const transaction = Buffer.from("b7e7a701bc34d686fa87dfae", "hex");

describe("a message to the relay", () => {
    it("comes back as it was written, with values of any length", () => {
        const message = { type: 3, transaction, attributes: [[attributes.data, Buffer.from("12345")]] as [number, Buffer][] };
        assert.deepEqual(decode(encode(message)), message);
        assert.equal(encode(message).length, 20 + 4 + 8);
    });

    // Source: RFC 5769, section 2.2 and 2.3
    it("has addresses as the test vectors of RFC 5769 have them", () => {
        const ipv4 = Buffer.from("0001a147e112a643", "hex");
        assert.deepEqual(addressOf(ipv4, transaction), { ip: "192.0.2.1", port: 32853 });
        assert.deepEqual(xorAddress({ ip: "192.0.2.1", port: 32853 }, transaction), ipv4);
        const ipv6 = Buffer.from("0002a1470113a9faa5d3f179bc25f4b5bed2b9d9", "hex");
        assert.deepEqual(addressOf(ipv6, transaction), { ip: "2001:db8:1234:5678:11:2233:4455:6677", port: 32853 });
        assert.deepEqual(xorAddress({ ip: "2001:db8:1234:5678:11:2233:4455:6677", port: 32853 }, transaction), ipv6);
    });

    // Source: RFC 5769, section 2.4: the request with long-term credentials, whole
    it("is signed as the test vector of RFC 5769 is", () => {
        const username = Buffer.from("e3839ee38388e383aae38383e382af e382b9".replace(" ", ""), "hex");
        const message = {
            type: 1,
            transaction: Buffer.from("78ad3433c6ad72c029da412e", "hex"),
            attributes: [
                [attributes.username, username],
                [attributes.nonce, Buffer.from("f//499k954d6OL34oL9FSTvy64sA")],
                [attributes.realm, Buffer.from("example.org")],
            ] as [number, Buffer][],
        };
        const key = longTermKey(username.toString(), "example.org", "TheMatrIX");
        assert.equal(
            attributeOf(decode(encode(message, key)) ?? assert.fail(), attributes.messageIntegrity)?.toString("hex"),
            "f67024656dd64a3e02b8e0712e85c9a28ca89666",
        );
    });

    it("has an error's code and words", () => {
        const value = Buffer.concat([Buffer.from([0, 0, 4, 86]), Buffer.from("Quota")]);
        assert.deepEqual(errorOf({ type: 0x113, transaction, attributes: [[attributes.errorCode, value]] }), {
            code: 486,
            reason: "Quota",
        });
    });

    it("is none where the bytes are cut off or another's", () => {
        const whole = encode({ type: 1, transaction, attributes: [[attributes.data, Buffer.alloc(8)]] });
        assert.equal(decode(whole.subarray(0, 30)), undefined);
        assert.equal(decode(Buffer.alloc(40)), undefined);
        assert.deepEqual([lengthOf(whole), lengthOf(whole.subarray(0, 19))], [32, undefined]);
    });
});

describe("credentials that end", () => {
    it("are as the draft has them: time and user, signed", () => {
        const { username, password } = timeLimitedCredentials("north", "@a:example.org", 1433895918.5);
        assert.equal(username, "1433895918:@a:example.org");
        assert.equal(Buffer.from(password, "base64").length, 20);
        assert.notEqual(password, timeLimitedCredentials("south", "@a:example.org", 1433895918).password);
    });
});
