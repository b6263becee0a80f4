/** Bodies of ten gigabytes, wherever a body may be sent: with their length, in chunks without it, and with another. */
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:tls";
import { docker } from "../docker.ts";
import { containerOf, type Outcome, type Target } from "./attack.ts";

const size = 10 * 2 ** 30;
const megabyte = 2 ** 20;
/** Where it gives up: by then it has been taken. */
const most = 500 * megabyte;
/** homeserver.media.maxUpload by default, with what is on its way when the answer comes. */
const allowed = 150 * megabyte;
const block = Buffer.from("[],".repeat(21_845));

interface Sent {
    bytes: number;
    answer: string;
}

const places = [
    "POST /_matrix/media/v3/upload",
    "POST /_matrix/client/v3/login",
    "PUT /_matrix/federation/v1/send/1",
    "PUT /nothing",
    "POST /.well-known/matrix/client",
    "POST /_synapse/client/x",
];

export async function uploadHuge(target: Target, token: string): Promise<Outcome> {
    const attempts = places.flatMap((place) => [
        ...[`Content-Length: ${size}`, "Transfer-Encoding: chunked", `Expect: 100-continue\r\nContent-Length: ${size}`].map((how) => ({
            what: `${place} ${how}`,
            send: () => byHttp1(target, place, how, token),
        })),
        { what: `${place} HTTP/2`, send: () => byHttp2(target, place, token) },
        { what: `${place} HTTP/2 without a token`, send: () => byHttp2(target, place, "") },
    ]);
    const [memory, disk] = [await memoryOf(target), await diskOf(target)];
    const results: (Sent & { what: string })[] = [];
    let peak = 0;
    const watch = setInterval(() => void memoryOf(target).then((now) => (peak = Math.max(peak, now))), 500);
    for (const { what, send } of attempts) results.push({ what, ...(await send()) });
    clearInterval(watch);
    const grown = (await diskOf(target)) - disk;
    const taken = results
        .filter(({ bytes }) => bytes > allowed)
        .map(({ what, bytes, answer }) => `${what}: ${bytes} bytes were taken ${answer}`);
    const accepted = results.filter(({ answer }) => /^2/.test(answer)).map(({ what, answer }) => `${what} → ${answer}`);
    const mb = (bytes: number) => `${Math.round(bytes / megabyte)} MB`;
    return {
        tried: "bodies of 10 GB",
        times: attempts.length,
        succeeded: [
            ...taken,
            ...accepted,
            ...(grown > 10 * megabyte ? [`the disk has ${mb(grown)} less`] : []),
            ...(peak - memory > 300 * megabyte ? [`memory rose from ${mb(memory)} to ${mb(peak)}`] : []),
        ],
        seen: `at most ${mb(Math.max(...results.map(({ bytes }) => bytes)))} sent before the refusal; memory ${mb(memory)}, at most ${mb(peak)}; ${mb(grown)} more on disk`,
    };
}

function byHttp1({ base, outputs }: Target, place: string, how: string, token: string): Promise<Sent> {
    return new Promise((resolve) => {
        const socket = connect({ host: "127.0.0.1", port: base + 43, servername: "localhost", ca: outputs.certificateAuthority });
        let [bytes, answer] = [0, ""];
        const chunk = how.includes("chunked")
            ? Buffer.concat([Buffer.from(`${block.length.toString(16)}\r\n`), block, Buffer.from("\r\n")])
            : block;
        const end = () => {
            socket.destroy();
            resolve({ bytes, answer: answer || "closed" });
        };
        const more = () => {
            while (bytes < most && !answer) {
                bytes += block.length;
                if (!socket.write(chunk)) return;
            }
        };
        socket.on("drain", more);
        socket.on("data", (data) => {
            answer = /HTTP\/1.1 ([2-5]\d\d)/.exec(data.toString("latin1"))?.[1] ?? answer;
        });
        socket.on("error", end);
        socket.on("close", end);
        socket.setTimeout(3000, end);
        socket.write(`${place} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n${how}\r\n\r\n`);
        more();
    });
}

function byHttp2({ base, outputs }: Target, place: string, token: string): Promise<Sent> {
    const [method = "", path = ""] = place.split(" ");
    return new Promise((resolve) => {
        const session = connectHttp2(`https://localhost:${base + 43}`, { ca: outputs.certificateAuthority });
        let [bytes, answer] = [0, ""];
        const end = () => {
            session.destroy();
            resolve({ bytes, answer: answer || "closed" });
        };
        session.on("error", end);
        const stream = session.request(
            { ":method": method, ":path": path, ...(token && { authorization: `Bearer ${token}` }) },
            { endStream: false },
        );
        const more = () => {
            while (bytes < most && !answer && !stream.closed) {
                bytes += block.length;
                if (!stream.write(block)) return;
            }
        };
        stream.on("response", (headers) => (answer = `${headers[":status"]}`));
        stream.on("drain", more);
        stream.on("error", end);
        stream.on("close", end);
        stream.resume();
        session.setTimeout(3000, end);
        more();
    });
}

/** Bytes of the homeserver and the gateway together. */
async function memoryOf(target: Target): Promise<number> {
    const used = ["homeserver", "gateway"].map(async (role) => {
        const rss = await docker(
            "exec",
            containerOf(target, role),
            "sh",
            "-c",
            "cat /proc/[0-9]*/status | awk '/^VmRSS/ { sum += $2 } END { print sum * 1024 }'",
        );
        return Number(rss);
    });
    return (await Promise.all(used)).reduce((a, b) => a + b, 0);
}

/** Bytes that the homeserver's own files and its media take. */
async function diskOf(target: Target): Promise<number> {
    const [size = "0"] =
        (await docker("exec", containerOf(target, "homeserver"), "du", "-sbc", "/tmp", "/var/tmp")).split("\n").at(-1)?.split("\t") ?? [];
    return Number(size);
}
