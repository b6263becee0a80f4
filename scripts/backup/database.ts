/** Brings up a database from the base backup and the log of a backup. */
import { readFileSync } from "node:fs";
import { root } from "../project/checkout.ts";
import { Failure, oneLine } from "../project/failure.ts";
import { dockerFed } from "../stack/docker.ts";
import { fullDisk, isFull } from "./repository.ts";

export interface Recovery {
    /** Volume with what the repository has of the database. */
    spool: string;
    /** Paths in it: a copy of the data directory, and the log that leads on from it. */
    copy: string;
    log: string;
    /** Empty volume for the data directory. */
    data: string;
    /** Image of PostgreSQL, of the major version that wrote the data files. */
    image: string;
    /** Name of the homeserver's database. */
    name: string;
    /** Milliseconds since 1970; absent: everything that is there. */
    until?: number;
    /** Parameters of `docker run` that mark its containers. */
    marks: readonly string[];
}

export interface Found {
    /** Rows of these tables. */
    users: number;
    rooms: number;
    events: number;
    /** ID and SHA-256 of each file that people here uploaded. */
    media: [string, string | null][];
}

/** PostgreSQL's own user in every stack. */
const owner = "999:999";
const directory = "/var/lib/postgresql/data";
const spoolAt = "/var/tmp";
const longSeconds = 24 * 3600;

/** @throws Failure with what the server said, if the database does not come up */
export async function recoverDatabase({ spool, copy, log, data, image, name, until, marks }: Recovery): Promise<Found> {
    const program = readFileSync(`${root}/scripts/backup/recover.sh`, "utf8");
    const apart = ["--network", "none", "--security-opt", "no-new-privileges", "--cap-drop", "ALL"];
    const mounts = ["--volume", `${spool}:${spoolAt}`, "--volume", `${data}:${directory}`, "--shm-size", "256m"];
    const run = (user: string, capabilities: string[], words: string[]) => {
        const added = capabilities.flatMap((one) => ["--cap-add", one]);
        const place = ["--rm", "--interactive", ...marks, "--user", user, ...apart, ...added, ...mounts];
        return dockerFed(["run", ...place, "--entrypoint", "sh", image, "-s", ...words], program, longSeconds);
    };
    const from = [copy, log].map((path) => `${spoolAt}/${path}`);
    try {
        await run("0:0", ["CHOWN", "DAC_OVERRIDE", "FOWNER"], ["copy", ...from, directory, owner]);
        const time = until === undefined ? [] : [postgresTime(until)];
        return JSON.parse(await run(owner, [], ["play", directory, name, ...time]));
    } catch (error) {
        const said = oneLine(error).replace(/^`docker run` failed: /, "");
        throw isFull(said) ? fullDisk(said) : new Failure(`the database of this backup does not come up: ${said}`);
    }
}

/** With its offset in digits: this is read before the server knows abbreviations such as Z. */
function postgresTime(milliseconds: number): string {
    return new Date(milliseconds).toISOString().replace("T", " ").replace("Z", "+00");
}

/** Where the homeserver keeps a file, from the volume of its media on. Source: synapse/media/filepath.py */
export function mediaPath(id: string): string {
    return `media_store/local_content/${id.slice(0, 2)}/${id.slice(2, 4)}/${id.slice(4)}`;
}
