/** The process that a seed's script runs in: node --import tsx scripts/seed/script.ts seeds/welcome.ts */
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { Declared } from "../../seeds/declared.ts";
import type { Seed, SeedContext } from "../../seeds/index.ts";
import { connect } from "../content/client.ts";
import { describeError } from "./describeError.ts";
import type { Payload } from "./payload.ts";

// Its own thread, because a script that never yields would not let a timer run.
const watch = new Worker(new URL("./endWithRunner.cjs", import.meta.url), { execArgv: [] });
await once(watch, "online");
watch.unref();

const [script = ""] = process.argv.slice(2);
let ended = false;
let idle = false;

// Nothing is left that could settle the promise of the script's function.
process.once("beforeExit", () => {
    idle = true;
});
process.once("exit", (code) => {
    if (ended) return;
    print(idle ? "its function waits for something that never happens" : `called process.exit(${code}) before its function had ended`);
    process.exitCode = 1;
});
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

try {
    const payload: Payload = JSON.parse(await text(process.stdin));
    const act = await load();
    await act(contextOf(payload));
    ended = true;
    // Whatever the script left open, such as a sync loop, would keep this process alive.
    process.exit(0);
} catch (error) {
    fail(error);
}

async function load(): Promise<Seed> {
    const { default: act } = await import(pathToFileURL(resolve(script)).href);
    if (typeof act === "function") return act;
    throw new Error("the script has no seed as its default export; write: export default seed(async ({ client, rooms }) => { … })");
}

function contextOf(payload: Payload): SeedContext {
    const { homeserverUrl, accessToken, userId, serverName } = payload;
    return {
        client: connect(homeserverUrl, accessToken),
        userId,
        serverName,
        users: new Declared("users", payload.users),
        bots: new Declared("bots", payload.bots),
        rooms: new Declared("rooms", payload.rooms),
        spaces: new Declared("spaces", payload.spaces),
    };
}

function fail(error: unknown): never {
    ended = true;
    print(describeError(error, process.cwd()));
    process.exit(1);
}

function print(message: string): void {
    process.stderr.write(`${message}\n`);
}
