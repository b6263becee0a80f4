/**
 * Measures a bot on a stack of its own: `eval "$(make -s env)"; npx tsx tests/support/measureEncryption.ts`. Some four minutes.
 * One message after the other, each waiting for the server's answer.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeviceId, EncryptionSettings, OlmMachine, RoomId, UserId } from "@matrix-org/matrix-sdk-crypto-nodejs";
import { LogService } from "matrix-bot-sdk";
import type { WasmMachine } from "../../bots/crypto/wasmMachine.ts";
import { type EncryptedBot, openBot } from "../../bots/encryptedBot.ts";
import { deploy, destroy } from "./encryptionStack.ts";

const messages = 1000;

LogService.setLogger({ info() {}, warn() {}, error() {}, debug() {}, trace() {} });

async function secondsFor(bot: EncryptedBot, roomId = ""): Promise<number> {
    const begin = performance.now();
    for (let count = 0; count < messages; count++) await bot.sendText(roomId, `message ${count}`);
    return (performance.now() - begin) / 1000;
}

/** Encryption without a server, each message on the disk before the next. */
async function secondsAlone(directory: string): Promise<number> {
    const [user, room] = [new UserId("@bot:example.org"), new RoomId("!room:example.org")];
    const machine = (await OlmMachine.initialize(user, new DeviceId("DEVICE"), directory)) as WasmMachine;
    const settings = Object.assign(new EncryptionSettings(), { algorithm: 1 });
    const begin = performance.now();
    for (let count = 0; count < messages; count++) {
        await machine.shareRoomKey(room, [user], settings);
        await machine.encryptRoomEvent(room, "m.room.message", JSON.stringify({ msgtype: "m.text", body: `message ${count}` }));
    }
    const seconds = (performance.now() - begin) / 1000;
    await machine.close();
    return seconds;
}

const directory = mkdtempSync(join(tmpdir(), "matrix-measure-"));
const store = join(directory, "bot");
const journal = join(store, "crypto", "journal");
const kilobytes = () => `${Math.round(statSync(journal).size / 1000)} kB`;
try {
    const alone = await secondsAlone(join(directory, "alone"));
    console.log(`${messages} messages, encrypted and not sent: ${alone.toFixed(1)} s, ${Math.round(messages / alone)} a second`);
    const { clientUrl, bots, rooms } = await deploy();
    const options = { homeserverUrl: clientUrl, accessToken: bots.notifier?.accessToken, store };
    let bot = await openBot(options);
    console.log(`store of a new bot: ${kilobytes()}`);
    const inPlain = await secondsFor(bot, rooms["#plain:localhost"]);
    const encrypted = await secondsFor(bot, rooms["#private:localhost"]);
    console.log(`${messages} messages, plain:     ${inPlain.toFixed(1)} s, ${Math.round(messages / inPlain)} a second`);
    console.log(`${messages} messages, encrypted: ${encrypted.toFixed(1)} s, ${Math.round(messages / encrypted)} a second`);
    console.log(`store afterwards: ${kilobytes()}`);
    await bot.close();
    const begin = performance.now();
    bot = await openBot(options);
    console.log(`opened again in ${((performance.now() - begin) / 1000).toFixed(1)} s; store: ${kilobytes()}`);
    await bot.close();
} finally {
    rmSync(directory, { recursive: true, force: true });
    await destroy();
}
process.exit(0);
