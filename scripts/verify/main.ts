/**
 * Checks a deployment from outside. Takes what was deployed as JSON on standard input.
 * Ends with 0 and a line of JSON on standard output, or with 1 and one line for each fault on standard error. Prints no secret.
 */
import { text } from "node:stream/consumers";
import { oneLine } from "../project/failure.ts";
import { engineHost, machineBehindSocket } from "../stack/engine.ts";
import { deployedSchema } from "./deployed.ts";
import { outcomeOf } from "./outcome.ts";
import { limits } from "./patience.ts";
import { verify } from "./verify.ts";

/** Milliseconds; every step has a limit of its own, so that this one is never met. */
const latestEnd = 45_000;

setTimeout(() => failed(["the verification did not end in time"]), latestEnd).unref();

function failed(lines: string[]): never {
    console.error(lines.join("\n"));
    process.exit(1);
}

try {
    const deployed = deployedSchema.parse(JSON.parse(await text(process.stdin)));
    const { faults, warnings } = outcomeOf(await verify(deployed, engineHost(), limits, await machineBehindSocket(5)));
    if (faults.length > 0) failed(faults);
    console.log(JSON.stringify({ at: Date.now(), warnings }));
    process.exit(0);
} catch (error) {
    // A schema's error has paths and kinds, no values; JSON's has a piece of the text.
    failed([`verification: ${error instanceof SyntaxError ? "standard input is not JSON" : oneLine(error)}`]);
}
