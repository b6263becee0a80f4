/** Clients of a homeserver that never try a second time, and count what fails. */
import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

export interface TrafficArgs {
    /** Ports of the gateway on this machine, for clients and for servers. */
    port: number;
    federationPort: number;
    /** PEM of the authority that signed its certificate. */
    authority: string;
    /** Of the bot that talks. */
    accessToken: string;
    /** A person whose rooms are quiet. */
    login: { user: string; password: string };
}

export interface Tally {
    answered: number;
    /** Why, one for each request. */
    failed: string[];
    /** Milliseconds that the slowest took, beyond what it had asked for. */
    longest: number;
}

interface Asked {
    kind: string;
    method: "GET" | "POST" | "PUT";
    path: string;
    port?: number;
    body?: object | Buffer;
    /** Milliseconds that the server may wait for news. */
    patience?: number;
    /** Of another account than the bot's. */
    accessToken?: string;
}

interface SyncAnswer {
    next_batch: string;
    rooms?: { join?: Record<string, { timeline: { limited?: boolean; events: { event_id: string; content: { body?: string } }[] } }> };
}

/** Clients that are given each message, and those that wait for one. Were all given each, they would be more than one process serves. */
const clients = { busy: 5, quiet: 45 };
const patience = 15_000;
const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 1000 } }, presence: { types: [] } }));

export class Traffic {
    readonly tallies = new Map<string, Tally>();
    /** Event IDs of acknowledged messages, in the order of their acknowledgement. */
    readonly sent: string[] = [];
    /** What each client of the bot was given. */
    readonly received: string[][] = [];
    private readonly agent: Agent;
    private readonly run = `${process.pid}.${Date.now()}`;
    private writing = true;
    private reading = true;
    private readonly writers: Promise<unknown>;
    private readonly readers: Promise<unknown>;

    private constructor(
        private readonly args: TrafficArgs,
        private readonly room: string,
        quietToken: string,
        since: string,
    ) {
        this.agent = new Agent({ keepAlive: true, ca: args.authority });
        this.readers = Promise.all([
            ...Array.from({ length: clients.busy }, () => this.sync(since, this.received)),
            ...Array.from({ length: clients.quiet }, () => this.sync(since, [], quietToken)),
            ...Array.from({ length: 5 }, (_, index) => this.slidingSync(`restart-${index}`, quietToken)),
        ]);
        this.writers = Promise.all([
            // Ten a second, where the server is as fast.
            ...Array.from({ length: 10 }, (_, sender) => this.every(1000, (count) => this.message(`${sender}.${count}`))),
            this.every(500, () => this.ask({ kind: "createRoom", method: "POST", path: "/_matrix/client/v3/createRoom", body: {} })),
            this.every(20_000, () => this.login()),
            this.every(500, () => this.upload()),
            this.every(300, () =>
                this.ask({ kind: "federation", method: "GET", path: "/_matrix/key/v2/server", port: args.federationPort }),
            ),
        ]);
        this.readers.catch(() => {});
        this.writers.catch(() => {});
    }

    static async start(args: TrafficArgs): Promise<Traffic> {
        const agent = new Agent({ ca: args.authority });
        const answer = async (asked: Omit<Asked, "kind">) => {
            const { status, text } = await exchange(agent, args, { kind: "first", ...asked });
            if (status !== 200) throw new Error(`${asked.path}: ${status} ${text}`);
            return JSON.parse(text);
        };
        const { access_token: quiet } = await answer({ method: "POST", path: "/_matrix/client/v3/login", body: passwordOf(args, "QUIET") });
        const { room_id: room } = await answer({ method: "POST", path: "/_matrix/client/v3/createRoom", body: {} });
        const { next_batch: since } = await answer({ method: "GET", path: `/_matrix/client/v3/sync?timeout=0&filter=${filter}` });
        agent.destroy();
        return new Traffic(args, room, quiet, since);
    }

    /** Ends when every request that is under way has ended, and every client has been given what was sent. */
    async stop(): Promise<void> {
        this.writing = false;
        await this.writers;
        this.reading = false;
        await this.readers;
        this.agent.destroy();
    }

    /** One after the other, and not more often than once in an interval. */
    private async every(milliseconds: number, act: (count: number) => Promise<unknown>): Promise<void> {
        for (let count = 0; this.writing; count++) await Promise.all([act(count), sleep(milliseconds)]);
    }

    private async message(count: string): Promise<void> {
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(this.room)}/send/m.room.message/${this.run}.${count}`;
        const text = await this.ask({ kind: "message", method: "PUT", path, body: { msgtype: "m.text", body: count } });
        if (text) this.sent.push(JSON.parse(text).event_id);
    }

    private async sync(from: string, received: string[][], accessToken?: string): Promise<void> {
        const events: string[] = [];
        received.push(events);
        let since = from;
        // One more, for what came while the last waited.
        for (let last = false; !last; ) {
            last = !this.reading;
            const timeout = last ? 0 : patience;
            const path = `/_matrix/client/v3/sync?timeout=${timeout}&filter=${filter}&since=${since}`;
            const text = await this.ask({ kind: "sync", method: "GET", path, patience: timeout, accessToken });
            if (!text) continue;
            const answer: SyncAnswer = JSON.parse(text);
            since = answer.next_batch;
            events.push(...(answer.rooms?.join?.[this.room]?.timeline.events.map(({ event_id }) => event_id) ?? []));
        }
    }

    private async slidingSync(connection: string, accessToken: string): Promise<void> {
        const base = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync";
        let pos = "";
        while (this.reading) {
            const path = `${base}?timeout=${patience}${pos && `&pos=${pos}`}`;
            const body = { conn_id: connection, lists: {}, room_subscriptions: {} };
            const text = await this.ask({ kind: "sliding sync", method: "POST", path, body, patience, accessToken });
            if (text) pos = JSON.parse(text).pos;
            await sleep(50);
        }
    }

    private login(): Promise<string | undefined> {
        return this.ask({ kind: "login", method: "POST", path: "/_matrix/client/v3/login", body: passwordOf(this.args, "RESTART") });
    }

    private upload(): Promise<string | undefined> {
        return this.ask({ kind: "upload", method: "POST", path: "/_matrix/media/v3/upload", body: Buffer.alloc(300_000, "x") });
    }

    /** @returns the answer's body; undefined if it failed, which is counted */
    private async ask(asked: Asked): Promise<string | undefined> {
        const tally = this.tallies.get(asked.kind) ?? { answered: 0, failed: [], longest: 0 };
        this.tallies.set(asked.kind, tally);
        const begun = Date.now();
        const took = () => Date.now() - begun;
        try {
            const { status, text } = await exchange(this.agent, this.args, asked);
            if (status !== 200) throw new Error(`${status} ${text}`);
            tally.answered++;
            tally.longest = Math.max(tally.longest, took() - (asked.patience ?? 0));
            return text;
        } catch (error) {
            tally.failed.push(`${(error as Error).message} after ${took()} ms`);
            await sleep(200);
            return undefined;
        }
    }
}

function passwordOf({ login: { user, password } }: TrafficArgs, device: string): object {
    return { type: "m.login.password", identifier: { type: "m.id.user", user }, password, device_id: device };
}

function exchange(
    agent: Agent,
    { port, accessToken }: TrafficArgs,
    { method, path, body, ...asked }: Asked,
): Promise<{ status: number; text: string }> {
    const sent = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const headers = {
        authorization: `Bearer ${asked.accessToken ?? accessToken}`,
        ...(sent && { "content-length": `${sent.length}`, "content-type": Buffer.isBuffer(body) ? "text/plain" : "application/json" }),
    };
    return new Promise((resolve, reject) => {
        const to = { agent, host: "127.0.0.1", servername: "localhost", port: asked.port ?? port, method, path, headers, timeout: 70_000 };
        const outgoing = request(to, (response) => {
            let text = "";
            response.setEncoding("utf8");
            response.on("data", (chunk) => (text += chunk));
            response.on("error", reject);
            response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        });
        outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in 70 s")));
        outgoing.on("error", reject);
        outgoing.end(sent);
    });
}
