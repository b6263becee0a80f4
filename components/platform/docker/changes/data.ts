/** What the stack's data says about itself, where it stands on this engine. */
import { execa } from "execa";
import type { Ask } from "../../../database/synapseData.ts";

const dataDirectories = ["/var/lib/postgresql/data", "/var/lib/postgresql"];

/** @param container of the stack's own database server, which runs */
export function askContainer(container: string, database: string): Ask {
    return async (sql) => {
        const command = ["psql", "--username=postgres", `--dbname=${database}`, "--no-psqlrc", "--tuples-only", "--no-align", "--quiet"];
        const { stdout } = await execa("docker", ["exec", "--interactive", container, ...command], { input: sql, timeout: 20_000 });
        return JSON.parse(stdout);
    };
}

/**
 * The major version that wrote a data directory.
 * @param container whose volume it is in, running or stopped
 */
export async function versionInContainer(container: string): Promise<number | undefined> {
    for (const directory of dataDirectories) {
        // A tar archive: the first file's content begins after a header of 512 bytes.
        const { exitCode, stdout } = await execa("docker", ["cp", `${container}:${directory}/PG_VERSION`, "-"], {
            reject: false,
            timeout: 20_000,
            encoding: "latin1",
        });
        if (exitCode === 0) return wholeNumber(stdout.slice(512));
    }
    return undefined;
}

/** The same where no container is left: through an image that the engine has. */
export async function versionInVolume(volume: string, image: string): Promise<number | undefined> {
    const mounted = ["--volume", `${volume}:/data:ro`, "--entrypoint", "cat", image, "/data/PG_VERSION"];
    const { stdout } = await execa("docker", ["run", "--rm", "--network", "none", ...mounted], { reject: false, timeout: 60_000 });
    return wholeNumber(stdout ?? "");
}

function wholeNumber(text: string): number | undefined {
    const found = /^\d+/.exec(text);
    return found ? Number(found[0]) : undefined;
}
