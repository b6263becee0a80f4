/** Two parties that talk: a bot in a process of its own, or the peer. */
import { join } from "node:path";
import type { BotOptions } from "../../bots/encryptedBot.ts";
import { type Line, LineProcess } from "./lineProcess.ts";

export async function startBot(options: BotOptions): Promise<LineProcess> {
    const bot = new LineProcess(process.execPath, ["--import", "tsx", join(import.meta.dirname, "botProcess.ts")]);
    bot.tell(options);
    await bot.heard("that the bot is ready", ({ event }) => event === "ready", 30_000);
    return bot;
}

/** @returns the event's ID */
export async function say(who: LineProcess, roomId: string, body: string, timeoutMilliseconds = 20_000): Promise<string> {
    const before = who.lines.length;
    who.tell({ roomId, body });
    const isNew = (line: Line) => line.event === "sent" && who.lines.indexOf(line) >= before;
    return (await who.heard(`that "${body}" is sent`, isNew, timeoutMilliseconds)).eventId as string;
}

export async function received(
    who: LineProcess,
    eventId: string,
    timeoutMilliseconds = 20_000,
): Promise<{ body: unknown; sender: unknown; decrypted: unknown }> {
    const { body, sender, decrypted } = await who.heard(
        `message ${eventId}`,
        (line) => line.event === "message" && line.eventId === eventId,
        timeoutMilliseconds,
    );
    return { body, sender, decrypted };
}
