/** Where backups are stored, as the settings name it. Pure. */
import { faultInPath } from "../settings/hostDirectory.ts";

const s3 = /^s3:https?:\/\/[^/?#\s@]+\/[a-z0-9][a-z0-9.-]+(\/[^\s?#]+)?$/;

/** Whether it is in an S3 store; else it is a directory. */
export function isS3(repository: string): boolean {
    return repository.startsWith("s3:");
}

export function faultInRepository(repository: string): string | undefined {
    if (isS3(repository))
        return s3.test(repository) ? undefined : "is not an S3 repository; write s3:https://HOST/BUCKET or s3:https://HOST/BUCKET/FOLDER";
    if (!repository.startsWith("/"))
        return "is neither a directory of the Docker host, such as /srv/backup, nor an S3 repository, such as s3:https://HOST/BUCKET";
    return faultInPath(repository);
}

export interface RepositorySecrets {
    password: string;
    /** Access to an S3 store, in the form of ~/.aws/credentials; empty without. */
    credentials?: string;
    /** PEM of the authorities that signed the store's certificate; empty: the system's. */
    authority?: string;
}

/**
 * The beginning of a shell script that takes these from its standard input, where nobody else sees them, and defines a function
 * `restic` that uses them. The repository is in RESTIC_REPOSITORY.
 */
export const withSecrets = `umask 077
read -r passwordBytes credentialsBytes authorityBytes
take() { dd bs=1 count="$1" of="$2" 2>/dev/null; }
take "$passwordBytes" /tmp/password
take "$credentialsBytes" /tmp/credentials
take "$authorityBytes" /tmp/authority
export RESTIC_PASSWORD_FILE=/tmp/password AWS_SHARED_CREDENTIALS_FILE=/tmp/credentials
trusted=
[ "$authorityBytes" = 0 ] || trusted="--cacert /tmp/authority"
restic() { /usr/bin/restic --quiet --no-lock --cache-dir /tmp/cache $trusted "$@"; }
`;

/** Standard input for {@link withSecrets}. */
export function asInput({ password, credentials = "", authority = "" }: RepositorySecrets): string {
    const sizes = [password, credentials, authority].map((text) => Buffer.byteLength(text));
    return `${sizes.join(" ")}\n${password}${credentials}${authority}`;
}

/** Why a repository does not open. */
export interface Closed {
    why: "password" | "bucket" | "access" | "unreadable" | "nothing" | "silent";
    /** In restic's own words; may be empty. */
    reason: string;
}

/** @param said what restic wrote */
export function whyClosed(said: string): Closed {
    const lines = said.split("\n").filter((line) => line.trim() !== "");
    const first = lines.find((line) => line.startsWith("Fatal:")) ?? lines[0] ?? "";
    const reason = first.replace(/^Fatal: (unable to open (config file|repository at \S+): )?/, "");
    return { why: kindOf(said), reason };
}

function kindOf(said: string): Closed["why"] {
    if (/wrong password|no key found/.test(said)) return "password";
    if (/bucket does not exist/i.test(said)) return "bucket";
    if (/permission denied/i.test(said)) return "unreadable";
    if (/access ?key|signature|access ?denied|forbidden|not authorized/i.test(said)) return "access";
    const nothing = /no such file|key does not exist|Is there a repository/i.test(said);
    return nothing && !/dial|x509|timeout|lookup/.test(said) ? "nothing" : "silent";
}
