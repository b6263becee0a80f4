/** What a content script is asked to do: secrets on standard input, everything else in the environment. */
import { text } from "node:stream/consumers";
import { LogService, MatrixClient, MatrixError } from "matrix-bot-sdk";

/** Nothing secret may be here: it stands in the state and in previews. */
export function readRequest<T>(): { homeserverUrl: string; request: T } {
    const { HOMESERVER_URL, REQUEST } = process.env;
    if (!HOMESERVER_URL || !REQUEST) throw new Error("HOMESERVER_URL and REQUEST must be set: this script is run by `pulumi up`");
    return { homeserverUrl: HOMESERVER_URL, request: JSON.parse(REQUEST) as T };
}

/** @throws if standard input is not the JSON object that the component sends */
export async function readSecrets<T>(): Promise<T> {
    return JSON.parse(await text(process.stdin)) as T;
}

// The SDK logs each failed request with its body.
LogService.setLogger({ info() {}, warn() {}, error() {}, debug() {}, trace() {} });

/** A client that waits as told when the server limits its rate, and tries again while the server is not there. */
export function connect(homeserverUrl: string, accessToken: string): MatrixClient {
    const client = new MatrixClient(homeserverUrl, accessToken);
    const once = client.doRequest.bind(client);
    client.doRequest = (...parameters: Parameters<typeof once>) => patiently(() => once(...parameters));
    return client;
}

const patienceMilliseconds = 60_000;

async function patiently<T>(act: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + patienceMilliseconds;
    for (;;) {
        try {
            return await act();
        } catch (error) {
            const pause = pauseBeforeRetry(error);
            if (pause === undefined || Date.now() + pause > deadline) throw error;
            await new Promise((resolve) => setTimeout(resolve, pause));
        }
    }
}

/** Milliseconds until it is worth another try, or undefined if the answer will not change. */
function pauseBeforeRetry(error: unknown): number | undefined {
    if (error instanceof MatrixError) {
        if (error.statusCode === 429) return error.retryAfterMs ?? 1000;
        return error.statusCode >= 502 && error.statusCode <= 504 ? 1000 : undefined;
    }
    return error instanceof Error && "code" in error ? 500 : undefined;
}

/** Whether the server answered with this error code. */
export function answered(error: unknown, errcode: string): boolean {
    return error instanceof MatrixError && error.errcode === errcode;
}

/** Runs a script: its result as JSON on standard output, or one line that says what failed and exit code 1. */
export async function run(what: string, act: () => Promise<unknown>): Promise<void> {
    try {
        process.stdout.write(`${JSON.stringify(await act())}\n`);
    } catch (error) {
        const reason =
            error instanceof MatrixError ? `${error.errcode}: ${error.error}` : error instanceof Error ? error.message : String(error);
        process.stderr.write(`${what}: ${reason}\n`);
        process.exitCode = 1;
    }
}
