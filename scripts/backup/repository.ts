/** A repository of backups, as somebody names it who has nothing but it and its password. */
import { asInput, isS3, type RepositorySecrets, withSecrets } from "../../components/backup/repository.ts";
import { Failure } from "../project/failure.ts";
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

export async function snapshotsOf(repository: Repository): Promise<Snapshot[]> {
    return JSON.parse(await withRestic(repository, "restic snapshots --json", [])) ?? [];
}
