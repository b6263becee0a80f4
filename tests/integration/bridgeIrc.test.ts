/** Conversations between Matrix and IRC: through heisenbridge, with ngircd on the other side. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { IrcClient } from "../support/bridges/irc/client.ts";
import { IrcStack, notOnce, numbered } from "../support/bridges/irc/stack.ts";
import type { RoomEvent, Talker } from "../support/bridges/talker.ts";
import { docker, eventually } from "../support/docker.ts";

const irc = new IrcStack({ stackName: "test-bridge-irc", base: 12_000, exempt: true, pause: 0 });
const figures: string[] = [];
const name = "<Alicia Öz> ";

describe("the bridge to IRC", function () {
    this.timeout(120_000);
    let alice: Talker;
    let bob: IrcClient;

    before(async function () {
        this.timeout(300_000);
        await irc.up();
        alice = irc.alice;
        bob = await irc.person("bob", "#lobby", "bridge");
    });
    after(async () => {
        if (figures.length > 0) console.log(figures.map((line) => `      ${line}`).join("\n"));
        await bob?.quit();
        await irc.down();
    });

    const said = () => bob.said("#lobby").map((text) => text.replace(name, ""));
    const bobs = async () => (await alice.heard()).filter(({ sender }) => sender === "@irc_test_bob:localhost");
    const bodies = async () => (await bobs()).map(({ content }) => content.body ?? "");
    const hearsAtIrc = (text: string) => bob.hears(text, (heard) => heard.text.includes(text), 60_000);
    const hearsAtMatrix = (text: string, talker = alice): Promise<RoomEvent> =>
        eventually(`${text} in the room`, 60_000, async () => {
            const found = (await talker.heard()).find(({ content }) => content.body?.includes(text));
            assert.ok(found);
            return found;
        });
    const measured = (what: string, count: number, since: number) =>
        figures.push(`${what}: ${count} in ${((Date.now() - since) / 1000).toFixed(1)} s`);

    it("previews as no change", async () => {
        assert.deepEqual(await irc.preview(), ["same"]);
    });

    it("carries messages both ways, with their senders' names and whatever they are written in", async () => {
        await alice.say("Grüße, 你好 🎉");
        assert.equal((await hearsAtIrc("你好")).text, `${name}Grüße, 你好 🎉`);
        bob.say("#lobby", "Olá, мир 🦜");
        const event = await hearsAtMatrix("мир");
        assert.deepEqual([event.sender, event.content.body], ["@irc_test_bob:localhost", "Olá, мир 🦜"]);
        const profile = (await alice.events()).find(({ state_key }) => state_key === event.sender);
        assert.equal(profile?.content.displayname, "bob");
    });

    it("carries emotes, notices and formatted text", async () => {
        await alice.send("m.room.message", { msgtype: "m.emote", body: "waves" });
        assert.equal((await hearsAtIrc("waves")).text, "\u0001ACTION Alicia Öz waves\u0001");
        bob.say("#lobby", "\u0001ACTION bows\u0001");
        assert.equal((await hearsAtMatrix("bows")).content.msgtype, "m.emote");
        bob.say("#lobby", "so \u0002bold\u0002!");
        assert.equal((await hearsAtMatrix("so bold!")).content.formatted_body, "so <b>bold</b>!");
    });

    it("carries long and many lines whole: as several on IRC, one message each on Matrix", async () => {
        const before = said().length;
        const long = "漢".repeat(700);
        await alice.say(`first line\n${long}\nlast line`);
        await hearsAtIrc("last line");
        const lines = said().slice(before);
        assert.deepEqual([lines[0], lines.at(-1)], ["first line", "last line"]);
        assert.equal(
            lines
                .slice(1, -1)
                .map((line) => line.replace(/^\.\.\. |\.\.\.$/g, ""))
                .join(""),
            long,
        );
        assert.ok(bob.heard.every(({ text }) => Buffer.byteLength(text) < 512));
        for (const line of ["one", "two", "three"]) bob.say("#lobby", `line ${line}`);
        await hearsAtMatrix("line three");
        assert.deepEqual((await bodies()).slice(-3), ["line one", "line two", "line three"]);
    });

    it("tells IRC of an edit by what changed; IRC has neither reactions nor deletions", async () => {
        const event = await alice.say("the meeting is at five");
        await hearsAtIrc("at five");
        const before = said().length;
        await alice.edit(event, "the meeting is at six");
        await alice.react(event, "👍");
        await alice.remove(event);
        await alice.say("after the edit");
        await hearsAtIrc("after the edit");
        assert.deepEqual(said().slice(before), ["* six", "after the edit"]);
    });

    it("carries a reply to a message that the bridge cannot see", async () => {
        const relation = { "m.relates_to": { "m.in_reply_to": { event_id: "$gone" } } };
        await alice.say("a reply to nothing", relation);
        await hearsAtIrc("a reply to nothing");
    });

    it("brings people of the channel in when they speak, or all of them, and lets them go", async () => {
        const visitor = await irc.person("visitor", "#lobby", "bridge");
        const wide = await irc.person("dora", "#open", "wide");
        const inLobby = "@irc_test_visitor:localhost";
        const inOpen = "@irc_wide_dora:localhost";
        const are = (what: string, talker: Talker, member: string, there: boolean) =>
            eventually(what, 20_000, async () => assert.equal((await talker.members()).includes(member), there));
        await are("dora in the room", irc.carol, inOpen, true);
        assert.ok(!(await alice.members()).includes(inLobby), "the visitor came in without a word");
        visitor.say("#lobby", "here I am");
        await are("the visitor in the room", alice, inLobby, true);
        wide.write("PART #open :bye");
        await visitor.quit();
        await are("the visitor gone", alice, inLobby, false);
        await are("dora gone", irc.carol, inOpen, false);
        await wide.quit();
    });

    it("carries 100 messages in a row each way, once and in order", async () => {
        const there = numbered("there", 100);
        const back = numbered("back", 100);
        const began = Date.now();
        await alice.sayAll(there);
        await hearsAtIrc("there 100 of 100");
        measured("Matrix to IRC", 100, began);
        const since = Date.now();
        for (const text of back) bob.say("#lobby", text);
        await hearsAtMatrix("back 100 of 100");
        measured("IRC to Matrix", 100, since);
        assert.deepEqual(
            said().filter((text) => text.startsWith("there")),
            there,
        );
        assert.deepEqual(
            (await bodies()).filter((text) => text.startsWith("back")),
            back,
        );
    });

    it("loses nothing that it has received when it is killed by kill -9, and is back by itself", async () => {
        const there = numbered("killed there", 60);
        const back = numbered("killed back", 40);
        for (const text of back) bob.say("#lobby", text);
        await bob.written();
        await sleep(300);
        const began = Date.now();
        for (const [index, text] of there.entries()) {
            await alice.say(text);
            if (index === 20) await irc.kill("irc");
        }
        await hearsAtIrc(there.at(-1) ?? "");
        await hearsAtMatrix(back.at(-1) ?? "");
        measured("Matrix to IRC, with the bridge killed in the middle", 60, began);
        const twice = notOnce(there, said());
        assert.ok(Object.values(twice).every((count) => count === 2) && Object.keys(twice).length <= 1, JSON.stringify(twice));
        assert.deepEqual(notOnce(back, await bodies()), {});
        assert.deepEqual(
            (await bodies()).filter((text) => text.startsWith("killed back")),
            back,
        );
        figures.push(`doubled by the kill: ${Object.keys(twice).length}`);
    });

    it("keeps what is said while the IRC server is away", async () => {
        const there = numbered("away there", 40);
        const began = Date.now();
        await alice.sayAll(there.slice(0, 10));
        const before = bob;
        const stopped = irc.server.stop();
        await alice.sayAll(there.slice(10, 30));
        await stopped;
        await irc.server.start();
        bob = await irc.server.client("bob");
        await bob.join("#lobby");
        await alice.sayAll(there.slice(30));
        await hearsAtIrc(there.at(-1) ?? "");
        measured("Matrix to IRC, with the IRC server killed in the middle", 40, began);
        const both = [...before.said("#lobby"), ...bob.said("#lobby")].map((text) => text.replace(name, ""));
        const twice = notOnce(there, both);
        assert.ok(Object.values(twice).every((count) => count === 2) && Object.keys(twice).length <= 1, JSON.stringify(twice));
        bob.say("#lobby", "it is back");
        await hearsAtMatrix("it is back");
    });

    it("posts what is said on IRC while the homeserver is killed, once", async () => {
        const back = numbered("meanwhile back", 60);
        const began = Date.now();
        for (const [index, text] of back.entries()) {
            bob.say("#lobby", text);
            if (index === 20) await irc.kill("homeserver");
            await sleep(20);
        }
        const there = eventually("the homeserver", 60_000, () => alice.say("the homeserver is back"));
        await there;
        await hearsAtMatrix(back.at(-1) ?? "");
        measured("IRC to Matrix, with the homeserver killed in the middle", 60, began);
        assert.deepEqual(
            (await bodies()).filter((text) => text.startsWith("meanwhile")),
            back,
        );
        await hearsAtIrc("the homeserver is back");
    });

    it("tells how it is: what waits, and when the last message went each way", async () => {
        const metrics = await irc.metrics();
        assert.equal(metrics['bridge_network_connected{network="test"}'], 1);
        assert.equal(metrics['bridge_messages_waiting{direction="to_irc"}'], 0);
        assert.equal(metrics['bridge_messages_waiting{direction="to_matrix"}'], 0);
        for (const direction of ["to_irc", "to_matrix"]) {
            const last = metrics[`bridge_last_message_timestamp_seconds{direction="${direction}"}`] ?? 0;
            assert.ok(Date.now() / 1000 - last < 60, `${direction}: ${last}`);
        }
    });

    it("keeps its tokens and the network's password to itself", async () => {
        const registration = await docker("exec", irc.container("irc"), "cat", "/run/secrets/registration.yaml");
        const tokens = [...registration.matchAll(/^(?:as|hs)_token: "?([^"\n]+)/gm)].map(([, token]) => token ?? "");
        assert.equal(tokens.length, 2);
        const account = [
            "import json, sys, urllib.request as request, urllib.parse as parse",
            "user = parse.quote('@ircbot:localhost')",
            "get = lambda path: json.load(request.urlopen(request.Request('http://homeserver:8008/_matrix/client/v3/' + path, headers={'Authorization': 'Bearer ' + sys.argv[1]})))",
            "rooms = get('joined_rooms')['joined_rooms']",
            "print(len(rooms), [get(f'user/{user}/rooms/{parse.quote(room)}/account_data/irc') for room in rooms], get(f'user/{user}/account_data/irc'))",
        ].join("\n");
        const data = await docker("exec", irc.container("irc"), "python", "-c", account, tokens[0] ?? "");
        assert.match(data, /^4 /, "two networks and two rooms");
        assert.match(data, /NetworkRoom/);
        const logs = await docker("logs", irc.container("irc"));
        for (const secret of [...tokens, irc.server.password]) {
            assert.ok(!data.includes(irc.server.password), "the password is in the homeserver's database");
            assert.ok(!logs.includes(secret), "a secret is in the logs");
            assert.ok(!(await irc.inspected("irc")).includes(secret), "a secret is in the container's description");
        }
    });

    it("comes back into a room that it was put out of, by pulumi up", async () => {
        await alice.kick("@ircbot:localhost");
        await irc.stack.refresh();
        assert.ok((await irc.preview()).includes("update"), "the preview does not see it");
        await irc.deploy();
        await alice.say("after coming back");
        await hearsAtIrc("after coming back");
        bob.say("#lobby", "welcome back");
        await hearsAtMatrix("welcome back");
    });

    it("leaves a room that no longer leads to IRC with those whom it brought, and the others go on", async () => {
        const dora = await irc.person("dora", "#open", "wide");
        await eventually("dora in the room", 20_000, async () =>
            assert.ok((await irc.carol.members()).includes("@irc_wide_dora:localhost")),
        );
        await irc.deploy(false);
        await eventually("all of the bridge gone", 30_000, async () => {
            const left = (await irc.carol.members()).filter((member) => /^@irc/.test(member));
            assert.deepEqual(left, []);
        });
        await eventually("the channel left", 30_000, async () => assert.ok(!(await dora.names("#open")).includes("wide")));
        await alice.say("still here");
        await hearsAtIrc("still here");
        await irc.deploy(true);
        await irc.carol.say("open again");
        await dora.hears("open again", ({ text }) => text.includes("open again"), 60_000);
        await dora.quit();
    });
});
