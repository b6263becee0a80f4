// The webhook of the alert hub. It answers 200 only when the message is in the room, so that the caller tries again otherwise.
import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const { homeserverUrl, room, port } = JSON.parse(readFileSync("/app/settings.json", "utf8"));
const { accessToken, webhookToken } = JSON.parse(readFileSync("/app/secrets.json", "utf8"));

/** Bytes; a Matrix event may have 65,536 in all. */
const largestBody = 32_768;

class Refused extends Error {
    constructor(status, reason) {
        super(reason);
        this.status = status;
    }
}

function allowed({ authorization = "" }) {
    const digest = (text) => createHash("sha256").update(text).digest();
    return timingSafeEqual(digest(authorization), digest(`Bearer ${webhookToken}`));
}

async function bodyOf(request) {
    const chunks = [];
    let length = 0;
    for await (const chunk of request) {
        length += chunk.length;
        if (length > largestBody) throw new Refused(413, `the body is larger than ${largestBody} bytes`);
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}

/** One line for each alert. Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
function messageOf(body) {
    let parsed;
    try {
        parsed = JSON.parse(body);
    } catch {
        throw new Refused(400, "the body is not JSON");
    }
    if (typeof parsed?.text === "string" && parsed.text.trim()) return parsed.text;
    if (!Array.isArray(parsed?.alerts) || parsed.alerts.length === 0) {
        throw new Refused(400, 'the body has neither a "text" nor "alerts" as Alertmanager sends them');
    }
    return parsed.alerts
        .map(({ status, labels = {}, annotations = {} }) => {
            const sign = status === "resolved" ? "✅" : "🔥";
            const severity = labels.severity ? ` (${labels.severity})` : "";
            return `${sign} ${labels.alertname ?? "alert"}${severity}: ${annotations.summary ?? annotations.description ?? "no summary"}`;
        })
        .join("\n");
}

async function post(text, transaction) {
    const url = `${homeserverUrl}/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${transaction}`;
    const response = await fetch(url, {
        method: "PUT",
        headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
        body: JSON.stringify({ msgtype: "m.text", body: text }),
        signal: AbortSignal.timeout(10_000),
    }).catch((error) => {
        throw new Refused(502, `the Matrix server does not answer: ${error.cause?.code ?? error.message}`);
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused(502, `the Matrix server says ${response.status} ${answer.errcode ?? ""}`);
    return answer.event_id;
}

async function handle(request) {
    if (request.method === "GET" && request.url === "/health") return { ok: true };
    if (request.method !== "POST" || request.url !== "/alerts") throw new Refused(404, "POST /alerts");
    if (!allowed(request.headers)) throw new Refused(401, "Authorization: Bearer TOKEN is missing or wrong");
    return { eventId: await post(messageOf(await bodyOf(request)), `alert-${crypto.randomUUID()}`) };
}

const server = createServer(async (request, response) => {
    const answer = (status, body) => {
        response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
        // What was not read of a body that is too large is not waited for.
        request.resume();
    };
    try {
        answer(200, await handle(request));
    } catch (error) {
        const status = error.status ?? 500;
        console.error(`${request.method} ${request.url}: ${status} ${error.message}`);
        answer(status, { error: error.message });
    }
});
server.listen(port, "127.0.0.1", () => console.log(`listening on 127.0.0.1:${port}`));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
