/** Somebody in a bridged room, on Matrix's side. */
import { MatrixClient } from "matrix-bot-sdk";

export interface RoomEvent {
    event_id: string;
    type: string;
    sender: string;
    state_key?: string;
    content: { body?: string; msgtype?: string; formatted_body?: string; membership?: string; displayname?: string };
}

export class Talker {
    private readonly client: MatrixClient;
    private readonly room: string;
    private sent = 0;

    constructor(
        clientUrl: string,
        readonly userId: string,
        accessToken: string,
        readonly roomId: string,
    ) {
        this.client = new MatrixClient(clientUrl, accessToken);
        this.room = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;
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
        const path = `${this.room}/send/${type}/${Date.now()}-${this.sent++}`;
        return (await this.client.doRequest("PUT", path, undefined, content)).event_id;
    }

    async edit(eventId: string, body: string): Promise<string> {
        const relation = { "m.relates_to": { rel_type: "m.replace", event_id: eventId } };
        return this.say(`* ${body}`, { "m.new_content": { msgtype: "m.text", body }, ...relation });
    }

    async react(eventId: string, key: string): Promise<string> {
        return this.send("m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key } });
    }

    async remove(eventId: string): Promise<void> {
        await this.client.redactEvent(this.roomId, eventId);
    }

    async kick(userId: string): Promise<void> {
        await this.client.kickUser(userId, this.roomId);
    }

    /** Everything that happened in the room, in order. */
    async events(): Promise<RoomEvent[]> {
        const found: RoomEvent[] = [];
        let from: string | undefined;
        do {
            const page = { dir: "b", limit: 500, ...(from && { from }) };
            const { chunk, end } = await this.client.doRequest("GET", `${this.room}/messages`, page);
            found.push(...chunk);
            from = end;
        } while (from);
        return found.reverse();
    }

    /** The last things that happened in the room, in order. */
    async latest(): Promise<RoomEvent[]> {
        return (await this.client.doRequest("GET", `${this.room}/messages`, { dir: "b", limit: 100 })).chunk.reverse();
    }

    /** Messages of everybody but this one, in order. */
    async heard(): Promise<RoomEvent[]> {
        return (await this.events()).filter(({ type, sender }) => type === "m.room.message" && sender !== this.userId);
    }

    /** User IDs of those who are in the room. */
    async members(): Promise<string[]> {
        return Object.keys((await this.client.doRequest("GET", `${this.room}/joined_members`)).joined).sort();
    }
}
