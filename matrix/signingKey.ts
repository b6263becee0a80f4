/** A homeserver's signing key. Source: https://spec.matrix.org/v1.16/appendices/#signing-details */
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";

/**
 * The content of a Synapse signing key file.
 * The key's ID is derived too: a new key must come under a new ID, or other servers keep the old one.
 * @param seed secret, and of enough entropy: 48 letters and digits have 285 bits
 */
export function signingKey(seed: string): string {
    const derive = (purpose: string) => createHash("sha256").update(`matrix-synapse ${purpose} ${seed}`).digest();
    const id = derive("signing key ID").toString("hex").slice(0, 8);
    const key = derive("signing key").toString("base64").replace(/=+$/, "");
    return `ed25519 a_${id} ${key}\n`;
}

/** What others know of a signing key. */
export interface PublicSigningKey {
    /** Such as ed25519:a_b1C2. */
    id: string;
    /** In unpadded base64. */
    publicKey: string;
}

/** What PKCS #8 puts before the 32 bytes of an Ed25519 key. Source: RFC 8410 */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");
const keyBytes = 32;

/** @param line of a Synapse signing key file, without a fault */
export function publicPart(line: string): PublicSigningKey {
    const [, version, seed = ""] = line.trim().split(/\s+/);
    const key = createPrivateKey({ key: Buffer.concat([pkcs8, Buffer.from(seed, "base64")]), format: "der", type: "pkcs8" });
    const { x = "" } = createPublicKey(key).export({ format: "jwk" });
    return { id: `ed25519:${version}`, publicKey: Buffer.from(x, "base64url").toString("base64").replace(/=+$/, "") };
}

/**
 * The content of a Synapse signing key file with one key.
 * @returns what is wrong with it and what would be right, or undefined; never the key itself
 */
export function faultInSigningKey(text: string): string | undefined {
    const form = 'one line of a Synapse signing key file, such as "ed25519 a_b1C2 " and 43 characters of base64';
    const lines = text.trim().split(/\r?\n/);
    if (lines.length > 1) return `has ${lines.length} lines; give the key to sign with, and the others under homeserver.oldSigningKeys`;
    const [algorithm, version = "", seed = "", ...rest] = text.trim().split(/\s+/);
    if (algorithm !== "ed25519" || seed === "" || rest.length > 0) return `is not ${form}`;
    if (!/^\w+$/.test(version)) return "has a key ID with other characters than a-z, A-Z, 0-9 and _";
    return isKey(seed) ? undefined : `has a key that is not ${keyBytes} bytes in unpadded base64; give ${form}`;
}

/** @returns what is wrong with an ID such as ed25519:a_b1C2 */
export function faultInKeyId(id: string): string | undefined {
    return /^ed25519:\w+$/.test(id) ? undefined : "is not the ID of a signing key, such as ed25519:a_b1C2";
}

/** @returns what is wrong with a public key in unpadded base64 */
export function faultInPublicKey(key: string): string | undefined {
    return isKey(key) ? undefined : `is not ${keyBytes} bytes in unpadded base64, which are 43 characters`;
}

function isKey(base64: string): boolean {
    return /^[A-Za-z0-9+/]+$/.test(base64) && Buffer.from(base64, "base64").length === keyBytes && base64.length === 43;
}
