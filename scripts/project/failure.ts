/** The one error type of the scripts, for faults that a person can put right; any other error is a bug and keeps its stack trace. */

/**
 * Its message is all that the reader needs, so no stack trace is shown. It ends the command with `exitCode`: 1 failed, 2 as
 * the command's help says (already there, not there, nothing to do).
 */
export class Failure extends Error {
    override name = "Failure";
    constructor(
        message: string,
        readonly exitCode: 1 | 2 = 1,
    ) {
        super(message);
    }
}

/** A person, or the machine, ended the operation: nothing is to be put right after it. */
export class Interrupted extends Failure {}

/** The message of any error on one line, without a stack trace. */
export function oneLine(error: unknown): string {
    const text = error instanceof Error ? error.message : String(error);
    return text
        .trim()
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean)
        .join(" ");
}
