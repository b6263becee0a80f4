/** A repository of backups, as somebody names it who has nothing but it and its password. */
import { asInput, isS3, type RepositorySecrets, withSecrets } from "../../components/backup/repository.ts";
import { Failure, oneLine } from "../project/failure.ts";
import { dockerFed } from "../stack/docker.ts";
import type { Snapshot } from "./snapshots.ts";

export interface Repository extends RepositorySecrets {
    /** A directory of the Docker host, or s3:https://HOST/BUCKET. */
    place: string;
    /** Image of restic. */
    image: string;
}

/** Where a volume is seen by restic: any user may write to a fresh volume there. */
export const work = "/var/tmp";

/** As the homeserver's: the media are its files. */
const user = "991:991";

/**
 * Runs a script with a function `restic` that knows the repository.
 * @param volume mounted at {@link work}
 * @returns standard output
 * @throws Failure with the last line of what went wrong
 */
export async function withRestic(
    { place, image, ...secrets }: Repository,
    script: string,
    words: readonly string[],
    volume?: string,
): Promise<string> {
    const directory = isS3(place) ? [] : ["--mount", `type=bind,source=${place},destination=/repository,readonly`];
    const apart = ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", user];
    const mounts = [...directory, ...(volume === undefined ? [] : ["--volume", `${volume}:${work}`])];
    const said = dockerFed(
        [
            ...["run", "--rm", "--interactive", ...apart, ...mounts],
            ...["--env", `RESTIC_REPOSITORY=${isS3(place) ? place : "/repository"}`],
            ...["--entrypoint", "sh", image, "-euc", `${withSecrets}${script}`, "restic", ...words],
        ],
        asInput(secrets),
    );
    return said.catch((error: unknown) => {
        throw isNoDirectory(error) ? new Failure(`there is no directory ${place} on the Docker host`) : error;
    });
}

function isNoDirectory(error: unknown): boolean {
    return error instanceof Failure && error.message.includes("bind source path does not exist");
}

/** A function `restoring SNAPSHOT DIRECTORY`, for scripts that are run by {@link withRestic}. */
const restoring = `restoring() {
  restic restore "$1" --target "$2" >/tmp/said 2>&1 && return
  grep -i -m 1 'no space left' /tmp/said >&2 || grep -v '^ *$' /tmp/said | head -n 1 >&2
  exit 1
}
`;

/**
 * Restores a snapshot into the volume, below {@link work}.
 * @param then what to do afterwards
 * @throws Failure where the disk is full or the repository damaged
 */
export async function restoreSnapshot(repository: Repository, id: string, volume: string, directory: string, then = ":"): Promise<void> {
    const script = `${restoring}restoring "$1" "$2"\n${then}`;
    await withRestic(repository, script, [id, `${work}/${directory}`], volume).catch((error: unknown) => {
        throw damage(error);
    });
}

/** What it says first of a pack is enough: it then tries for a quarter of an hour to read the pack. */
const lookWhole = `restic check >/tmp/said 2>&1 &
check=$!
while kill -0 "$check" 2>/dev/null; do
  ! grep -m 1 -E '^pack .*: (does not exist|unexpected file size)' /tmp/said >&2 || exit 1
  sleep 0.2
done
wait "$check" || { grep -v '^ *$' /tmp/said | head -n 1 >&2; exit 1; }
`;

/**
 * Looks whether everything is there that the repository's index names, with its size. What is in it only a restore reads.
 * @throws Failure with the first thing that is not
 */
export async function checkWhole(repository: Repository): Promise<void> {
    await withRestic(repository, lookWhole, []).catch((error: unknown) => {
        throw damage(error);
    });
}

function damage(error: unknown): Failure {
    const said = oneLine(error).replace(/^`docker run` failed: (Fatal: )?/, "");
    return new Failure(
        /no space left/i.test(said)
            ? `the disk of the Docker host is full (${said}); make room, and restore again`
            : `the repository is damaged: ${said}; restore another moment, or repair it with restic`,
    );
}

export async function snapshotsOf(repository: Repository): Promise<Snapshot[]> {
    return JSON.parse(await withRestic(repository, "restic snapshots --json", [])) ?? [];
}
