/** Which snapshots of a repository a restore takes. Pure. */
import { Failure } from "../project/failure.ts";

/** As `restic snapshots --json` has it. */
export interface Snapshot {
    id: string;
    /** When it was begun, ISO 8601. */
    time: string;
    hostname: string;
    tags?: string[];
}

export interface Chosen {
    serverName: string;
    database: string;
    media: string;
    stack: string;
    /** Major version of the PostgreSQL that wrote the data files. */
    major: number;
    /** Milliseconds since 1970 up to which the database is restored; absent: everything that is there. */
    until?: number;
    /** When the database snapshot was begun: nothing later is in it. */
    taken: number;
}

const has = (tag: string) => (snapshot: Snapshot) => snapshot.tags?.includes(tag) === true;
const began = ({ time }: Snapshot) => Date.parse(time);
const tagged = (name: string, { tags = [] }: Snapshot) => Number(tags.find((tag) => tag.startsWith(`${name}=`))?.slice(name.length + 1));
/** A moment, to the second. */
export const shown = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");

/**
 * @param until milliseconds since 1970; absent: the latest
 * @throws Failure where the repository has no whole backup, or none of that moment
 */
export function choose(all: readonly Snapshot[], until?: number): Chosen {
    const snapshots = [...all].sort((a, b) => began(a) - began(b));
    const servers = [...new Set(snapshots.map(({ hostname }) => hostname))];
    if (servers.length > 1) throw new Failure(`this repository is shared by several servers (${servers.join(", ")}); each needs its own`);
    const media = snapshots.filter(has("media"));
    // The media of a backup are stored after its database, so every file that the database names is there.
    const whole = snapshots.filter(has("database")).filter((one) => media.some((other) => began(other) >= began(one)));
    const deposits = snapshots.filter(has("stack"));
    const [first] = whole;
    if (!first) throw new Failure("this repository has no whole backup yet");
    if (deposits.length === 0)
        throw new Failure("this repository has the data and not the stack's state; while the server still runs: make backup");
    // A copy of the database is consistent a little after it was begun.
    const earliest = tagged("from", first) * 1000;
    if (until !== undefined && until < earliest)
        throw new Failure(`${shown(until)} is before the first backup, which is of ${shown(earliest)}`);
    const last = whole.at(-1) as Snapshot;
    const database = until === undefined ? last : whole.find((one) => began(one) >= until);
    if (!database)
        throw new Failure(
            `${shown(until as number)} is after the last backup, which is of ${shown(began(last))}; leave the time out to restore that`,
        );
    const state = deposits.filter((one) => began(one) <= (until ?? Number.POSITIVE_INFINITY)).at(-1) ?? (deposits[0] as Snapshot);
    return {
        serverName: database.hostname,
        database: database.id,
        media: (media.find((one) => began(one) >= began(database)) as Snapshot).id,
        stack: state.id,
        major: tagged("major", database),
        ...(until !== undefined && { until }),
        taken: began(database),
    };
}
