/** A repository of backups, as somebody names it who has nothing but it and its password. */
import { isS3 } from "../../components/backup/repository.ts";
import { dockerFed } from "../stack/docker.ts";
import type { Snapshot } from "./snapshots.ts";

export interface Repository {
    /** A directory of the Docker host, or s3:https://HOST/BUCKET. */
    place: string;
    /** Secret. */
    password: string;
    /** Access to the S3 store, in the form of ~/.aws/credentials. Secret. */
    credentials?: string;
    /** PEM of the authorities that signed the store's certificate. */
    authority?: string;
    /** Image of restic. */
    image: string;
}

/** Where a volume is seen by restic: any user may write to a fresh volume there. */
export const work = "/var/tmp";

/** As the homeserver's: the media are its files. */
const user = "991:991";

/** Everything secret comes by standard input, in this order. */
const program = `umask 077
read -r passwordBytes credentialsBytes authorityBytes
take() { dd bs=1 count="$1" of="$2" 2>/dev/null; }
take "$passwordBytes" /tmp/password
take "$credentialsBytes" /tmp/credentials
take "$authorityBytes" /tmp/authority
export RESTIC_PASSWORD_FILE=/tmp/password AWS_SHARED_CREDENTIALS_FILE=/tmp/credentials
[ "$authorityBytes" = 0 ] || trusted="--cacert /tmp/authority"
restic() { /usr/bin/restic --quiet --no-lock --cache-dir /tmp/cache $trusted "$@"; }
`;

/**
 * Runs a script with a function `restic` that knows the repository.
 * @param volume mounted at {@link work}
 * @returns standard output
 * @throws Failure with the last line of what went wrong
 */
export function withRestic(
    { place, password, credentials = "", authority = "", image }: Repository,
    script: string,
    words: readonly string[],
    volume?: string,
): Promise<string> {
    const size = (text: string) => Buffer.byteLength(text);
    const directory = isS3(place) ? [] : ["--mount", `type=bind,source=${place},destination=/repository,readonly`];
    const apart = ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", user];
    const mounts = [...directory, ...(volume === undefined ? [] : ["--volume", `${volume}:${work}`])];
    return dockerFed(
        [
            ...["run", "--rm", "--interactive", ...apart, ...mounts],
            ...["--env", `RESTIC_REPOSITORY=${isS3(place) ? place : "/repository"}`],
            ...["--entrypoint", "sh", image, "-euc", `trusted=\n${program}${script}`, "restic", ...words],
        ],
        `${size(password)} ${size(credentials)} ${size(authority)}\n${password}${credentials}${authority}`,
    );
}

export async function snapshotsOf(repository: Repository): Promise<Snapshot[]> {
    return JSON.parse(await withRestic(repository, "restic snapshots --json", [])) ?? [];
}
