/** Somebody on IRC: the few commands of RFC 2812 that people's programs use, over a socket. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

export interface Heard {
    nick: string;
    command: string;
    /** Channel or nick that it went to. */
    target: string;
    text: string;
    /** Milliseconds since 1970. */
    at: number;
}

interface Place {
    address: string;
    port: number;
    /** Of the server. */
    password: string;
    nick: string;
}

export class IrcClient {
    /** All that others did, in order. */
    readonly heard: Heard[] = [];
    #ended = false;

    private constructor(
        readonly nick: string,
        private readonly socket: Socket,
    ) {
        // The server may be killed while it is written to.
        socket.on("error", () => {});
        socket.on("close", () => {
            this.#ended = true;
        });
        createInterface({ input: socket }).on("line", (line) => this.#read(line));
    }

    static async connect({ address, port, password, nick }: Place): Promise<IrcClient> {
        const socket = connect(port, address);
        await once(socket, "connect");
        const client = new IrcClient(nick, socket);
        client.write(`PASS ${password}`);
        client.write(`NICK ${nick}`);
        client.write(`USER ${nick} 0 * :${nick}`);
        await client.hears("the server's welcome", ({ command }) => command === "001");
        return client;
    }

    #read(line: string): void {
        const [, source = "", command = "", middle = "", text = ""] = line.match(/^(?::(\S+) )?(\S+)((?: [^: ]\S*)*)(?: :(.*))?$/) ?? [];
        if (command === "PING") this.write(`PONG :${text}`);
        const [target = text] = middle.trim().split(" ");
        this.heard.push({ nick: source.replace(/!.*/, ""), command, target: target || text, text, at: Date.now() });
    }

    write(line: string): void {
        this.socket.write(`${line}\r\n`);
    }

    say(channel: string, text: string): void {
        this.write(`PRIVMSG ${channel} :${text}`);
    }

    /** Returns once the server has taken all that was written before. */
    async written(): Promise<void> {
        const mark = `written-${Math.random()}`;
        this.write(`PING :${mark}`);
        await this.hears(
            "the server's answer",
            ({ command, text, target }) => command === "PONG" && [text, target].includes(mark),
            120_000,
        );
    }

    async join(channel: string): Promise<void> {
        this.write(`JOIN ${channel}`);
        await this.hears(
            `${channel} joined`,
            ({ nick, command, target }) => nick === this.nick && command === "JOIN" && target === channel,
        );
    }

    /** Those who are in a channel now. */
    async names(channel: string): Promise<string[]> {
        const before = this.heard.length;
        this.write(`NAMES ${channel}`);
        const now = () => this.heard.slice(before);
        await this.hears("the end of the names", () => now().some(({ command }) => command === "366"));
        return now()
            .flatMap(({ command, text }) => (command === "353" ? text.trim().split(" ") : []))
            .map((name) => name.replace(/^[@+]/, ""));
    }

    /** What was said in a channel, in order. */
    said(channel: string): string[] {
        return this.heard.flatMap(({ command, target, text }) => (command === "PRIVMSG" && target === channel ? [text] : []));
    }

    /** @returns the first, past or to come, that fits */
    async hears(what: string, fits: (heard: Heard) => boolean, timeoutMilliseconds = 20_000): Promise<Heard> {
        const deadline = Date.now() + timeoutMilliseconds;
        for (;;) {
            const found = this.heard.find(fits);
            if (found) return found;
            const left = deadline - Date.now();
            if (this.#ended || left <= 0) {
                const last = JSON.stringify(this.heard.slice(-3));
                throw new Error(`${this.#ended ? "the connection ended" : `not within ${timeoutMilliseconds / 1000} s`}: ${what}; ${last}`);
            }
            await sleep(20);
        }
    }

    async quit(): Promise<void> {
        if (this.#ended) return;
        const closed = once(this.socket, "close");
        this.write("QUIT :bye");
        await closed;
    }
}
