/** Encrypted rooms: a bot and an independent second client on a real server, restarted and killed. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { type BotOptions, openBot } from "../../bots/encryptedBot.ts";
import { signInFreshDevice } from "../../bots/freshDevice.ts";
import { root } from "../../scripts/project/checkout.ts";
import { received, say, startBot } from "../support/encryptedTalk.ts";
import { deploy, destroy, signInFreshBot } from "../support/encryptionStack.ts";
import type { LineProcess } from "../support/lineProcess.ts";
import { buildPeer, type PeerAccount, startPeer } from "../support/nio/peer.ts";
import type { StackOutputs } from "../support/stack.ts";
import { messageIndex, type WireEvent, wireEvents } from "../support/wireMessages.ts";

const directory = mkdtempSync(join(tmpdir(), "matrix-encryption-"));
const store = join(directory, "notifier.store");

describe("Encrypted rooms", function () {
    this.timeout(120_000);

    let outputs: StackOutputs;
    let options: BotOptions;
    let account: PeerAccount;
    let privateRoom: string;
    let plainRoom: string;
    let reader: MatrixClient;
    let bot: LineProcess;
    let peer: LineProcess;

    before(async function () {
        this.timeout(300_000);
        [outputs] = await Promise.all([deploy(), buildPeer()]);
        const { clientUrl, bots, users, rooms } = outputs;
        assert.ok(bots.notifier && users.peer && rooms["#private:localhost"] && rooms["#plain:localhost"], "an output is missing");
        options = { homeserverUrl: clientUrl, accessToken: bots.notifier.accessToken, store };
        account = { homeserverUrl: clientUrl, ...users.peer };
        privateRoom = rooms["#private:localhost"];
        plainRoom = rooms["#plain:localhost"];
        reader = new MatrixClient(clientUrl, bots.notifier.accessToken);
        peer = await startPeer(account, join(directory, "peer"));
        bot = await startBot(options);
    });

    after(async function () {
        this.timeout(120_000);
        await Promise.allSettled([bot?.kill(), peer?.end()]);
        rmSync(directory, { recursive: true, force: true });
        await destroy();
    });

    it("are what private rooms are unless told otherwise", async () => {
        const { algorithm } = await reader.getRoomStateEvent(privateRoom, "m.room.encryption", "");
        assert.equal(algorithm, "m.megolm.v1.aes-sha2");
        await assert.rejects(reader.getRoomStateEvent(plainRoom, "m.room.encryption", ""), /M_NOT_FOUND/);
    });

    it("carry what a bot says to another client, and the server has no word of it", async () => {
        const sent = await say(bot, privateRoom, "the bot speaks");
        assert.deepEqual(await received(peer, sent), { body: "the bot speaks", sender: "@notifier:localhost", decrypted: true });
        const event = await onWire(sent);
        assert.deepEqual(
            [event.type, event.content.algorithm, event.content.body],
            ["m.room.encrypted", "m.megolm.v1.aes-sha2", undefined],
        );
    });

    it("carry what the other client says to a bot", async () => {
        const sent = await say(peer, privateRoom, "the peer speaks");
        assert.deepEqual(await received(bot, sent), { body: "the peer speaks", sender: "@peer:localhost", decrypted: undefined });
        assert.equal((await onWire(sent)).type, "m.room.encrypted");
    });

    it("go on after a restart of both, in the sessions that were begun", async () => {
        const [botBefore, peerBefore] = [await say(bot, privateRoom, "bot, before"), await say(peer, privateRoom, "peer, before")];
        await received(peer, botBefore);
        await received(bot, peerBefore);

        await bot.end();
        const whileAway = await say(peer, privateRoom, "peer, while the bot is away");
        await peer.end();
        bot = await startBot({ ...options, accessToken: undefined });
        assert.equal((await received(bot, whileAway)).body, "peer, while the bot is away");
        const botAfter = await say(bot, privateRoom, "bot, while the peer is away");
        peer = await startPeer(account, join(directory, "peer"));
        assert.equal((await received(peer, botAfter)).body, "bot, while the peer is away");
        const peerAfter = await say(peer, privateRoom, "peer, after");
        assert.equal((await received(bot, peerAfter)).body, "peer, after");

        const sessions = async (...ids: string[]) => Promise.all(ids.map(async (id) => (await onWire(id)).content.session_id));
        const [ofBot, ofPeer] = [await sessions(botBefore, botAfter), await sessions(peerBefore, whileAway)];
        assert.equal(ofBot[1], ofBot[0], "the bot began a new session");
        assert.equal(ofPeer[1], ofPeer[0], "the peer began a new session, so the bot's stored one was not tried");
        // What was received before is still readable from the store.
        const reopened = await reopen(async (again) => (await again.getEvent(privateRoom, peerBefore)).content.body);
        assert.equal(reopened, "peer, before");
    });

    it("hold when a bot is killed again and again while it sends: no message key is used twice, and all is read", async () => {
        const earlier = (await ofBot()).length;
        for (let round = 1; round <= 3; round++) {
            bot.tell({ roomId: privateRoom, body: `round ${round}, message`, times: 1000 });
            await bot.heard("ten messages of a round", ({ body }) => body === `round ${round}, message ${10 * round}`, 60_000);
            await bot.kill();
            bot = await startBot(options);
        }
        const last = await say(bot, privateRoom, "after all");
        await received(peer, last);

        const events = await ofBot();
        assert.ok(events.length >= earlier + 61, `${events.length - earlier} messages`);
        const keys = events.map((event) => `${event.content.session_id} ${messageIndex(event)}`);
        assert.equal(new Set(keys).size, keys.length, "a message key was used twice");
        for (const { event_id } of events.slice(earlier)) await received(peer, event_id);
        assert.deepEqual(
            peer.lines.filter(({ event }) => event === "undecryptable").map(({ eventId }) => eventId),
            [],
        );
    });

    it("survive many messages at once, across changes of the session", async () => {
        const sent = await reopen((again) =>
            Promise.all(Array.from({ length: 220 }, (_, count) => again.sendText(privateRoom, `at once ${count}`))),
        );
        for (const [count, id] of sent.entries()) assert.equal((await received(peer, id)).body, `at once ${count}`);
    });

    it("do not get in the way of others: in a room without encryption a bot reads and writes plainly", async () => {
        const sent = await say(bot, plainRoom, "in the open");
        assert.equal((await received(peer, sent)).body, "in the open");
        assert.equal((await onWire(sent, plainRoom)).content.body, "in the open");
        const answered = await say(peer, plainRoom, "heard");
        assert.equal((await received(bot, answered)).body, "heard");
    });

    it("never get a plain message because the server could not be asked", async () => {
        await reopen(async (again) => {
            const ask = again.doRequest.bind(again);
            again.doRequest = async (method, endpoint, ...rest) => {
                // A real refusal of a real server: this token is none.
                if (!endpoint.includes("m.room.encryption")) return ask(method, endpoint, ...rest);
                return new MatrixClient(options.homeserverUrl, "none").doRequest(method, endpoint, ...rest);
            };
            await assert.rejects(again.sendText(plainRoom, "not sent"), /M_UNKNOWN_TOKEN/);
        });
    });

    it("keep a bot's secrets to the user who runs it", () => {
        for (const [path, mode] of [
            ["", 0o700],
            ["bot.json", 0o600],
            ["crypto/journal", 0o600],
        ] as const) {
            assert.equal(statSync(join(store, path)).mode & 0o777, mode, path);
        }
    });

    it("refuse a store that another process uses", async () => {
        await assert.rejects(openBot(options), /notifier\.store is in use by another bot: one store, one process/);
    });

    it("refuse a store with the token of somebody else, and a token that the server does not know", async () => {
        await bot.end();
        const token = await signInFreshDevice(options.homeserverUrl, account.userId, account.password);
        await assert.rejects(
            openBot({ ...options, accessToken: token }),
            /notifier\.store is the store of @notifier:localhost, device MATRIX_AS_CODE, but the token is of @peer:localhost, device \w+: give a token of/,
        );
        await assert.rejects(openBot({ ...options, accessToken: "revoked" }), /refuses the token of @notifier:localhost, .*run pulumi up/);
        bot = await startBot(options);
    });

    it("are answered in by the bot of docs/encryption.md, as written there", async () => {
        await bot.end();
        const [, program] = readFileSync(join(root, "docs/encryption.md"), "utf8").match(/```ts\n(.*?)```/s) ?? [];
        if (!program?.includes("openBot")) assert.fail("the guide has no example");
        // Inside the checkout, which is where `matrix-synapse/bots` is found.
        const file = join(root, ".tools", "encryption-example.ts");
        writeFileSync(file, program);
        writeFileSync(join(directory, "notifier.token"), `${options.accessToken}\n`, { mode: 0o600 });
        const example = execa(process.execPath, ["--import", import.meta.resolve("tsx"), file], {
            cwd: directory,
            env: { HOMESERVER_URL: options.homeserverUrl },
            reject: false,
            all: true,
        });
        try {
            await say(peer, privateRoom, "hello example");
            await peer.heard("the example's answer", ({ body }) => body === "You said: hello example", 30_000);
        } finally {
            example.kill("SIGTERM");
        }
        const { exitCode, all } = await example;
        assert.equal(exitCode, 0, all);
        rmSync(file);
        bot = await startBot(options);
    });

    it("refuse to give a device new keys when its store was lost, and go on with a fresh device", async () => {
        await bot.end();
        const lost = join(directory, "lost");
        await assert.rejects(
            openBot({ ...options, store: lost }),
            /has encryption keys on the server that are not those in .*fresh device/,
        );
        // The keys of the first store are still the ones that count.
        bot = await startBot(options);
        await received(peer, await say(bot, privateRoom, "still me"));
        await bot.end();

        const fresh = { homeserverUrl: options.homeserverUrl, accessToken: await signInFreshBot(outputs), store: lost };
        bot = await startBot(fresh);
        const sent = await say(bot, privateRoom, "a new device");
        assert.equal((await received(peer, sent)).body, "a new device");
        const answered = await say(peer, privateRoom, "welcome back");
        assert.equal((await received(bot, answered)).body, "welcome back");
    });

    async function onWire(eventId: string, roomId = privateRoom): Promise<WireEvent> {
        return (await reader.getRawEvent(roomId, eventId)) as WireEvent;
    }

    /** What the bot sent into the private room, all its processes together. */
    async function ofBot(): Promise<WireEvent[]> {
        const events = await wireEvents(reader, privateRoom);
        return events.filter(({ type, sender }) => type === "m.room.encrypted" && sender === "@notifier:localhost");
    }

    /** Uses the bot in this process, between two others. */
    async function reopen<T>(act: (again: Awaited<ReturnType<typeof openBot>>) => Promise<T>): Promise<T> {
        await bot.end();
        const again = await openBot(options);
        try {
            return await act(again);
        } finally {
            await again.close();
            bot = await startBot(options);
        }
    }
});
