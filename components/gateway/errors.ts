/**
 * Answers that the gateway gives itself where it cannot pass a request on, in the form of the specification: JSON with an errcode, and
 * readable by any web page. Pure.
 * Source: https://spec.matrix.org/v1.16/client-server-api/#standard-error-response
 */

/** Headers with which a page in a browser may read an answer. The same methods and request headers as the homeserver allows. */
export const openToPages = {
    "Access-Control-Allow-Origin": ["*"],
    "Access-Control-Allow-Methods": ["GET, HEAD, POST, PUT, DELETE, OPTIONS"],
    "Access-Control-Allow-Headers": ["X-Requested-With, Content-Type, Authorization, Date, If-Match, If-None-Match"],
};

interface MatrixError {
    status: number;
    errcode: string;
    error: string;
}

const away = "try again in some seconds";

const matrixErrors: MatrixError[] = [
    { status: 404, errcode: "M_UNRECOGNIZED", error: "Unrecognized request" },
    { status: 405, errcode: "M_UNRECOGNIZED", error: "Unrecognized request: this method is not served here" },
    { status: 413, errcode: "M_TOO_LARGE", error: "The request is larger than is accepted here" },
    { status: 502, errcode: "M_UNKNOWN", error: `The homeserver cannot be reached, it may be restarting; ${away}` },
    { status: 503, errcode: "M_UNKNOWN", error: `The homeserver is not available; ${away}` },
    { status: 504, errcode: "M_UNKNOWN", error: `The homeserver did not answer in time; ${away}` },
];

/** Caddy's placeholders for the error at hand. */
export const errorStatus = "{http.error.status_code}";
export const errorMessage = "{http.error.message}";
const statusText = "{http.error.status_text}";

/**
 * Synapse cuts the connection of an upload over its max_upload_size, so all that Caddy sees is a body that it could not write to the end.
 * Only of bodies over 200 events of 65,536 bytes, which it takes whatever that limit is (MAX_REQUEST_SIZE): others were cut by a crash.
 */
const tooLarge = [
    {
        ...brokenOff("(read|write) tcp .*"),
        header_regexp: { "Content-Length": { pattern: "^((1[3-9]|[2-9]\\d)\\d{6}|\\d{9,})$" } },
    },
    // Of unknown size.
    { ...brokenOff("write tcp .*"), method: ["POST", "PUT"], header: { "Content-Length": null } },
];

function brokenOff(how: string) {
    return { vars_regexp: { [errorMessage]: { pattern: `${how}(closed network connection|reset by peer|broken pipe)$` } } };
}

/** Routes for what Caddy calls errors: a handler's own, and those that the routes raise on purpose with {@link refuse}. */
export function errorRoutes() {
    const headers = { ...openToPages, "Content-Type": ["application/json"], "Cache-Control": ["no-store"] };
    // The rest of a body that was not read to its end would be taken for the next request.
    const last = { ...headers, Connection: ["close"] };
    const answer = (status: number | string, errcode: string, error: string) => [
        {
            handler: "static_response",
            status_code: status,
            headers: typeof status === "string" || status >= 413 ? last : headers,
            body: JSON.stringify({ errcode, error }),
        },
    ];
    return [
        // A browser asks first whether it may ask. Were this refused, the page could not read why the request itself fails.
        { match: [{ method: ["OPTIONS"] }], handle: [preflightAnswer], terminal: true },
        {
            match: tooLarge,
            handle: answer(413, "M_TOO_LARGE", "The homeserver ended the upload, which is larger than it accepts"),
            terminal: true,
        },
        ...matrixErrors.map(({ status, errcode, error }) => ({
            match: [{ vars: { [errorStatus]: [`${status}`] } }],
            handle: answer(status, errcode, error),
            terminal: true,
        })),
        { handle: answer(errorStatus, "M_UNKNOWN", statusText) },
    ];
}

/** A handler that ends the request with an error. */
export function refuse(status: 404 | 405) {
    return { handler: "error", status_code: status };
}

/** Answers a browser that asks whether a page may make a request. */
export const preflightAnswer = { handler: "static_response", status_code: 204, headers: openToPages };
