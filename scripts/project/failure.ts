// How a command ends: 0 done, 1 failed, 2 as each command says (already there, not there, nothing to do).

/** Ends the command with this one line on standard error. */
export class Failure extends Error {
    override name = "Failure";
    constructor(
        message: string,
        readonly exitCode: 1 | 2 = 1,
    ) {
        super(message);
    }
}

/** What a person needs to read of any error: one line, without a stack trace. */
export function oneLine(error: unknown): string {
    const text = error instanceof Error ? error.message : String(error);
    return text
        .trim()
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean)
        .join(" ");
}
