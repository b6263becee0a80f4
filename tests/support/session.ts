/** A signed-in client that follows its rooms by long polls, as people's clients do, whatever the server does meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";

export class SyncingSession {
    /** Bodies of the messages that it got, in order. */
    readonly messages: string[] = [];
    /** Error codes with which the server refused its token. */
    readonly refusals: string[] = [];
    private since: string | undefined;
    private going = true;
    private readonly end: Promise<void>;

    constructor(
        private readonly url: string,
        private token: string,
    ) {
        this.end = this.follow();
    }

    /** The same session goes on from where it is. */
    goOnWith(token: string): void {
        this.token = token;
    }

    async stop(): Promise<void> {
        this.going = false;
        await this.end;
    }

    /** Those of these bodies that it did not get exactly once. */
    missing(sent: readonly string[]): string[] {
        return sent.filter((body) => this.messages.filter((one) => one === body).length !== 1);
    }

    private async follow(): Promise<void> {
        while (this.going) {
            const since = this.since === undefined ? "" : `&since=${this.since}`;
            try {
                const answer = await fetch(`${this.url}/_matrix/client/v3/sync?timeout=2000${since}`, {
                    headers: { authorization: `Bearer ${this.token}` },
                });
                const body = (await answer.json()) as {
                    errcode?: string;
                    next_batch: string;
                    rooms?: { join?: Record<string, { timeline: { events: { type: string; content: { body: string } }[] } }> };
                };
                if (answer.status === 401) this.refusals.push(body.errcode ?? "401");
                if (!answer.ok) throw new Error(body.errcode);
                this.since = body.next_batch;
                for (const { timeline } of Object.values(body.rooms?.join ?? {}))
                    for (const { type, content } of timeline.events) if (type === "m.room.message") this.messages.push(content.body);
            } catch {
                // It is away, or refuses: like a client, it asks again.
                await sleep(300);
            }
        }
    }
}
