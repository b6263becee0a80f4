/** Where the certificate is in the containers of the gateway, which has it, and of the relay, which reads it. Both run as the same user. */

const shared = "/var/tmp";
const storage = "/data";

export const certificateFiles = {
    user: { uid: 1000, gid: 1000 },
    /**
     * Where the volume with the served certificate is mounted, and nothing else is in it. A fresh volume takes the mode of what the
     * image has at its path, and this is the one directory that any image lets a user other than root write to.
     */
    shared,
    /** The certificate's chain and its key, in one file. */
    served: `${shared}/gateway.pem`,
    /** Where the gateway's own volume is mounted: the ACME account and all that was issued to it. The relay has no part in it. */
    storage,
    /** Caddy's storage: certificates/<directory>/<host>/<host>.crt and .key. */
    issued: `${storage}/caddy`,
};

/** A command in the container that prints the certificates in a file, and not the key that stands beside them. */
export function printCertificates(path: string): string[] {
    return ["sed", "-n", "/BEGIN CERTIFICATE/,/END CERTIFICATE/p", path];
}
