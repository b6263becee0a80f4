/**
 * How a request waits while the homeserver restarts, in Caddy's own JSON. Pure.
 * Sources: https://caddyserver.com/docs/json/apps/http/servers/routes/handle/subroute/,
 * https://caddyserver.com/docs/json/apps/http/servers/routes/handle/reverse_proxy/load_balancing/
 */
import { errorMessage, errorStatus } from "./errors.ts";

/** In Go's notation. Clients wait for 30 s and longer; the homeserver is back within seconds. */
const longest = "45s";

/** Between two tries, at each of which the homeserver's name is looked up anew. */
const interval = "500ms";

/** No connection could be made, so that nothing has reached the homeserver. Not for want of files: then there are too many that wait. */
const unconnected =
    "^dial tcp:? .*(connection refused|no such host|server misbehaving|no route to host|network is unreachable|i/o timeout)$";

/** Methods that only read, and may be sent twice. */
const reads = ["GET", "HEAD"];

/** A browser that asks first whether it may ask, which the gateway itself can tell it, and who does not wish to wait (RFC 7240, section 4.3). */
const atOnce = [{ method: ["OPTIONS"] }, { header: { Prefer: ["wait=0"] } }];

/** Leaves an error to the server's own error routes. */
const raise = { handler: "error", status_code: errorStatus, error: errorMessage };

/**
 * A message has its client's transaction ID in its path, by which Synapse knows it again, after a restart too.
 * Source: https://spec.matrix.org/v1.16/client-server-api/#transaction-identifiers
 */
const messages = { method: ["PUT"], path_regexp: { pattern: "^/_matrix/client/[^/]+/rooms/[^/]+/send/[^/]+/[^/]+$" } };

/** Bytes of a message's body that are kept to send it again; an event has at most 64 KiB. */
const longestMessage = 128 * 1024;

/**
 * Nothing else that may have reached the homeserver is sent twice, and no other body is kept: that of a request which waits stays with the
 * client until there is a connection. The wait begins when a request fails, which is late for one that had waited for news.
 * @param proxy the handler that passes a request on
 */
export function holding(proxy: object) {
    const tries = (method: string[]) => ({ load_balancing: { try_duration: longest, try_interval: interval, retry_match: [{ method }] } });
    const again = { ...proxy, ...tries(reads) };
    const repeated = { ...proxy, ...tries(["PUT"]), request_buffers: longestMessage };
    const dialFailed = { vars_regexp: { [errorMessage]: { pattern: unconnected } } };
    const cutOff = { method: reads, vars: { [errorStatus]: ["502"] }, not: [{ vars_regexp: { [errorMessage]: { pattern: "^dial " } } }] };
    return {
        handler: "subroute",
        routes: [{ match: [messages], handle: [repeated], terminal: true }, { handle: [proxy] }],
        errors: {
            routes: [
                { match: atOnce, handle: [raise], terminal: true },
                { match: [dialFailed, cutOff], handle: [again], terminal: true },
                { handle: [raise] },
            ],
        },
    };
}
