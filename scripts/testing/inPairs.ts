/** Two at a time, never three. */

export interface Turn {
    /** Nothing else runs meanwhile. */
    alone?: boolean | string;
    /** What follows starts only when this has succeeded. */
    needed?: boolean;
}

/**
 * Starts the jobs in their order, each as soon as one of the two places is free.
 * @param run tells whether the job succeeded
 * @returns the jobs that were not run, because one that they need failed
 */
export async function inPairs<T extends Turn>(jobs: readonly T[], run: (job: T) => Promise<boolean>): Promise<T[]> {
    const running = new Set<Promise<boolean>>();
    let notRun: T[] = [];
    for (const [index, job] of jobs.entries()) {
        while (running.size > (job.alone ? 0 : 1)) await Promise.race(running);
        const work = run(job).finally(() => running.delete(work));
        running.add(work);
        if (!job.alone && !job.needed) continue;
        const succeeded = await work;
        if (job.needed && !succeeded) {
            notRun = jobs.slice(index + 1);
            break;
        }
    }
    await Promise.all(running);
    return notRun;
}
