/** Paths of the certificate in the containers of the gateway, which writes it, and the relay, which reads it. Both run as the same user. */

const shared = "/var/tmp";
const storage = "/data";

export const certificateFiles = {
    user: { uid: 1000, gid: 1000 },
    /**
     * Mount point of the volume that holds the served certificate and nothing else. A fresh volume takes the mode of what the
     * image has at its path, and this is the one directory that any image lets a user other than root write to.
     */
    shared,
    /** The certificate's chain and its key, in one file. */
    served: `${shared}/gateway.pem`,
    /** Mount point of the gateway's own volume, with the ACME account and issued certificates. The relay does not mount it. */
    storage,
    /** Caddy's storage: certificates/<directory>/<host>/<host>.crt and .key. */
    issued: `${storage}/caddy`,
};

/** A command in the container that prints the certificates in a file, and not the key that stands beside them. */
export function printCertificates(path: string): string[] {
    return ["sed", "-n", "/BEGIN CERTIFICATE/,/END CERTIFICATE/p", path];
}
