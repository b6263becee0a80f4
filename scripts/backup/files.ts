/** Directories of the Docker host that are in a backup besides the server's own data: see the setting backup.include. */
import { basename, dirname } from "node:path";
import { Failure, oneLine } from "../project/failure.ts";
import { docker } from "../stack/docker.ts";
import { fullDisk, isFull, work } from "./repository.ts";
import { temporary } from "./temporaryContainers.ts";

export interface Files {
    stack: string;
    /** Any image with tar. */
    image: string;
    directories: readonly string[];
}

/** @throws Failure where one has something in it already */
export async function refuseThere({ stack, image, directories }: Files): Promise<void> {
    for (const directory of directories) {
        const mount = ["--mount", `type=bind,source=${directory},destination=/there,readonly`];
        const look = ["run", "--rm", ...temporary(stack, "restore"), "--network", "none", "--user", "0:0", ...mount];
        const found = await docker([...look, "--entrypoint", "ls", image, "-A", "/there"], 120).catch((error: unknown) => {
            if (/bind source path does not exist/.test(oneLine(error))) return "";
            throw error;
        });
        if (found.trim() !== "")
            throw new Failure(`${directory} is in this backup, and is there already with something in it; move it away, and restore again`);
    }
}

/**
 * Each to the path that it had, with its owners and modes.
 * @param volume has the archive
 * @param archive its path in the volume
 */
export async function restoreFiles(files: Files, volume: string, archive: string): Promise<void> {
    for (const directory of files.directories) {
        const depth = directory.split("/").length - 1;
        const script = `cd /parent; rm -rf "$3"; mkdir "$3"
tar -xf "${work}/$1" --numeric-owner --strip-components=${depth - 1} -C "$3" "$2"
if [ -e "$4" ]; then rmdir "$4"; fi
mv "$3/$4" "$4"; rmdir "$3"`;
        const name = basename(directory);
        await beside(files, directory, script, [archive, directory.slice(1), `.${name}.restoring`, name], volume);
    }
}

export async function removeFiles(files: Files): Promise<void> {
    for (const directory of files.directories) {
        const name = basename(directory);
        await beside(files, directory, 'cd /parent; rm -rf "$1" "$2"', [`.${name}.restoring`, name]);
    }
}

/** Runs a script as root with the directory's parent, which is made where it is not there. */
async function beside({ stack, image }: Files, directory: string, script: string, words: string[], volume?: string): Promise<void> {
    const capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER"].flatMap((one) => ["--cap-add", one]);
    const apart = ["--network", "none", "--user", "0:0", "--cap-drop", "ALL", ...capabilities, "--security-opt", "no-new-privileges"];
    const mounts = [...(volume === undefined ? [] : ["--volume", `${volume}:${work}:ro`]), "--volume", `${dirname(directory)}:/parent`];
    const given = ["run", "--rm", ...temporary(stack, "restore"), ...apart, ...mounts, "--entrypoint", "sh", image];
    await docker([...given, "-euc", script, "restore", ...words], 24 * 3600).catch((error: unknown) => {
        throw isFull(oneLine(error)) ? fullDisk(oneLine(error)) : new Failure(`${directory}: ${oneLine(error)}`);
    });
}
