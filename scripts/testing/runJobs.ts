/** Runs the jobs of a test run and sums them up: the time of each file, what failed, and "N passed, N failed". */
import { join } from "node:path";
import { toolsDir } from "../project/checkout.ts";
import { duration } from "../project/duration.ts";
import { inPairs } from "./inPairs.ts";
import { endJobs, type Job, type Outcome, type Place, runJob } from "./job.ts";

/** Seconds after which a job that is still running is named again: whoever watches sees that it goes on. */
const reminder = 50;

const here: Place = { say: console.log, folder: join(toolsDir, "test-run") };

/** @returns whether everything passed */
export async function runJobs(jobs: readonly Job[], place = here): Promise<boolean> {
    const { say } = place;
    const outcomes: Outcome[] = [];
    const began = Date.now();
    const running = new Map<string, number>();
    const timer = setInterval(() => say(`  running: ${stillRunning(running)}`), reminder * 1000);
    const end = (signal: NodeJS.Signals) => {
        endJobs(signal);
        process.exit(1);
    };
    process.once("SIGINT", end).once("SIGTERM", end);
    const notRun = await inPairs(jobs, async (job) => {
        running.set(job.title, Date.now());
        const outcome = await runJob(job, Boolean(job.alone) || jobs.length === 1, place);
        running.delete(job.title);
        outcomes.push(outcome);
        return outcome.succeeded;
    });
    clearInterval(timer);
    process.off("SIGINT", end).off("SIGTERM", end);
    const needed = jobs[jobs.length - notRun.length - 1];
    if (notRun.length > 0) say(`The tests after "${needed?.title}" need it and were not run.`);
    say(summary(outcomes, Date.now() - began));
    return outcomes.every(({ succeeded }) => succeeded);
}

function stillRunning(since: ReadonlyMap<string, number>): string {
    return [...since].map(([title, began]) => `${title} (${duration(Date.now() - began)})`).join(", ");
}

/** Files that take less are summed up in one line. */
const shown = 1000;

export function summary(outcomes: readonly Outcome[], milliseconds: number): string {
    const times = outcomes.flatMap(({ title, milliseconds, files }): [string, number][] => {
        const measured = Object.entries(files);
        return measured.length > 0 ? measured : [[title, milliseconds]];
    });
    const [long, short] = [times.filter(([, time]) => time >= shown), times.filter(([, time]) => time < shown)];
    const rows = long.sort(([, a], [, b]) => b - a).map(([name, time]) => row(time, name));
    if (short.length > 0) rows.push(row(sum(short.map(([, time]) => time)), `${short.length} that took less than a second each`));
    const failed = outcomes.filter(({ succeeded }) => !succeeded).map(({ title }) => title);
    return [
        `Times (${duration(milliseconds)} in all, two at a time):`,
        ...rows,
        ...(failed.length > 0 ? ["", `✖ ${failed.join(", ")}`] : []),
        "",
        `${sum(outcomes.map(({ tally }) => tally.passed))} passed, ${sum(outcomes.map(({ tally }) => tally.failed))} failed`,
    ].join("\n");
}

function row(milliseconds: number, name: string): string {
    return `${duration(milliseconds).padStart(14)}  ${name}`;
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
}
