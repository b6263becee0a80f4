/** A script's error as its author needs it: the message, and where in the project it comes from. Pure. */
import { inspect } from "node:util";

const framesShown = 5;

/** @param directory the project's folder, which paths are shown relative to */
export function describeError(error: unknown, directory: string): string {
    if (!(error instanceof Error)) return shortened(`threw ${inspect(error, { depth: 1 })}`, directory);
    const cause = error.cause === undefined ? [] : [`caused by ${messageOf(error.cause)}`];
    return shortened([messageOf(error), ...cause, ...framesOf(error, directory)].join("\n"), directory);
}

function messageOf(error: unknown): string {
    if (!(error instanceof Error)) return inspect(error, { depth: 1 });
    return `${error.name}: ${error.message}`;
}

/** Only the script's own: neither Node's, nor a package's, nor those of this project that called it. */
function framesOf(error: Error, directory: string): string[] {
    return (error.stack ?? "")
        .split("\n")
        .filter((line) => /^\s+at /.test(line) && line.includes(`${directory}/`))
        .filter((line) => !/\/node_modules\/|\/scripts\/(seed|content)\//.test(line))
        .slice(0, framesShown)
        .map((line) => `  ${line.trim()}`);
}

function shortened(text: string, directory: string): string {
    return text.replaceAll(`file://${directory}/`, "").replaceAll(`${directory}/`, "");
}
