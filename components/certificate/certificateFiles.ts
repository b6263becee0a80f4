/** Where certificates are in the volume that the gateway and the relay share. Both run as the same user. */
export const certificateFiles = {
    user: { uid: 1000, gid: 1000 },
    /**
     * Where the volume is mounted. A fresh volume takes the mode of what the image has at its path, and this is the one
     * directory that any image lets a user other than root write to.
     */
    mount: "/var/tmp",
    /** What is installed: one file, the chain and its key. Its folder need not be there at the gateway's start. */
    installed: "/var/tmp/installed/gateway.pem",
    /** What Caddy got by ACME: certificates/<directory>/<host>/<host>.crt and .key. */
    issued: "/var/tmp/caddy",
};

/** A command in the container that prints the certificates in a file, and not the key that stands beside them. */
export function printCertificates(path: string): string[] {
    return ["sed", "-n", "/BEGIN CERTIFICATE/,/END CERTIFICATE/p", path];
}
