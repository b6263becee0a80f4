/** Requests in HTTP/2 that no library would send: what a gateway must not pass on in HTTP/1.1. Source: RFC 9113, RFC 7541 */

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const types = { data: 0, headers: 1, settings: 4 };
const flags = { endStream: 1, endHeaders: 4 };

function frame(type: number, flag: number, stream: number, payload: Buffer): Buffer {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flag;
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
}

/** Literal fields, without the dynamic table: each text up to 16 KB. */
function fields(all: readonly (readonly [string, string])[]): Buffer {
    return Buffer.concat(all.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

function text(value: string): Buffer {
    const bytes = Buffer.from(value, "latin1");
    if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
    const rest = bytes.length - 127;
    return Buffer.concat([Buffer.from([127, (rest & 127) | 128, rest >> 7]), bytes]);
}

type Fields = [string, string][];

function request(more: Fields, body = "", { path = "/_matrix/client/v3/login", method = "POST", authority = "localhost" } = {}): Buffer {
    const pseudo: Fields = [
        [":method", method],
        [":scheme", "https"],
        [":authority", authority],
        [":path", path],
    ];
    return Buffer.concat([
        preface,
        frame(types.settings, 0, 0, Buffer.alloc(0)),
        frame(types.headers, flags.endHeaders, 1, fields([...pseudo, ...more])),
        frame(types.data, flags.endStream, 1, Buffer.from(body, "latin1")),
    ]);
}

/** @param hidden path of the request that is to get through */
export function http2Requests(hidden: string): Buffer[] {
    const inner = `GET ${hidden} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const injected = `x\r\n\r\n${inner}`;
    return [
        // A length that is not the body's.
        ...["0", "3", "+3", "-1", `${inner.length + 5}`].map((length) => request([["content-length", length]], inner)),
        request(
            [
                ["content-length", "0"],
                ["content-length", `${inner.length}`],
            ],
            inner,
        ),
        // Chunks, which HTTP/2 does not have.
        ...["chunked", "identity, chunked", "x\r\ntransfer-encoding: chunked"].map((value) =>
            request([["transfer-encoding", value]], `0\r\n\r\n${inner}`),
        ),
        request([["te", "chunked"]], `0\r\n\r\n${inner}`),
        ...["close", "upgrade", "transfer-encoding"].map((value) => request([["connection", value]], inner)),
        request([["upgrade", "h2c"]], inner),
        // Ends of lines in names, values and pseudo-headers.
        ...["\r\n", "\n", "\r", "\0"].flatMap((end) => [
            request([["x", `a${end}transfer-encoding: chunked`]], `0\r\n\r\n${inner}`),
            request([["x", `a${end}${end}${inner}`]]),
            request([[`x: a${end}transfer-encoding`, "chunked"]], `0\r\n\r\n${inner}`),
            request([], "", { path: `/_matrix/client/versions HTTP/1.1${end}Host: x${end}${end}${inner}`, method: "GET" }),
            request([], "", { method: `GET ${hidden} HTTP/1.1${end}X: ` }),
            request([], "", { authority: `localhost${end}X: x${end}${end}${inner}`, method: "GET" }),
        ]),
        request([["transfer-encoding ", "chunked"]], `0\r\n\r\n${inner}`),
        request([["Transfer-Encoding", "chunked"]], `0\r\n\r\n${inner}`),
        request([["host", "homeserver:8008"]], inner),
        // Pseudo-headers: twice, of another form, in the wrong place, unknown.
        request([[":path", hidden]], inner),
        request([[":method", "GET"]], inner),
        request([["x", injected]], inner),
        request([[":protocol", "websocket"]], inner, { method: "CONNECT" }),
        ...[hidden, `http://homeserver:8008${hidden}`, `*${hidden}`, hidden.slice(1), `//${hidden}`, `/_matrix/client/..${hidden}`, ""].map(
            (path) => request([], "", { path, method: "GET" }),
        ),
        request([], "", { path: "/_matrix/client/versions", method: `GET ${hidden} HTTP/1.1 x` }),
        request([], inner, { authority: `homeserver:8008` }),
    ];
}
