/** Trials in a container that is gone afterwards, and files of containers that stand. */
import * as pulumi from "@pulumi/pulumi";
import { execa } from "execa";
import type { Standing, Trial } from "../trial.ts";

const timeoutSeconds = 120;
/** Docker's own faults, such as an image that is not there. Source: https://docs.docker.com/engine/containers/run/#exit-status */
const engineFault = 125;

/** A preview pulls no image: where it is not there yet, the trial is left to `pulumi up`. */
export async function trialFaults({
    setting,
    image,
    imageSetting,
    command: [entrypoint, ...words],
    input,
    needs,
    noDirectory,
    faults,
}: Trial): Promise<string[]> {
    const preview = pulumi.runtime.isDryRun();
    const { user, directory, network = false } = needs ?? {};
    const given = [
        ...(network ? [] : ["--network", "none"]),
        ...(user ? ["--user", `${user.uid}:${user.gid}`] : []),
        ...(directory ? ["--mount", `type=bind,source=${directory.directory},destination=${directory.path}`] : []),
    ];
    const apart = [...given, "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
    const pull = ["--pull", preview ? "never" : "missing"];
    const { exitCode, stdout, stderr } = await execa(
        "docker",
        ["run", "--rm", "--interactive", ...apart, ...pull, "--entrypoint", entrypoint, image, ...words],
        { input, reject: false, timeout: timeoutSeconds * 1000 },
    );
    if (exitCode === 0) return faults(stdout);
    if (exitCode === engineFault && noDirectory !== undefined && /bind source path does not exist/.test(stderr)) return [noDirectory];
    if (exitCode === engineFault && preview) return [];
    if (exitCode === engineFault) return [`${imageSetting}: ${lastLine(stderr)}`];
    // What the program wrote may have a secret in it.
    await pulumi.log.warn(
        `${setting} could not be checked with ${image}: ${exitCode === undefined ? `no answer within ${timeoutSeconds} s` : `status ${exitCode}`}`,
    );
    return [];
}

/** @param container name of the workload's container, which may be stopped or not exist */
export async function standingFaults(container: string, { paths, faults }: Standing): Promise<string[]> {
    const found = await Promise.all(paths.map(async (path) => [path, await fileIn(container, path)] as const));
    const files = found.filter((entry): entry is [string, string] => entry[1] !== undefined);
    return files.length > 0 ? faults(new Map(files)) : [];
}

/** Docker hands a file over as an archive, from a stopped container too. */
async function fileIn(container: string, path: string): Promise<string | undefined> {
    const { exitCode, stdout } = await execa("docker", ["cp", `${container}:${path}`, "-"], {
        encoding: "buffer",
        reject: false,
        timeout: 20_000,
    });
    return exitCode === 0 ? onlyFile(Buffer.from(stdout)) : undefined;
}

/** Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, ustar Interchange Format */
function onlyFile(archive: Buffer): string {
    const block = 512;
    const size = Number.parseInt(archive.toString("latin1", 124, 136), 8);
    return archive.toString("utf8", block, block + size);
}

function lastLine(text: string): string {
    const lines = text.trim().split("\n");
    // Docker ends with a hint at its own help.
    return lines.filter((line) => line !== "" && !line.startsWith("Run 'docker")).at(-1) ?? "";
}
