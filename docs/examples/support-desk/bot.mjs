// The bot of the support desk. It keeps nothing on disk: what it has seen stands in its account data on the server.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const { homeserverUrl, desk, staff, answers } = JSON.parse(readFileSync("/app/settings.json", "utf8"));
const { accessToken } = JSON.parse(readFileSync("/app/secrets.json", "utf8"));

class MatrixError extends Error {
    constructor(what, status, { errcode = "M_UNKNOWN", error = "" } = {}) {
        super(`${what}: ${status} ${errcode} ${error}`);
        Object.assign(this, { status, errcode });
    }
}

/** One request to the client-server API; waits as told when there are too many. */
async function ask(method, path, body) {
    for (;;) {
        const response = await fetch(`${homeserverUrl}/_matrix/client/v3${path}`, {
            method,
            headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
            body: body && JSON.stringify(body),
            signal: AbortSignal.timeout(60_000),
        });
        const answer = await response.json().catch(() => ({}));
        if (response.ok) return answer;
        if (response.status !== 429) throw new MatrixError(`${method} ${path.split("?")[0]}`, response.status, answer);
        await sleep(answer.retry_after_ms ?? 1000);
    }
}

const segment = encodeURIComponent;
const self = (await ask("GET", "/account/whoami")).user_id;
const serverName = self.slice(self.indexOf(":") + 1);
const seenPath = `/user/${segment(self)}/account_data/org.example.support-desk`;

/** The same transaction ID twice is one message: an event that is handled again after a crash is answered once. */
const say = (roomId, text, cause) =>
    ask("PUT", `/rooms/${segment(roomId)}/send/m.room.message/${segment(`answer-${cause}`)}`, { msgtype: "m.notice", body: text });

/** A private room for the ticket. Its alias comes from the message that asked for it, so that there is one even after a crash. */
async function openTicket({ sender, event_id }, summary) {
    const alias = `ticket-${createHash("sha256").update(event_id).digest("hex").slice(0, 10)}`;
    const fullAlias = `#${alias}:${serverName}`;
    try {
        const { room_id } = await ask("POST", "/createRoom", {
            // Private presets are encrypted by the server, and this bot does not encrypt.
            preset: "public_chat",
            visibility: "private",
            initial_state: [{ type: "m.room.join_rules", state_key: "", content: { join_rule: "invite" } }],
            room_alias_name: alias,
            name: `Ticket: ${summary.slice(0, 100)}`,
            topic: `Opened by ${sender}. !close ends it.`,
            invite: [...new Set([sender, ...staff])],
            creation_content: { "org.example.ticket": true },
        });
        return { room_id, fullAlias };
    } catch (error) {
        if (error.errcode !== "M_ROOM_IN_USE") throw error;
        return { room_id: (await ask("GET", `/directory/room/${segment(fullAlias)}`)).room_id, fullAlias };
    }
}

async function inDesk(event) {
    const [, summary] = /^!ticket\s+(\S.*)/s.exec(event.content.body) ?? [];
    if (!summary) return;
    const { room_id, fullAlias } = await openTicket(event, summary.split("\n")[0]);
    await say(room_id, `Your ticket: ${summary}\n${answerTo(summary)}`, event.event_id);
    await say(desk, `${event.sender}: your ticket is ${fullAlias}, you are invited.`, `${event.event_id}-desk`);
    console.log(`opened ${fullAlias} for ${event.sender}`);
}

async function inTicket(roomId, event) {
    if (event.content.body.trim() === "!close") {
        await say(roomId, `Closed by ${event.sender}. Thank you.`, event.event_id);
        await ask("POST", `/rooms/${segment(roomId)}/leave`, {});
        return console.log(`closed ${roomId}`);
    }
    await say(roomId, answerTo(event.content.body), event.event_id);
}

function answerTo(text) {
    const word = Object.keys(answers).find((known) => text.toLowerCase().includes(known.toLowerCase()));
    return word ? answers[word] : "Thank you, noted. A person will answer here.";
}

/** Whether this bot made the room for a ticket. */
async function isTicket(roomId) {
    const [creation] = (await ask("GET", `/rooms/${segment(roomId)}/state`)).filter(({ type }) => type === "m.room.create");
    return creation?.sender === self && creation.content["org.example.ticket"] === true;
}

async function handle(roomId, event) {
    if (event.type !== "m.room.message" || event.content.msgtype !== "m.text" || event.sender === self) return;
    try {
        if (roomId === desk) await inDesk(event);
        else if (await isTicket(roomId)) await inTicket(roomId, event);
    } catch (error) {
        // What the server refuses once it refuses again, and the next message waits. Everything else is tried again.
        if (!(error.status >= 400 && error.status < 500) || error.status === 401) throw error;
        console.error(`${event.event_id} in ${roomId}: ${error.message}`);
    }
}

const filter = segment(JSON.stringify({ room: { timeline: { limit: 100 } }, presence: { types: [] } }));
/** Where to go on: what was written while the bot was not running is answered as well. */
let since = (await ask("GET", seenPath).catch((error) => (error.status === 404 ? {} : Promise.reject(error)))).since;
for (;;) {
    try {
        const answer = await ask("GET", `/sync?filter=${filter}&timeout=${since ? 30_000 : 0}${since ? `&since=${segment(since)}` : ""}`);
        // The first time there is a past that nobody waits for an answer to.
        for (const [roomId, { timeline }] of since ? Object.entries(answer.rooms?.join ?? {}) : []) {
            for (const event of timeline.events) await handle(roomId, event);
        }
        if (since === undefined || answer.rooms?.join) await ask("PUT", seenPath, { since: answer.next_batch });
        since = answer.next_batch;
        writeFileSync("/tmp/ready", "");
    } catch (error) {
        // A token that is no longer good will not become so; everything else may pass.
        if (error.status === 401) throw error;
        console.error(String(error));
        await sleep(2000);
    }
}
