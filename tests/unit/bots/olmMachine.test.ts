import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as crypto from "@matrix-org/matrix-sdk-crypto-nodejs";
import type { WasmMachine } from "../../../bots/crypto/wasmMachine.ts";
import { LineProcess } from "../../support/lineProcess.ts";

const user = new crypto.UserId("@bot:example.org");
const room = new crypto.RoomId("!room:example.org");

describe("matrix-bot-sdk's crypto machine on WebAssembly", () => {
    const directory = mkdtempSync(join(tmpdir(), "machine-"));
    after(() => rmSync(directory, { recursive: true }));

    const open = (name: string, device = "DEVICE", passphrase = "") =>
        crypto.OlmMachine.initialize(user, new crypto.DeviceId(device), join(directory, name), passphrase) as Promise<WasmMachine>;

    it("keeps its identity and its sessions when it is closed and opened", async () => {
        let machine = await open("kept");
        const identity = machine.identityKeys.ed25519.toBase64();
        const first = await encrypted(machine, "before");
        await machine.close();
        machine = await open("kept");
        assert.equal(machine.identityKeys.ed25519.toBase64(), identity);
        const second = await encrypted(machine, "after");
        assert.equal(second.session_id, first.session_id);
        assert.notEqual(second.ciphertext, first.ciphertext);
        assert.deepEqual([await decrypted(machine, first), await decrypted(machine, second)], ["before", "after"]);
        await machine.close();
    });

    it("signs what its own key verifies, in the form of the native package", async () => {
        const machine = await open("signs");
        const signatures = (await machine.sign('{"a":1}')).get(user);
        const [key, { isValid, signature }] = Object.entries(signatures)[0] ?? assert.fail("no signature");
        assert.deepEqual([key, isValid, signature?.toBase64().length], ["ed25519:DEVICE", true, 86]);
        await machine.close();
    });

    it("encrypts and decrypts files", () => {
        const required = createRequire(import.meta.url)("@matrix-org/matrix-sdk-crypto-nodejs");
        const { Attachment, EncryptedAttachment } = required as typeof import("@matrix-org/matrix-sdk-crypto-wasm");
        const file = Attachment.encrypt(Buffer.from("a file"));
        const { encryptedData, mediaEncryptionInfo = "" } = file;
        assert.notDeepEqual(Buffer.from(encryptedData), Buffer.from("a file"));
        assert.equal(Buffer.from(Attachment.decrypt(new EncryptedAttachment(encryptedData, mediaEncryptionInfo))).toString(), "a file");
    });

    it("opens a store once at a time, and again after its process was killed", async () => {
        const script = `
            import crypto from "@matrix-org/matrix-sdk-crypto-nodejs";
            await crypto.OlmMachine.initialize(new crypto.UserId("${user}"), new crypto.DeviceId("DEVICE"), process.argv.at(-1));
            console.log(JSON.stringify({ event: "open" }));
            setInterval(() => {}, 1000);
        `;
        const parameters = ["--import", "tsx", "--input-type=module", "--eval", script, join(directory, "once")];
        const other = new LineProcess(process.execPath, parameters);
        await other.heard("that the store is open", ({ event }) => event === "open");
        await assert.rejects(open("once"), /once is in use by another bot: one store, one process; stop the other one/);
        await other.kill();
        await (await open("once")).close();
    });

    it("does not open the store of another device, with a wrong passphrase, or of a native machine that is not there", async () => {
        await (await open("mine", "DEVICE", "right")).close();
        await assert.rejects(open("mine", "OTHER", "right"), /OTHER|account/);
        await assert.rejects(open("mine", "DEVICE", "wrong"));
        await (await open("mine", "DEVICE", "right")).close();

        await (await open("native")).close();
        rmSync(join(directory, "native", "journal"));
        writeFileSync(join(directory, "native", "matrix-sdk-crypto.sqlite3"), "");
        await assert.rejects(open("native"), /was made by the native crypto, which is not installed here: run npm ci where/);
    });

    it("answers nothing after it was closed", async () => {
        const machine = await open("closed");
        const running = machine.outgoingRequests();
        await machine.close();
        assert.ok((await running).length > 0);
        await assert.rejects(machine.outgoingRequests(), /the bot is closed/);
    });
});

async function encrypted(machine: WasmMachine, body: string): Promise<Record<string, string>> {
    const settings = new crypto.EncryptionSettings();
    settings.algorithm = 1;
    await machine.updateTrackedUsers([user]);
    await machine.shareRoomKey(room, [user], settings);
    return JSON.parse(await machine.encryptRoomEvent(room, "m.room.message", JSON.stringify({ body })));
}

async function decrypted(machine: WasmMachine, content: object): Promise<string> {
    const event = { type: "m.room.encrypted", sender: user.toString(), event_id: "$event", origin_server_ts: 1, content };
    return JSON.parse((await machine.decryptRoomEvent(JSON.stringify(event), room)).event).content.body;
}
