/** Counts of tests and times of files, as Mocha's reporter and testPlugins.ts write them: one line of JSON each. */

export interface Tally {
    passed: number;
    failed: number;
    skipped: number;
}

/** Milliseconds by file. */
export type FileTimes = Record<string, number>;

interface Line extends Tally {
    files?: FileTimes;
}

/** What a process adds: its own counts, and one failure where it ended badly without counting one. */
export function tallyOf(lines: string, succeeded: boolean): Tally {
    const sum: Tally = { passed: 0, failed: 0, skipped: 0 };
    for (const counted of parsed(lines)) {
        sum.passed += counted.passed;
        sum.failed += counted.failed;
        sum.skipped += counted.skipped;
    }
    if (!succeeded && sum.failed === 0) {
        sum.failed = 1;
    }
    return sum;
}

export function fileTimesOf(lines: string): FileTimes {
    return Object.assign({}, ...parsed(lines).map(({ files }) => files));
}

function parsed(lines: string): Line[] {
    return lines
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
}
