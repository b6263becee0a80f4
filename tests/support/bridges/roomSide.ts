/** Somebody in rooms that are bridged, by the client API. */
export interface Said {
    event_id: string;
    sender: string;
    type: string;
    content: { body?: string; msgtype?: string; "m.new_content"?: { body: string }; "m.relates_to"?: object };
    /** Of what was removed, nothing is left. */
    unsigned?: { redacted_because?: object };
}

export class RoomSide {
    #transaction = Date.now();

    constructor(
        private readonly url: string,
        private readonly accessToken: string,
    ) {}

    /** @returns the event's ID */
    async say(room: string, body: string, more: object = {}): Promise<string> {
        const content = { msgtype: "m.text", body, ...more };
        return this.#put(`rooms/${encodeURIComponent(room)}/send/m.room.message`, content);
    }

    edit(room: string, event: string, body: string): Promise<string> {
        const relation = { rel_type: "m.replace", event_id: event };
        return this.say(room, `* ${body}`, { "m.new_content": { msgtype: "m.text", body }, "m.relates_to": relation });
    }

    remove(room: string, event: string): Promise<string> {
        return this.#put(`rooms/${encodeURIComponent(room)}/redact/${encodeURIComponent(event)}`, {});
    }

    /** The room's newest messages of others than this account's, the oldest first. */
    async heard(room: string, from: string, most = 100): Promise<Said[]> {
        const found: Said[] = [];
        for (let token = ""; found.length < most; ) {
            const query = new URLSearchParams({ dir: "b", limit: "100", ...(token && { from: token }) });
            const page = (await this.#ask("GET", `rooms/${encodeURIComponent(room)}/messages?${query}`)) as { chunk: Said[]; end?: string };
            found.push(...page.chunk.filter(({ type, sender }) => type === "m.room.message" && sender === from));
            if (page.end === undefined) break;
            token = page.end;
        }
        return found.slice(0, most).reverse();
    }

    async #put(path: string, content: object): Promise<string> {
        this.#transaction += 1;
        return ((await this.#ask("PUT", `${path}/${this.#transaction}`, content)) as { event_id: string }).event_id;
    }

    async #ask(method: string, path: string, body?: object): Promise<unknown> {
        const answer = await fetch(`${this.url}/_matrix/client/v3/${path}`, {
            method,
            headers: { authorization: `Bearer ${this.accessToken}`, "content-type": "application/json" },
            ...(body && { body: JSON.stringify(body) }),
        });
        if (!answer.ok) throw new Error(`${answer.status} to ${method} ${path}: ${await answer.text()}`);
        return answer.json();
    }
}
