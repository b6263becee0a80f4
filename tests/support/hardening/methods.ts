/** Methods that no part of Matrix has: those that repeat a request with its tokens, and those that make a tunnel. */
import { countsOf, inTurns, type Outcome, sendRaw, statusOf, type Target } from "./attack.ts";

const methods = [
    "TRACE",
    "TRACK",
    "CONNECT",
    "DEBUG",
    "PROPFIND",
    "MOVE",
    "COPY",
    "MKCOL",
    "LOCK",
    "PURGE",
    "LINK",
    "SOURCE",
    "INVOKE",
    "PRI",
];
const paths = [
    "/",
    "*",
    "/_matrix/client/versions",
    "/_matrix/client/v3/account/whoami",
    "/_matrix/media/v3/upload",
    "/_synapse/client/x",
    "/.well-known/matrix/client",
    "/_synapse/admin/v1/users",
];
const tunnels = ["database:5432", "homeserver:8008", "127.0.0.1:2080", "localhost:443", "gateway:443", "[::1]:8008"];
const mark = "secret-of-the-request";

export async function tryMethods(target: Target): Promise<Outcome> {
    const request = (method: string, path: string, host = "localhost", more = "") =>
        `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${mark}\r\nX-Mark: ${mark}\r\n${more}Connection: close\r\n\r\n`;
    const requests = [
        ...methods.flatMap((method) => paths.map((path) => request(method, path))),
        ...["TRACE", "TRACK"].map((method) => request(method, "/_matrix/client/versions", "localhost", "Max-Forwards: 0\r\n")),
        ...tunnels.map((place) => request("CONNECT", place, place)),
    ];
    const answers = await inTurns(requests, 8, async (bytes) => (await sendRaw(target, bytes, 3000)).toString("latin1"));
    const succeeded = answers.flatMap((answer, index) => {
        const asked = requests[index] ?? "";
        return answer.includes(mark) || (/^(CONNECT|TRACE|TRACK|DEBUG)/.test(asked) && /^2/.test(statusOf(answer)))
            ? [`${asked} → ${answer.slice(0, 300)}`]
            : [];
    });
    return { tried: "TRACE, CONNECT and other methods", times: requests.length, succeeded, seen: countsOf(answers.map(statusOf)) };
}
