/** Jobs: what runs once, or again and again with a pause. */
import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { Job } from "../platform.ts";

/** Runs the job for good. A run that fails is told in the log; the next comes all the same. */
const loop = `pause=$1 limit=$2; shift 2
trap 'kill "$!" 2>/dev/null; exit 0' TERM INT
while :; do
  timeout "$limit" "$@" & wait "$!" || echo "the job failed with status $?" >&2
  sleep "$pause" & wait "$!"
done`;

/** @returns entry point and arguments of a container that repeats the job */
export function repeated({ entrypoint = [], command: words, everySeconds = 0, timeoutSeconds }: Job) {
    return { entrypoint: ["sh", "-c", loop, "job"], command: [`${everySeconds}`, `${timeoutSeconds}`, ...entrypoint, ...words] };
}

/** Bytes of a failed job's log that the error shows. */
const shownBytes = 2000;

/** Depends on the end of the job in a container that runs once. @throws in `up`, with the end of its log, if the job fails */
export function ended(name: string, container: pulumi.Output<string>, { timeoutSeconds }: Job, opts: pulumi.CustomResourceOptions) {
    return new command.local.Command(
        name,
        {
            create: `set -eu
status=$(timeout ${timeoutSeconds} docker wait "$CONTAINER") || { docker kill "$CONTAINER" >/dev/null 2>&1; status="no end within ${timeoutSeconds} s"; }
[ "$status" = 0 ] || { docker logs "$CONTAINER" 2>&1 | tail -c ${shownBytes} >&2; echo "the job ended with: $status" >&2; exit 1; }`,
            environment: { CONTAINER: container },
            logging: command.local.Logging.None,
        },
        { ...opts, additionalSecretOutputs: ["stdout", "stderr"] },
    );
}
