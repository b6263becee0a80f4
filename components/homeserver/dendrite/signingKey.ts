/** Dendrite's form of a signing key. Pure. Source: readKeyPEM in dendrite v0.13.8, setup/config/config.go */

/**
 * @param line of a Synapse signing key file, without a fault
 * @returns the same key, under the same ID, as PEM. Secret.
 */
export function signingKeyPem(line: string): string {
    const [algorithm, version, seed = ""] = line.trim().split(/\s+/);
    const base64 = Buffer.from(seed, "base64").toString("base64");
    return `-----BEGIN MATRIX PRIVATE KEY-----\nKey-ID: ${algorithm}:${version}\n\n${base64}\n-----END MATRIX PRIVATE KEY-----\n`;
}

/** @param pem as {@link signingKeyPem} writes it. @returns the line of a Synapse signing key file. Secret. */
export function signingKeyLine(pem: string): string {
    const [, algorithm = "", version = ""] = /^Key-ID: (\w+):(\w+)$/m.exec(pem) ?? [];
    const [, base64 = ""] = /\n\n([A-Za-z0-9+/=]+)\n/.exec(pem) ?? [];
    return `${algorithm} ${version} ${base64.replace(/=+$/, "")}\n`;
}
