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
    /** Copy of the whole database, and when it ended: seconds since 1970. */
    copy: { id: string; at: number };
    /** The log that leads on from it. */
    log: string;
    media: string;
    stack: string;
    /** The directories of the host that were stored as well, if any. */
    files?: { id: string; directories: string[] };
    /** Major version of the PostgreSQL that wrote the data files. */
    major: number;
    /** Milliseconds since 1970 up to which the database is restored; absent: everything that is there. */
    until?: number;
    /** Milliseconds since 1970 up to which the log goes. */
    taken: number;
}

const has = (tag: string) => (snapshot: Snapshot) => snapshot.tags?.includes(tag) === true;
const began = ({ time }: Snapshot) => Date.parse(time);
const tagged = (name: string, { tags = [] }: Snapshot) => Number(tags.find((tag) => tag.startsWith(`${name}=`))?.slice(name.length + 1));
const directoriesIn = ({ tags = [] }: Snapshot) =>
    tags.flatMap((tag) => (tag.startsWith("directory=") ? [tag.slice("directory=".length)] : []));
const reaches = (log: Snapshot) => tagged("to", log) * 1000;
/** Milliseconds by which stored media may lag behind the stored log: more messages than that count for more than files. */
const lateMedia = 60_000;
/** Milliseconds that directories may take to be read and stored. */
const slowFiles = 900_000;
/** Whether directories of the host were still stored when this log was: else they were taken out of the settings since. */
function isOf(log: Snapshot, files: Snapshot, logs: readonly Snapshot[]): boolean {
    // Of old snapshots, one a day is left.
    const since = logs.filter((one) => began(one) > began(files) && began(one) < began(log));
    return began(log) - began(files) <= slowFiles || since.length <= 1;
}
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
    const [media, deposits] = [snapshots.filter(has("media")), snapshots.filter(has("stack"))];
    const copies = snapshots.filter(has("copy")).sort((a, b) => tagged("at", a) - tagged("at", b));
    /** Those that the log leads on from. A copy is consistent from its end on. */
    const copiesOf = (log: Snapshot) =>
        copies.filter((copy) => tagged("at", copy) >= tagged("from", log) && tagged("at", copy) * 1000 < reaches(log));
    const logs = snapshots.filter(has("log")).filter((log) => copiesOf(log).length > 0);
    const last = logs.at(-1);
    const [anyMedia] = media;
    if (!last || !anyMedia) throw new Failure("this repository has no whole backup yet");
    if (deposits.length === 0)
        throw new Failure("this repository has the data and not the stack's state; while the server still runs: make backup");
    const mediaOf = (one: Snapshot) => media.find((other) => tagged("after", other) >= tagged("to", one));
    // Every file that the database names is there, if that does not cost more messages.
    const whole = logs.findLast((one) => mediaOf(one) && reaches(one) >= reaches(last) - lateMedia) ?? last;
    const log = until === undefined ? whole : logs.find((one) => reaches(one) >= until);
    if (!log)
        throw new Failure(
            `${shown(until as number)} is after the last backup, which is of ${shown(reaches(last))}; leave the time out to restore that`,
        );
    const copy = copiesOf(log).findLast((one) => until === undefined || tagged("at", one) * 1000 < until);
    if (!copy) {
        const earliest = Math.min(...logs.flatMap(copiesOf).map((one) => tagged("at", one))) * 1000;
        throw new Failure(`${shown(until as number)} is before the first backup, which is of ${shown(earliest)}`);
    }
    const end = until ?? Number.POSITIVE_INFINITY;
    const files = snapshots.filter(has("files")).findLast((one) => began(one) <= end);
    return {
        serverName: log.hostname,
        copy: { id: copy.id, at: tagged("at", copy) },
        log: log.id,
        media: (mediaOf(log) ?? media.at(-1) ?? anyMedia).id,
        stack: (deposits.findLast((one) => began(one) <= end) ?? (deposits[0] as Snapshot)).id,
        ...(files && isOf(log, files, logs) && { files: { id: files.id, directories: directoriesIn(files) } }),
        major: tagged("major", copy),
        ...(until !== undefined && { until }),
        taken: reaches(log),
    };
}

/** Where restic puts what was in the spool. */
export const restored = { copy: ({ at }: Chosen["copy"]) => `var/tmp/copy/${at}`, log: "var/tmp/links/wal" };
