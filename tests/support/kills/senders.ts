/** Bots that talk through the gateway, and note what the server says that it has taken. */
import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { MatrixClient } from "matrix-bot-sdk";
import { history } from "../listener.ts";

export interface SendersArgs {
    /** Port of the gateway on this machine, and the PEM of the authority that signed its certificate. */
    port: number;
    authority: string;
    /** One for each sender. */
    accessTokens: string[];
    room: string;
    /** Messages of all senders together. */
    perSecond: number;
}

interface Acknowledgement {
    eventId: string;
    /** When it was first sent, and when the server said that it had it: milliseconds since 1970. */
    begun: number;
    at: number;
    /** How often it was sent, always with the same transaction ID. */
    attempts: number;
}

const answerWithinMilliseconds = 10_000;

/** Sends until it is stopped, each message again and again until it is acknowledged. */
export class Senders {
    /** By the message's text. */
    readonly acknowledged = new Map<string, Acknowledgement>();
    private readonly agent: Agent;
    private readonly newest: number[];
    private readonly run = `${process.pid}.${Date.now()}`;
    private going = true;
    private givenUp = false;
    private readonly ended: Promise<unknown>;

    constructor(private readonly args: SendersArgs) {
        this.agent = new Agent({ keepAlive: true, ca: args.authority });
        this.newest = args.accessTokens.map(() => 0);
        this.ended = Promise.all(args.accessTokens.map((token, index) => this.send(token, index)));
        // It is told to those who wait for the end.
        this.ended.catch(() => {});
    }

    /** Ends when the last message was acknowledged. @throws what the server refused, or after the timeout */
    async stop(timeoutMilliseconds = 60_000): Promise<void> {
        this.going = false;
        const late = sleep(timeoutMilliseconds, undefined, { ref: false }).then(() => {
            this.givenUp = true;
            throw new Error(`not every message is acknowledged ${timeoutMilliseconds / 1000} s after the last was sent`);
        });
        await Promise.race([this.ended, late]).finally(() => this.agent.destroy());
    }

    /** Until every sender has had a message acknowledged that was first sent after `since`. */
    async served(since: number, timeoutMilliseconds: number): Promise<void> {
        while (Math.min(...this.newest) <= since) {
            await Promise.race([sleep(20), this.ended.then(() => {})]);
            if (Date.now() > since + timeoutMilliseconds)
                throw new Error(`not every sender is served ${timeoutMilliseconds / 1000} s after`);
        }
    }

    /** The longest time without any acknowledgement that ended after `since`, in seconds. */
    silence(since: number): number {
        const times = [...this.acknowledged.values()].map(({ at }) => at).sort((a, b) => a - b);
        return Math.max(0, ...times.map((at, index) => (at > since ? at - Math.max(since, times[index - 1] ?? since) : 0))) / 1000;
    }

    private async send(token: string, index: number): Promise<void> {
        const pause = (1000 * this.args.accessTokens.length) / this.args.perSecond;
        // Not all at once.
        await sleep((pause * index) / this.args.accessTokens.length);
        for (let count = 0; this.going; count++) {
            const begun = Date.now();
            const text = `${index}.${count}`;
            const [eventId, attempts] = await this.untilAcknowledged(token, text);
            this.acknowledged.set(text, { eventId, begun, at: Date.now(), attempts });
            this.newest[index] = begun;
            await sleep(Math.max(0, pause - (Date.now() - begun)));
        }
    }

    private async untilAcknowledged(token: string, text: string): Promise<[string, number]> {
        for (let attempt = 1; ; attempt++) {
            const { status, body } = await this.put(token, text).catch(() => ({ status: 0, body: "" }));
            if (status === 200) return [JSON.parse(body).event_id, attempt];
            // A gateway without its homeserver, and a homeserver without its database, answer by 502 and 500.
            if (status >= 400 && status < 500 && status !== 429) throw new Error(`message ${text} was refused: ${status} ${body}`);
            if (this.givenUp) throw new Error(`message ${text} was given up after ${attempt} attempts`);
            await sleep(50);
        }
    }

    private put(token: string, text: string): Promise<{ status: number; body: string }> {
        const { port, room } = this.args;
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${this.run}.${text}`;
        return new Promise((resolve, reject) => {
            const sent = request({
                host: "localhost",
                port,
                path,
                method: "PUT",
                agent: this.agent,
                headers: { authorization: `Bearer ${token}` },
            });
            const timer = setTimeout(() => sent.destroy(new Error("no answer")), answerWithinMilliseconds);
            sent.on("error", reject).on("close", () => clearTimeout(timer));
            sent.on("response", (answer) => {
                let body = "";
                answer.on("data", (chunk) => (body += chunk)).on("error", reject);
                answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
            });
            sent.end(JSON.stringify({ msgtype: "m.text", body: text }));
        });
    }
}

/** What is otherwise than the server said: acknowledged and not there, or there more than once. */
export async function unaccounted(client: MatrixClient, room: string, { acknowledged }: Senders): Promise<string[]> {
    const messages = (await history(client, room)).filter(({ type }) => type === "m.room.message");
    const ids = new Map<string, string[]>();
    for (const { event_id, content } of messages) {
        const text = `${content.body}`;
        ids.set(text, [...(ids.get(text) ?? []), event_id]);
    }
    return [...acknowledged].flatMap(([text, { eventId }]) => {
        const found = ids.get(text) ?? [];
        if (found.length === 1 && found[0] === eventId) return [];
        return [`message ${text}: acknowledged as ${eventId}, in the room as ${found.join(" and ") || "nothing"}`];
    });
}
