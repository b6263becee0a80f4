/** Where things are in Dendrite's container, and the port that it serves. */
export const paths = {
    /** With secrets in it: Dendrite reads neither of them from a file of its own. */
    config: "/run/secrets/dendrite.yaml",
    signingKey: "/run/secrets/signing-key.pem",
    /** One that was given: the name tells it from a generated one. */
    givenSigningKey: "/run/secrets/given-signing-key.pem",
    databasePassfile: "/run/secrets/database.pgpass",
    databaseAuthority: "/etc/ssl/database-authority.pem",
    /** The authorities that certificates are trusted by, in place of the system's. */
    authorities: "/etc/ssl/authorities.pem",
    /** What takes the place of the system's directory of authorities, where others are trusted. */
    noAuthorities: "/etc/ssl/none",
    /**
     * Volumes. A fresh one takes the mode of what the image has at its path, and these are the directories that any image lets a user
     * other than root write to.
     */
    data: "/var/tmp",
    mediaStore: "/var/tmp/media_store",
    jetstream: "/tmp",
};

export const clientPort = 8008;
export const metricsPath = "/metrics";
