/** A homeserver's signing key. Source: https://spec.matrix.org/v1.16/appendices/#signing-details */
import { createHash } from "node:crypto";

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
