/** A repository of backups, as somebody names it who has nothing but it and its password. */
import { asInput, isS3, type RepositorySecrets, whyClosed, withSecrets } from "../../components/backup/repository.ts";
import { Failure, oneLine } from "../project/failure.ts";
import { dockerFed } from "../stack/docker.ts";
import type { Snapshot } from "./snapshots.ts";
import { temporary } from "./temporaryContainers.ts";

export interface Repository extends RepositorySecrets {
    /** A directory of the Docker host, or s3:https://HOST/BUCKET. */
    place: string;
    /** Image of restic. */
    image: string;
    /** Name of the stack that is restored. */
    stack: string;
}

/** Where a volume is seen by restic: any user may write to a fresh volume there. */
export const work = "/var/tmp";

/** As the homeserver's: the media are its files. */
const user = "991:991";

/**
 * Runs a script with a function `restic` that knows the repository.
 * @param volume mounted at {@link work}
 * @param input what the script reads
 * @returns standard output
 * @throws Failure with the last line of what went wrong
 */
export async function withRestic(
    { place, image, stack, ...secrets }: Repository,
    script: string,
    words: readonly string[],
    volume?: string,
    input = "",
): Promise<string> {
    const directory = isS3(place) ? [] : ["--mount", `type=bind,source=${place},destination=/repository,readonly`];
    const apart = ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", user];
    const mounts = [...directory, ...(volume === undefined ? [] : ["--volume", `${volume}:${work}`])];
    const said = dockerFed(
        [
            ...["run", "--rm", "--interactive", ...temporary(stack, "restore"), ...apart, ...mounts],
            ...["--env", `RESTIC_REPOSITORY=${isS3(place) ? place : "/repository"}`],
            ...["--entrypoint", "sh", image, "-euc", `${withSecrets}${script}`, "restic", ...words],
        ],
        `${asInput(secrets)}${input}`,
    );
    return said.catch((error: unknown) => {
        throw isNoDirectory(error) ? new Failure(`there is no directory ${place} on the Docker host`) : error;
    });
}

function isNoDirectory(error: unknown): boolean {
    return error instanceof Failure && error.message.includes("bind source path does not exist");
}

/**
 * A function `watched PATTERN COMMAND…`, for scripts that are run by {@link withRestic}: what it says is in /tmp/said, and a line of that
 * pattern ends it. So does a repository that is away: restic tries each read again for a quarter of an hour, and waits longer each time.
 */
const watched = `watched() {
  pattern="$1|retrying after ([1-9][0-9]+\\.|[0-9]+m)"
  shift
  "$@" >/tmp/said 2>&1 &
  command=$!
  while kill -0 "$command" 2>/dev/null; do
    ! grep -m 1 -E "$pattern" /tmp/said >&2 || exit 1
    sleep 0.2
  done
  wait "$command" && return
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
    const script = `${watched}watched 'no space left' restic restore "$1" --target "$2"\n${then}`;
    await withRestic(repository, script, [id, `${work}/${directory}`], volume).catch((error: unknown) => {
        throw damage(error);
    });
}

/**
 * Looks whether everything is there that the repository's index names, with its size. What is in it only a restore reads.
 * @throws Failure with the first thing that is not
 */
export async function checkWhole(repository: Repository): Promise<void> {
    // What it says first of a pack is enough: it then tries for a quarter of an hour to read the pack.
    const script = `${watched}watched '^pack .*: (does not exist|unexpected file size)' restic check`;
    await withRestic(repository, script, []).catch((error: unknown) => {
        throw damage(error);
    });
}

function damage(error: unknown): Failure {
    const said = oneLine(error).replace(/^`docker run` failed: (Fatal: )?/, "");
    if (isFull(said)) return fullDisk(said);
    if (away.test(said)) return new Failure(`the repository does not answer any more: ${said}; restore again when it does`);
    return new Failure(`the repository is damaged: ${said}; restore another moment, or repair it with restic`);
}

const away = /\bdial |connection re|timeout|no such host|broken pipe|\bEOF\b.*https?:|https?:.*\bEOF\b/;

export const isFull = (said: string): boolean => /no space left/i.test(said);

export function fullDisk(said: string): Failure {
    return new Failure(`the disk of the Docker host is full (${said}); make room, and restore again`);
}

/** @throws Failure with why the repository does not open */
export async function snapshotsOf(repository: Repository): Promise<Snapshot[]> {
    // On one line, of which none is lost.
    const script = `restic snapshots --json 2>/tmp/said || { tr '\\n' '\\t' </tmp/said >&2; exit 1; }`;
    const found = await withRestic(repository, script, []).catch((error: unknown) => {
        throw ran.test(oneLine(error)) ? closed(repository.place, oneLine(error).replace(ran, "").replaceAll("\t", "\n")) : error;
    });
    return JSON.parse(found) ?? [];
}

/** Of restic, not of Docker. */
const ran = /^`docker run` failed: (?!docker: )/;

function closed(place: string, said: string): Failure {
    const { why, reason } = whyClosed(said);
    const lines: Record<typeof why, string> = {
        password: `this password does not open ${place}: wrong password or no key found; give the one that is the output backupPassword of the lost stack`,
        unreadable: `the user that reads backups may not read ${place} on the Docker host; run there: sudo chown -R ${user} ${place}`,
        bucket: `there is no such bucket: ${place}`,
        access: `the store refuses this access key: ${reason}`,
        nothing: `there are no backups in ${place}`,
        silent: `${place} does not answer: ${reason}`,
    };
    return new Failure(lines[why]);
}
