/** Talking to a homeserver: retries where waiting helps, and errors that fit on a line. */
import { LogService, MatrixClient, MatrixError } from "matrix-bot-sdk";

// The SDK logs each failed request with its body.
LogService.setLogger({ info() {}, warn() {}, error() {}, debug() {}, trace() {} });

/** No answer of a Matrix homeserver: nothing at all, a proxy's page, or half a body. */
export class NoAnswer extends Error {
    /** @param passing whether another try may help */
    constructor(
        message: string,
        readonly passing = true,
    ) {
        super(message);
    }
}

/** A certificate that this machine does not trust: no other try helps. */
class Untrusted extends NoAnswer {}

const untrusted = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_)/;

const patience = 60_000;

/**
 * A client that keeps retrying a server that is down or rate-limits.
 * @param patienceMilliseconds how long; 0: no retry
 * @throws MatrixError if the server refuses, NoAnswer if it does not answer
 */
export function connect(homeserverUrl: string, accessToken: string, patienceMilliseconds = patience): MatrixClient {
    const client = new MatrixClient(homeserverUrl, accessToken);
    const once = client.doRequest.bind(client);
    client.doRequest = (...parameters: Parameters<typeof once>) =>
        patiently(patienceMilliseconds, async () => {
            const raw = parameters[5] === true;
            const noText = parameters[7] === true;
            const answer = await once(...parameters).catch((error) => {
                throw error instanceof MatrixError ? error : noAnswer(homeserverUrl, error);
            });
            // The SDK returns a body that it could not parse as if all were well.
            if (typeof answer === "string" && !raw && !noText) throw new NoAnswer(`${homeserverUrl} answered with incomplete JSON`);
            return answer;
        });
    return client;
}

/** The SDK throws the response itself, which holds the token. */
function noAnswer(homeserverUrl: string, error: unknown): NoAnswer {
    const { statusCode, code } = error as { statusCode?: number; code?: string };
    if (statusCode !== undefined)
        return new NoAnswer(`${homeserverUrl} answered ${statusCode}, not as a Matrix homeserver does`, statusCode >= 500);
    if (untrusted.test(code ?? ""))
        return new Untrusted(
            `${homeserverUrl} has a certificate that this machine does not trust (${code}); for a stack's own authority, set NODE_EXTRA_CA_CERTS to a file with its output certificateAuthority`,
        );
    return new NoAnswer(`${homeserverUrl} does not answer (${code ?? (error instanceof Error ? error.message : "no reason given")})`);
}

async function patiently<T>(patienceMilliseconds: number, act: () => Promise<T>): Promise<T> {
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
    if (error instanceof NoAnswer) return error.passing && !(error instanceof Untrusted) ? 500 : undefined;
    if (!(error instanceof MatrixError)) return undefined;
    if (error.statusCode === 429) return error.retryAfterMs ?? 1000;
    return error.statusCode >= 502 && error.statusCode <= 504 ? 1000 : undefined;
}

/** Whether the server answered with this error code. */
export function answered(error: unknown, errcode: string): boolean {
    return error instanceof MatrixError && error.errcode === errcode;
}

/** @returns the server's answer, or undefined for 404 */
export async function ifFound<T>(asking: Promise<T>): Promise<T | undefined> {
    try {
        return await asking;
    } catch (error) {
        if (error instanceof MatrixError && error.statusCode === 404) return undefined;
        throw error;
    }
}

/** Whether the server, or a gateway before it, has no such endpoint. */
export function isUnknownEndpoint(error: unknown): boolean {
    return answered(error, "M_UNRECOGNIZED") || (error instanceof NoAnswer && !error.passing);
}

/** One line without secrets. */
export function reason(error: unknown): string {
    if (error instanceof MatrixError) {
        const remedy = error.errcode === "M_USER_SUSPENDED" ? " A server admin can lift the suspension (docs/accounts.md)." : "";
        return `${error.errcode}: ${error.error}${remedy}`;
    }
    return error instanceof Error ? error.message : String(error);
}
