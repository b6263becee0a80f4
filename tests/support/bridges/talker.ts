/** Somebody in a bridged room, on Matrix's side. */
export interface RoomEvent {
    event_id: string;
    type: string;
    sender: string;
    state_key?: string;
    content: { body?: string; msgtype?: string; formatted_body?: string; membership?: string; displayname?: string };
}

export class Talker {
    private readonly room: string;
    private sent = 0;

    constructor(
        clientUrl: string,
        readonly userId: string,
        private readonly accessToken: string,
        readonly roomId: string,
    ) {
        this.room = `${clientUrl}/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;
    }

    private async call<T>(method: "GET" | "POST" | "PUT", path: string, content?: object): Promise<T> {
        const body = content && JSON.stringify(content);
        const answer = await fetch(`${this.room}/${path}`, { method, body, headers: { authorization: `Bearer ${this.accessToken}` } });
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
        return (await answer.json()) as T;
    }

    /** @returns the event's ID */
    async say(body: string, more: object = {}): Promise<string> {
        return this.send("m.room.message", { msgtype: "m.text", body, ...more });
    }

    /** All of them, one after the other. */
    async sayAll(bodies: readonly string[]): Promise<void> {
        for (const body of bodies) await this.say(body);
    }

    async send(type: string, content: object): Promise<string> {
        return (await this.call<{ event_id: string }>("PUT", `send/${type}/${this.transaction()}`, content)).event_id;
    }

    async edit(eventId: string, body: string): Promise<string> {
        const relation = { "m.relates_to": { rel_type: "m.replace", event_id: eventId } };
        return this.say(`* ${body}`, { "m.new_content": { msgtype: "m.text", body }, ...relation });
    }

    async react(eventId: string, key: string): Promise<string> {
        return this.send("m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key } });
    }

    async remove(eventId: string): Promise<void> {
        await this.call("PUT", `redact/${encodeURIComponent(eventId)}/${this.transaction()}`, {});
    }

    async kick(userId: string): Promise<void> {
        await this.call("POST", "kick", { user_id: userId });
    }

    private transaction(): string {
        return `${Date.now()}-${this.sent++}`;
    }

    /** Everything that happened in the room, in order. */
    async events(): Promise<RoomEvent[]> {
        const found: RoomEvent[] = [];
        let from = "";
        for (;;) {
            const { chunk, end } = await this.page(`limit=500${from}`);
            found.push(...chunk);
            if (!end) return found.reverse();
            from = `&from=${end}`;
        }
    }

    /** The last things that happened in the room, in order. */
    async latest(): Promise<RoomEvent[]> {
        return (await this.page("limit=100")).chunk.reverse();
    }

    private async page(query: string): Promise<{ chunk: RoomEvent[]; end?: string }> {
        return this.call("GET", `messages?dir=b&${query}`);
    }

    /** Messages of everybody but this one, in order. */
    async heard(): Promise<RoomEvent[]> {
        return (await this.events()).filter(({ type, sender }) => type === "m.room.message" && sender !== this.userId);
    }

    /** User IDs of those who are in the room. */
    async members(): Promise<string[]> {
        return Object.keys((await this.call<{ joined: object }>("GET", "joined_members")).joined).sort();
    }
}
