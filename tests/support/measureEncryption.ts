/**
 * Measures a bot on a stack of its own: `eval "$(make -s env)"; npx tsx tests/support/measureEncryption.ts`. About two minutes.
 * One message after the other, each waiting for the server's answer.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogService } from "matrix-bot-sdk";
import { type EncryptedBot, openBot } from "../../bots/encryptedBot.ts";
import { deploy, destroy } from "./encryptionStack.ts";

const messages = 1000;

LogService.setLogger({ info() {}, warn() {}, error() {}, debug() {}, trace() {} });

async function secondsFor(bot: EncryptedBot, roomId = ""): Promise<number> {
    const begin = performance.now();
    for (let count = 0; count < messages; count++) await bot.sendText(roomId, `message ${count}`);
    return (performance.now() - begin) / 1000;
}

const directory = mkdtempSync(join(tmpdir(), "matrix-measure-"));
const store = join(directory, "bot");
const journal = join(store, "crypto", "journal");
const kilobytes = () => `${Math.round(statSync(journal).size / 1000)} kB`;
try {
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
