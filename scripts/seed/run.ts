/**
 * What the command resource of a seed starts: node scripts/project/start.js scripts/seed/run.ts seeds/welcome.ts, with a
 * {@link Payload} on standard input. It prints nothing on success, because Pulumi keeps what a command prints. On failure it says why
 * on standard error, without the access token.
 */
import { text } from "node:stream/consumers";
import { runSeed } from "./runSeed.ts";

const [script = ""] = process.argv.slice(2);
const failure = await runSeed(script, JSON.parse(await text(process.stdin)));
if (failure !== undefined) {
    process.stderr.write(`${failure}\n`);
    process.exitCode = 1;
}
