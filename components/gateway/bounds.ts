/** What one request or connection may ask of the gateway, in Caddy's own JSON. Pure. Source: https://caddyserver.com/docs/json/apps/http/servers/ */
import { refuse } from "./errors.ts";

/** Connections and files at a time. One that is held open takes 37 KB of memory; one that is passed on 43 KB, and counts twice. */
export const openFiles = 10_000;

/** Megabytes, with room for that many connections. */
export const memory = 512;

/** In Go's notation. */
export const timeouts = {
    // The TLS handshake as well. The default, a minute, lets one slow client hold six times as many.
    read_header_timeout: "10s",
    idle_timeout: "2m",
    // From a request's first byte to its last, and an answer's: a file of 50 MB at 14 kB/s.
    read_timeout: "1h",
    write_timeout: "1h",
};

/** Bytes. Synapse itself takes no longer line. Caddy's default, 1 MB, would be kept for each of that many connections. */
export const headerBytes = 16_384;

/** Bytes: 200 events of the largest size, which is what Synapse takes where it serves no media (MAX_REQUEST_SIZE). */
export const bodyBytes = 200 * 65_536;

const uploads = ["/_matrix/media/*"];

/**
 * `.` and `..` as a part of the path, however they are spelled. Caddy looks for a route as if they had been resolved, and passes the path
 * on as it came: /_synapse/admin/v1/rooms/x%2f..%2f..%2f..%2f..%2fclient%2fx would be taken for /_synapse/client/x.
 */
const dotSegment = "^[^?]*([/\\\\]|%2[fF]|%5[cC])(\\.|%2[eE]){1,2}([/\\\\;?]|%2[fF]|%5[cC]|%3[bB]|$)";

/** Before all others. */
export function boundingRoutes() {
    return [
        { match: [{ vars_regexp: { "{http.request.uri}": { pattern: dotSegment } } }], handle: [refuse(404)], terminal: true },
        // Synapse would take a body as large as an upload wherever it is sent, parse it before it asks who sent it, and log it if it is no JSON.
        { match: [{ not: [{ path: uploads }] }], handle: [{ handler: "request_body", max_size: bodyBytes }] },
    ];
}
