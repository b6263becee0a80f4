/** One HTTP request over a connection that is open, and what its answer is worth. */
import { type IncomingHttpHeaders, request } from "node:http";
import type { Socket } from "node:net";
import { type Patience, TooSlow } from "./patience.ts";
import type { Finding } from "./report.ts";

export interface Answer {
    status: number;
    headers: IncomingHttpHeaders;
    text: string;
    /** It was longer than what was read. */
    cut: boolean;
}

/** Bytes that a well-known file may have. Source: Synapse, WELL_KNOWN_MAX_SIZE. */
export const wellKnownBytes = 50 * 1024;
export const answerBytes = 1024 * 1024;

/** What is not well, in the words of a finding. */
export class Unwell extends Error {
    override name = "Unwell";
    constructor(
        message: string,
        readonly advice: string,
        /** There is nothing there, which may be meant so. */
        readonly absent = false,
    ) {
        super(message);
    }
}

/** What is sent with a request that is more than a GET. */
export interface Sent {
    method?: "GET" | "POST";
    /** Sent as JSON. */
    body?: object;
    accessToken?: string;
}

/**
 * @param host for the header Host
 * @throws Unwell where nothing that is HTTP comes back in time
 */
export async function ask(
    socket: Socket,
    host: string,
    path: string,
    mostBytes: number,
    patience: Patience,
    sent: Sent = {},
): Promise<Answer> {
    try {
        return await patience.within(() => exchange(socket, host, path, mostBytes, sent));
    } catch (error) {
        const { message, code = "" } = error as NodeJS.ErrnoException;
        if (error instanceof TooSlow) throw new Unwell(`${path}: ${message}`, "see the log of what listens there, and of the homeserver");
        if (code.startsWith("HPE_")) throw new Unwell(`${path}: the answer is not HTTP`, "see what listens there");
        throw new Unwell(`${path}: the connection ends without an answer (${code || message})`, "see the log of what listens there");
    } finally {
        socket.destroy();
    }
}

function exchange(
    socket: Socket,
    host: string,
    path: string,
    mostBytes: number,
    { method = "GET", body, accessToken }: Sent,
): Promise<Answer> {
    const text = body && JSON.stringify(body);
    const headers = {
        // The gateway of this program would let a request wait for a homeserver that is away. Source: RFC 7240, section 4.3
        Prefer: "wait=0",
        Host: host,
        Accept: "application/json",
        "User-Agent": "matrix-synapse federation check",
        ...(text !== undefined && { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) }),
        ...(accessToken !== undefined && { Authorization: `Bearer ${accessToken}` }),
    };
    return new Promise((resolve, reject) => {
        request({ createConnection: () => socket, method, path, headers }, (answer) => {
            const parts: Buffer[] = [];
            let length = 0;
            const done = (cut: boolean) => {
                const text = Buffer.concat(parts).subarray(0, mostBytes).toString("utf8");
                resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, cut });
            };
            answer.on("data", (part: Buffer) => {
                parts.push(part);
                length += part.length;
                if (length > mostBytes) done(true);
            });
            answer.on("end", () => done(false)).on("error", reject);
        })
            .on("error", reject)
            .end(text);
    });
}

export type JsonObject = Record<string, unknown>;

/**
 * The JSON object that an answer must be.
 * @param what the file or path, for the message
 * @throws Unwell; `absent` for 404 and 410
 */
export function objectIn(answer: Answer, what: string): JsonObject {
    const { status, text, cut } = answer;
    if ([502, 503, 504].includes(status)) {
        throw new Unwell(
            `${what}: status ${status}: the proxy answers, and the homeserver behind it does not`,
            "start the homeserver, and see that the proxy has its address right",
        );
    }
    if (status === 404 || status === 410) {
        throw new Unwell(`${what}: status ${status}: what answers does not know it`, "let the proxy pass it on to the homeserver", true);
    }
    if (status !== 200) throw new Unwell(`${what}: status ${status} instead of 200`, "see the log of what answers");
    if (cut)
        throw new Unwell(`${what} is larger than ${Math.round(Buffer.byteLength(text) / 1024)} KiB`, "serve the small file that is meant");
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        const html = /^\s*</.test(text);
        throw new Unwell(
            html ? `${what} is HTML, not JSON` : `${what} is not valid JSON (${(error as Error).message})`,
            html ? "let it be answered by the homeserver or a file, before the web site's own pages" : "write it as JSON",
        );
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new Unwell(`${what} is JSON, and no object`, "write it as a JSON object");
    }
    return value as JsonObject;
}

/** A warning where an answer is not said to be JSON: most programs take it all the same. */
export function contentTypeWarning({ headers }: Answer): Pick<Finding, "found" | "advice"> | undefined {
    const type = headers["content-type"];
    if (type?.split(";")[0]?.trim().toLowerCase() === "application/json") return undefined;
    return { found: `its content type is ${type ?? "not said"}`, advice: "serve it with Content-Type: application/json" };
}

/** What an error of the kinds above says; anything else is a mistake of this program. */
export function findingOf(error: unknown, state: Finding["state"] = "fault"): Finding {
    if (!(error instanceof Unwell)) throw error;
    return { state, found: error.message, advice: error.advice };
}
