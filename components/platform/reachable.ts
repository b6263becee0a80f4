import { connect } from "node:net";

/** Whether something accepts a TCP connection there in time. */
export async function answers(host: string, port: number, timeoutMilliseconds: number): Promise<boolean> {
    return (await whyUnreachable(host, port, timeoutMilliseconds)) === undefined;
}

/** @returns undefined where something accepts a TCP connection; else what a sentence about host and port ends in */
export function whyUnreachable(host: string, port: number, timeoutMilliseconds: number): Promise<string | undefined> {
    return new Promise((resolve) => {
        const socket = connect({ host, port, timeout: timeoutMilliseconds });
        const end = (result: string | undefined) => {
            socket.destroy();
            resolve(result);
        };
        socket.once("connect", () => end(undefined));
        socket.once("timeout", () => end(`did not answer within ${timeoutMilliseconds / 1000} s`));
        socket.once("error", ({ code = "" }: NodeJS.ErrnoException) => end(reasons[code] ?? `cannot be reached (${code})`));
    });
}

const reasons: Record<string, string> = {
    ENOTFOUND: "is not a name that the name servers know",
    EAI_AGAIN: "cannot be looked up: the name server does not answer",
    ECONNREFUSED: "refuses connections: nothing listens at this address and port",
    ETIMEDOUT: "did not answer",
};
