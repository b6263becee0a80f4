/** How Docker looks whether a workload serves: soon while it starts, and cheaply once it does. Pure. */
import type { Workload } from "../platform.ts";

/** Seconds between two looks at what serves: a probe is a process in the container, which costs 60 to 100 ms of CPU. */
const restSeconds = 15;
/** Seconds after which a look that hangs has failed. */
const timeoutSeconds = 5;
/** Looks that must fail, one after another. With the seconds above, a service that died is unhealthy within 30 s. */
const retries = 2;

/**
 * Docker knows one interval, from the end of a probe to the start of the next (a second one for the start came with 25.0). So the
 * interval is short, and the probe itself rests before it looks, as long as the last look went well. The note of that lies in memory
 * that is empty at each start of the container.
 */
const probe = `served=/dev/shm/served
[ ! -e $served ] || sleep ${restSeconds}
if timeout ${timeoutSeconds} "$@"; then : > $served; else rm -f $served; exit 1; fi`;

/** Inputs of `healthcheck`, durations as the engine writes them: a refresh would take "60s" for a change of "1m0s". */
export function healthcheck({ command, startSeconds }: NonNullable<Workload["health"]>) {
    return {
        tests: ["CMD", "sh", "-c", probe, "probe", ...command],
        interval: goDuration(1),
        timeout: goDuration(restSeconds + timeoutSeconds + 5),
        startPeriod: goDuration(startSeconds),
        retries,
    };
}

export function goDuration(seconds: number): string {
    const units = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
    const first = units.findIndex((count, index) => count > 0 || index === 2);
    return ["h", "m", "s"]
        .map((unit, index) => `${units[index]}${unit}`)
        .slice(first)
        .join("");
}
