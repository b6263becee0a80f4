/** The administration API, asked for from outside in every spelling, with an administrator's own token. */
import { askGatewayByHttp2 } from "../gateway.ts";
import { administrationSince, countsOf, inTurns, type Outcome, sendRaw, statusOf, type Target } from "./attack.ts";

/** What is asked for. */
export const administrationPaths = [
    "/_synapse/admin/v1/server_version",
    "/_synapse/admin/v1/rooms",
    "/_synapse/admin/v2/users",
    "/_synapse/metrics",
];

/** Ways to write a slash, a dot, and a letter. */
const slashes = ["%2f", "%2F", "%252f", "\\", "%5c", "//", "/./", "/;/", "%c0%af", "%e0%80%af", "%u2215", "/%00/", "/%20/", "/%09"];
const dots = ["..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "..;", "..%00", "%c0%ae%c0%ae", "..%09", "...."];
const parents = ["/_matrix/", "/_matrix/client/", "/_synapse/client/", "/.well-known/matrix/", "/"];

function escaped(text: string, from: number, to: number): string {
    return [...text].map((letter, at) => (at >= from && at < to ? `%${letter.charCodeAt(0).toString(16)}` : letter)).join("");
}

/** Request targets of HTTP/1.1, and paths of HTTP/2, that one of these programs might take for `path`. */
export function spellings(path: string): string[] {
    const parts = path.split("/").slice(1);
    const up = (count: number, dot: string, slash = "/") => `${slash}${dot}`.repeat(count);
    return [
        path,
        `${path}/`,
        path.toUpperCase(),
        path.replace("admin", "Admin"),
        path.replace("_synapse", "_Synapse"),
        // Letters in hexadecimal: one, a word, all; and once more.
        ...[path.indexOf("admin"), path.indexOf("_synapse")].filter((at) => at > 0).map((at) => escaped(path, at, at + 1)),
        `/${escaped(path.slice(1), 0, path.length)}`,
        `/${escaped(path.slice(1), 0, path.length).replaceAll("%", "%25")}`,
        path.replace("_", "%5f"),
        path.replace("_", "%255f"),
        path.replace("_", "%u005f"),
        // Other slashes, all or the first.
        ...slashes.flatMap((slash) => [`/${parts.join(slash)}`, `${slash}${parts.join("/")}`, path.replace(/\/(?=[^/]+\/?$)/, slash)]),
        // Down a path that is let in, and up again.
        ...parents.flatMap((parent) =>
            dots.flatMap((dot) => [`${parent}${up(1, dot).slice(1)}${path}`, `${parent}x${up(parent.split("/").length - 1, dot)}${path}`]),
        ),
        // The other way round: what follows leads back to a path that is let in.
        ...["/", "%2f", "%2F"].flatMap((slash) =>
            dots
                .slice(0, 6)
                .flatMap((dot) => [
                    `${path}${up(parts.length, dot, slash)}${slash}_matrix${slash}client`,
                    `${path}${slash}x${up(parts.length, dot, slash)}${slash}client${slash}x`,
                    `${path}${up(parts.length - 1, dot, slash)}${slash}client${slash}x`,
                ]),
        ),
        // What ends a path, or hides its end.
        ...["?", "#", ";", "%3f", "%23", "%00", "%0a", "%0d%0a", " ", "%20", "\t"].flatMap((end) => [
            `${path}${end}/_matrix/client`,
            `/_matrix/client${end}${path}`,
        ]),
        // The absolute form, whose host may be another than the header's.
        ...["localhost", "homeserver:8008", "localhost@homeserver:8008", "127.0.0.1:8008", "LOCALHOST", ""].flatMap((host) =>
            ["http", "https"].map((scheme) => `${scheme}://${host}${path}`),
        ),
        `/_matrix/client/http://homeserver:8008${path}`,
        `@homeserver:8008${path}`,
        `*${path}`,
        path.slice(1),
    ];
}

/** Headers by which some programs let a request say another path, or another sender. */
const headers = [
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Original-URI",
    "X-Forwarded-Path",
    "X-Forwarded-Uri",
    "X-Forwarded-Prefix",
    "X-Override-URL",
    "X-HTTP-DestinationURL",
    "X-Accel-Redirect",
    "X-Sendfile",
    "Destination",
    "Referer",
    "Content-Location",
    "X-Envoy-Original-Path",
];
const senders = [
    "X-Forwarded-For",
    "X-Real-IP",
    "X-Client-IP",
    "True-Client-IP",
    "Forwarded",
    "X-Forwarded-Host",
    "X-Forwarded-Server",
    "X-Host",
    "Via",
];

export async function askForAdministration(target: Target, token: string, wanted = administrationPaths): Promise<Outcome> {
    const since = new Date();
    const authorization = `Authorization: Bearer ${token}\r\n`;
    const request = (line: string, more = "", host = "localhost") =>
        `${line} HTTP/1.1\r\nHost: ${host}\r\n${authorization}${more}Connection: close\r\n\r\n`;
    const requests = [
        ...wanted.flatMap((path) => spellings(path).map((spelt) => request(`GET ${spelt}`))),
        ...wanted.flatMap((path) =>
            headers.flatMap((name) => ["/_matrix/client/versions", "/"].map((to) => request(`GET ${to}`, `${name}: ${path}\r\n`))),
        ),
        ...senders.map((name) => request(`GET ${wanted[0]}`, `${name}: 127.0.0.1\r\n`)),
        ...["homeserver", "homeserver:8008", "127.0.0.1", "localhost, homeserver", ""].map((host) => request(`GET ${wanted[0]}`, "", host)),
        ...["POST", "PUT", "HEAD", "OPTIONS", "get", "G\u0000ET", "SEARCH"].map((method) => request(`${method} ${wanted[0]}`)),
        ...["X-HTTP-Method-Override", "X-Method-Override"].map((name) =>
            request(`POST ${wanted[0]}`, `${name}: GET\r\nContent-Length: 0\r\n`),
        ),
        `GET ${wanted[0]}\r\n`,
        `GET ${wanted[0]} HTTP/1.0\r\n${authorization}\r\n`,
        `GET ${wanted[0]} HTTP/2.0\r\nHost: localhost\r\n${authorization}\r\n`,
    ];
    const answers = await inTurns(requests, 8, async (bytes) => (await sendRaw(target, bytes, 4000)).toString("latin1"));
    // Over HTTP/2, whose library sends a path as it is but for spaces.
    const paths = wanted.flatMap((path) => spellings(path).filter((spelt) => !/[\s\t]/.test(spelt)));
    const byHttp2 = await inTurns(paths, 8, async (path) => {
        const asked = askGatewayByHttp2(target.base + 43, path, target.outputs.certificateAuthority, {
            headers: { authorization: `Bearer ${token}` },
        });
        return (await asked.catch(() => ({ body: "" }))).body;
    });
    const served = await administrationSince(target, since);
    const told = [...answers, ...byHttp2].filter((answer) =>
        /"server_version"|"total_rooms"|"next_token"|process_cpu_seconds/.test(answer),
    );
    return {
        tried: "administration API from outside",
        times: requests.length + paths.length,
        succeeded: [...served, ...told],
        seen: countsOf(answers.map(statusOf)),
    };
}
