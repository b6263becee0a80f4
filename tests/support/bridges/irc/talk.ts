/** Alice on Matrix and Bob on IRC, in the room and the channel `lobby`. */
import assert from "node:assert/strict";
import { eventually } from "../../docker.ts";
import type { RoomEvent, Talker } from "../talker.ts";
import type { IrcClient } from "./client.ts";
import { IrcStack, type IrcStackArgs } from "./stack.ts";

const channel = "#lobby";
const prefix = "<Alicia Öz> ";

export class IrcTalk {
    readonly irc: IrcStack;
    bob!: IrcClient;
    private readonly figures: string[] = [];

    constructor(args: IrcStackArgs) {
        this.irc = new IrcStack(args);
    }

    get alice(): Talker {
        return this.irc.alice;
    }

    async begin(): Promise<void> {
        await this.irc.up();
        this.bob = await this.irc.person("bob", channel, "bridge");
    }

    async end(): Promise<void> {
        if (this.figures.length > 0) console.log(this.figures.map((line) => `      ${line}`).join("\n"));
        await this.bob?.quit();
        await this.irc.down();
    }

    /** Bob, after the IRC server was restarted. */
    async comeBack(): Promise<void> {
        this.bob = await this.irc.server.client("bob");
        await this.bob.join(channel);
    }

    sayAtIrc(...texts: string[]): void {
        for (const text of texts) this.bob.say(channel, text);
    }

    /** What Bob hears, without the name before it. */
    said(bob = this.bob): string[] {
        return bob.said(channel).map((text) => text.replace(prefix, ""));
    }

    /** What Alice hears of Bob. */
    async bodies(): Promise<string[]> {
        const messages = (await this.alice.heard()).filter(({ sender }) => sender === "@irc_test_bob:localhost");
        return messages.map(({ content }) => content.body ?? "");
    }

    async hearsAtIrc(text: string, timeoutMilliseconds = 60_000): Promise<string> {
        return (await this.bob.hears(text, (heard) => heard.text.includes(text), timeoutMilliseconds)).text;
    }

    async hearsAtMatrix(text: string, timeoutMilliseconds = 60_000): Promise<RoomEvent> {
        return eventually(`${text} in the room`, timeoutMilliseconds, async () => {
            const found = (await this.alice.latest()).find(({ content }) => content.body?.includes(text));
            if (!found) throw new Error("not there");
            return found;
        });
    }

    /** A line of the figures that are printed at the end. */
    note(line: string): void {
        this.figures.push(line);
    }

    /** @param since milliseconds since 1970 */
    measured(what: string, count: number, since: number): void {
        const seconds = (Date.now() - since) / 1000;
        this.note(`${what}: ${count} in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(1)} a second`);
    }

    /** Everything once and in order. */
    async assertExact(there: readonly string[], back: readonly string[]): Promise<void> {
        const of = (expected: readonly string[], found: readonly string[]) => found.filter((text) => expected.includes(text));
        assert.deepEqual(of(there, this.said()), there);
        assert.deepEqual(of(back, await this.bodies()), back);
    }

    /** Everything in order, once but for at most one message, the one on its way at a kill. @returns how many were doubled */
    assertInFlightAlone(expected: readonly string[], found: readonly string[]): number {
        const twice = notOnce(expected, found);
        assert.ok(Object.values(twice).every((count) => count === 2) && Object.keys(twice).length <= 1, JSON.stringify(twice));
        const first = found.filter((text, index) => expected.includes(text) && found.indexOf(text) === index);
        assert.deepEqual(first, expected);
        return Object.keys(twice).length;
    }
}

/** @returns those of the texts that are not there exactly once, with how often they are */
function notOnce(expected: readonly string[], found: readonly string[]): Record<string, number> {
    const counts = new Map(expected.map((text) => [text, 0]));
    for (const text of found) if (counts.has(text)) counts.set(text, (counts.get(text) ?? 0) + 1);
    return Object.fromEntries([...counts].filter(([, count]) => count !== 1));
}

export function numbered(what: string, count: number): string[] {
    return Array.from({ length: count }, (_, index) => `${what} ${index + 1} of ${count}`);
}
