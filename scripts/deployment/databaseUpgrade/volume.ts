/** What is done to the files of the stack's own database while its major version changes: each step in a container that is gone afterwards. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { stackLabel } from "../../../components/platform/docker/labels.ts";
import { root } from "../../project/checkout.ts";
import { Failure } from "../../project/failure.ts";
import { docker, startDocker } from "../../stack/docker.ts";

const program = (name: string) => readFileSync(`${root}/scripts/deployment/databaseUpgrade/${name}.sh`, "utf8");
/** PostgreSQL's own user in every stack. */
const owner = "999:999";
const mountedAt = "/upgrade";
const apart = ["--security-opt", "no-new-privileges", "--cap-drop", "ALL"];
const hour = 3600;

export interface Place {
    /** Prefix of the names of the stack's Docker objects. */
    prefix: string;
    /** With the data. */
    volume: string;
}

/**
 * Makes a cluster of another image beside the running one, in the same volume, and compares the two.
 * @param say is told what goes on
 * @throws Failure with the last thing that went wrong
 */
export async function copyInto(image: string, { prefix, volume }: Place, say: (line: string) => void, signal: AbortSignal): Promise<void> {
    const server = `${prefix}-database`;
    const password = (await docker(["exec", server, "cat", "/run/secrets/postgres-password"], 20)).trim();
    const name = `${prefix}-upgrade`;
    const place = ["--name", name, "--network", `container:${server}`, "--user", owner, ...apart, "--shm-size", "256m"];
    const how = ["--rm", "--interactive", ...place, "--volume", `${volume}:${mountedAt}`, "--entrypoint", "sh", image];
    const child = startDocker(["run", ...how, "-c", program("copy"), "copy.sh", mountedAt], signal);
    child.on("error", () => {}); // Its end tells.
    child.stdin.on("error", () => {});
    // It stays open: when this process is gone, the copy ends.
    child.stdin.write(`${password}\n`);
    let last = "";
    createInterface({ input: child.stdout }).on("line", say);
    createInterface({ input: child.stderr }).on("line", (line) => {
        last = line;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    if (code !== 0) throw new Failure(`the database was not copied: ${last || `status ${code}`}`);
}

/** Ends a copy that goes on, and waits until it is gone. */
export async function endCopy({ prefix }: Place): Promise<void> {
    await docker(["rm", "--force", `${prefix}-upgrade`], 60).catch(() => "");
}

/** `swap`, `undo` or `finish`: see swap.sh. The server is stopped. */
export async function exchange(what: "swap" | "undo" | "finish", image: string, { volume }: Place): Promise<void> {
    const place = ["--rm", "--network", "none", "--user", owner, ...apart, "--volume", `${volume}:${mountedAt}`, "--entrypoint", "sh"];
    await docker(["run", ...place, image, "-c", program("swap"), "swap.sh", mountedAt, what], hour);
}

/** Copies the files of the server, which is stopped, into a volume of its own. */
export async function keep(into: string, image: string, { prefix, volume }: Place): Promise<void> {
    await docker(["volume", "create", "--label", `${stackLabel}=${prefix}`, into], 60);
    const mounts = ["--volume", `${volume}:/from:ro`, "--volume", `${into}:/to`];
    const copy =
        "cd /from && find . -mindepth 1 -maxdepth 1 ! -name 'upgrade-*' -exec cp -a {} /to/ ';' && chown 999:999 /to && chmod 700 /to && sync";
    const root = [
        "--user",
        "0:0",
        ...apart,
        ...["CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER"].flatMap((one) => ["--cap-add", one]),
    ];
    // find says nothing of a copy that failed.
    const same = '[ "$(find /from -mindepth 1 ! -path \'*/upgrade-*\' | wc -l)" = "$(find /to -mindepth 1 | wc -l)" ]';
    await docker(
        ["run", "--rm", "--network", "none", ...root, ...mounts, "--entrypoint", "sh", image, "-c", `${copy} && ${same}`],
        24 * hour,
    );
}

/** Which of swap.sh's folders are in the volume: something was cut short where there are any. */
export async function leftovers(image: string, place: Place): Promise<string[]> {
    return (await look(image, place, "ls -d upgrade-* 2>/dev/null || true")).split("\n").filter(Boolean);
}

/** The major version of the files in the volume, those aside that are not in use. */
export async function majorInVolume(image: string, place: Place): Promise<number> {
    return Number(await look(image, place, "cat PG_VERSION 2>/dev/null || true"));
}

function look(image: string, { volume }: Place, script: string): Promise<string> {
    const place = ["--rm", "--network", "none", "--user", owner, ...apart, "--volume", `${volume}:${mountedAt}:ro`, "--entrypoint", "sh"];
    return docker(["run", ...place, image, "-c", `cd ${mountedAt} && ${script}`], 120);
}

/** Kilobytes that the data takes, and that are free where it is. */
export async function sizes({ prefix }: Place): Promise<{ used: number; free: number }> {
    const script = 'du -sk "$PGDATA" | cut -f 1; df -Pk "$PGDATA" | awk \'NR == 2 { print $4 }\'';
    const [used, free] = (await docker(["exec", `${prefix}-database`, "sh", "-c", script], hour)).split("\n").map(Number);
    return { used: used ?? 0, free: free ?? 0 };
}
