/** A bot of another project that writes into an encrypted room. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { exampleFolder } from "../../support/example.ts";
import { installed } from "../../support/packed.ts";
import type { Consumers } from "./stacks.ts";

/** Prints the type of the event that everybody else gets. */
const program = `import { openBot } from "matrix-synapse/bots";
const [homeserverUrl, accessToken] = process.env.BOT.split(" ");
const bot = await openBot({ homeserverUrl, accessToken, store: "bot.store" });
const initial_state = [{ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }];
const room = await bot.createRoom({ initial_state });
const sent = await bot.sendText(room, "hello");
console.log((await bot.getRawEvent(room, sent)).type);
await bot.leaveRoom(room);
await bot.close();
`;

export function encryptedBot({ server }: Consumers): void {
    describe("a bot of another project", () => {
        it("encrypts by means of the packed file alone", async () => {
            const project = await installed(exampleFolder("team-workspace"));
            writeFileSync(join(project, "bot.mjs"), program);
            const { clientUrl, bots } = server();
            const env = { BOT: `${clientUrl} ${bots.notifier?.accessToken}` };
            const { stdout } = await execa(process.execPath, ["bot.mjs"], { cwd: project, env, timeout: 60_000 });
            assert.equal(stdout.split("\n").at(-1), "m.room.encrypted");
        });
    });
}
