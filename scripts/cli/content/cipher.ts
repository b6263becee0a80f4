// A file that only who knows the secret can read.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const algorithm = "aes-256-gcm";

/** @param secret a generated one: a guessable one would need a slow derivation */
export function seal(text: string, secret: string): Buffer {
    const [salt, nonce] = [randomBytes(16), randomBytes(12)];
    const cipher = createCipheriv(algorithm, keyOf(secret, salt), nonce);
    return Buffer.concat([salt, nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

/** @returns undefined if it was sealed with another secret, or is damaged */
export function unseal(sealed: Buffer, secret: string): string | undefined {
    if (sealed.length < 44) return undefined;
    const decipher = createDecipheriv(algorithm, keyOf(secret, sealed.subarray(0, 16)), sealed.subarray(16, 28));
    decipher.setAuthTag(sealed.subarray(-16));
    try {
        return Buffer.concat([decipher.update(sealed.subarray(28, -16)), decipher.final()]).toString("utf8");
    } catch {
        return undefined;
    }
}

function keyOf(secret: string, salt: Buffer): Buffer {
    return Buffer.from(hkdfSync("sha256", secret, salt, "command line session", 32));
}
