/** An authority for development, by the openssl command: what several stacks' gateways get their certificates from. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { execa } from "execa";

export interface Authority {
    /** PEM. */
    certificate: string;
    /** PEM. Secret. */
    key: string;
}

/** Makes it once; afterwards it is read. The key's file can be read by its owner alone. */
export async function authorityIn(directory: string): Promise<Authority> {
    const [certificate, key] = [`${directory}/authority.pem`, `${directory}/authority.key`];
    if (!existsSync(key)) {
        mkdirSync(dirname(key), { recursive: true, mode: 0o700 });
        const subject = ["-subj", "/CN=matrix-synapse mesh authority", "-days", "3650"];
        const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"];
        await execa("openssl", ["req", "-x509", ...curve, ...subject, "-keyout", key, "-out", certificate]);
    }
    return { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
}
