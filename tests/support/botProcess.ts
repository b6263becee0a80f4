/** A bot in a process of its own, that is told what to do by lines of JSON: first how to open it, then what to send. */
import { createInterface } from "node:readline";
import { LogService } from "matrix-bot-sdk";
import { openBot } from "../../bots/encryptedBot.ts";

const say = (event: string, fields: object = {}) => process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);

LogService.setLogger({ info() {}, warn() {}, error() {}, debug() {}, trace() {} });

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const options = JSON.parse((await lines.next()).value);

try {
    const bot = await openBot(options);
    const userId = await bot.getUserId();
    bot.on("room.message", (roomId, { event_id, sender, content }) => {
        if (sender !== userId) say("message", { roomId, eventId: event_id, sender, body: content.body });
    });
    bot.on("room.failed_decryption", (roomId, { event_id }, error) =>
        say("undecryptable", { roomId, eventId: event_id, error: String(error) }),
    );
    await bot.start();
    say("ready", { deviceId: bot.crypto.clientDeviceId });

    for (let line = await lines.next(); !line.done; line = await lines.next()) {
        const { roomId, body, times = 1 } = JSON.parse(line.value);
        for (let count = 1; count <= times; count++) {
            const text = times === 1 ? body : `${body} ${count}`;
            say("sent", { body: text, eventId: await bot.sendText(roomId, text) });
        }
    }
    await bot.close();
    say("closed");
    process.exit(0);
} catch (error) {
    say("failed", { message: (error as Error).message });
    process.exit(1);
}
