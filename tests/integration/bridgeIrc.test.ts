/** Conversations between Matrix and IRC: through heisenbridge, with ngircd on the other side. */
import assert from "node:assert/strict";
import { sharedTalk } from "../support/bridges/irc/sharedTalk.ts";
import { type IrcTalk, numbered } from "../support/bridges/irc/talk.ts";
import type { Talker } from "../support/bridges/talker.ts";
import { docker, eventually } from "../support/docker.ts";

describe("the bridge to IRC", function () {
    this.timeout(60_000);
    let talk: IrcTalk;

    before(async function () {
        this.timeout(300_000);
        talk = await sharedTalk();
    });

    it("previews as no change", async () => {
        assert.deepEqual(await talk.irc.preview(), ["same"]);
    });

    it("carries messages both ways, with their senders' names and whatever they are written in", async () => {
        await talk.alice.say("Grüße, 你好 🎉");
        assert.equal(await talk.hearsAtIrc("你好"), `<Alicia Öz> Grüße, 你好 🎉`);
        talk.sayAtIrc("Olá, мир 🦜");
        const event = await talk.hearsAtMatrix("мир");
        assert.deepEqual([event.sender, event.content.body], ["@irc_test_bob:localhost", "Olá, мир 🦜"]);
        const profile = (await talk.alice.events()).find(({ state_key }) => state_key === event.sender);
        assert.equal(profile?.content.displayname, "bob");
    });

    it("carries emotes, notices and formatted text", async () => {
        await talk.alice.send("m.room.message", { msgtype: "m.emote", body: "waves" });
        assert.equal(await talk.hearsAtIrc("waves"), "\u0001ACTION Alicia Öz waves\u0001");
        talk.sayAtIrc("\u0001ACTION bows\u0001");
        assert.equal((await talk.hearsAtMatrix("bows")).content.msgtype, "m.emote");
        talk.sayAtIrc("so \u0002bold\u0002!");
        assert.equal((await talk.hearsAtMatrix("so bold!")).content.formatted_body, "so <b>bold</b>!");
    });

    it("carries long and many lines whole: as several on IRC, one message each on Matrix", async () => {
        const before = talk.said().length;
        const long = "漢".repeat(700);
        await talk.alice.say(`first line\n${long}\nlast line`);
        await talk.hearsAtIrc("last line");
        const lines = talk.said().slice(before);
        assert.deepEqual([lines[0], lines.at(-1)], ["first line", "last line"]);
        assert.equal(
            lines
                .slice(1, -1)
                .map((line) => line.replace(/^\.\.\. |\.\.\.$/g, ""))
                .join(""),
            long,
        );
        assert.ok(talk.bob.heard.every(({ text }) => Buffer.byteLength(text) < 512));
        for (const line of ["one", "two", "three"]) talk.sayAtIrc(`line ${line}`);
        await talk.hearsAtMatrix("line three");
        assert.deepEqual((await talk.bodies()).slice(-3), ["line one", "line two", "line three"]);
    });

    it("tells IRC of an edit by what changed; IRC has neither reactions nor deletions", async () => {
        const event = await talk.alice.say("the meeting is at five");
        await talk.hearsAtIrc("at five");
        const before = talk.said().length;
        await talk.alice.edit(event, "the meeting is at six");
        await talk.alice.react(event, "👍");
        await talk.alice.remove(event);
        await talk.alice.say("after the edit");
        await talk.hearsAtIrc("after the edit");
        assert.deepEqual(talk.said().slice(before), ["* six", "after the edit"]);
    });

    it("tells IRC the name of a file", async () => {
        await talk.alice.send("m.room.message", { msgtype: "m.image", body: "kitten.png", url: "mxc://localhost/abcdef" });
        assert.equal(await talk.hearsAtIrc("kitten"), "<Alicia Öz> [file: kitten.png]");
    });

    it("carries a reply to a message that the bridge cannot see", async () => {
        const relation = { "m.relates_to": { "m.in_reply_to": { event_id: "$gone" } } };
        await talk.alice.say("a reply to nothing", relation);
        await talk.hearsAtIrc("a reply to nothing");
    });

    it("brings people of the channel in when they speak, or all of them, and lets them go", async () => {
        const visitor = await talk.irc.person("visitor", "#lobby", "bridge");
        const wide = await talk.irc.person("dora", "#open", "wide");
        const inLobby = "@irc_test_visitor:localhost";
        const inOpen = "@irc_wide_dora:localhost";
        const are = (what: string, talker: Talker, member: string, there: boolean) =>
            eventually(what, 20_000, async () => assert.equal((await talker.members()).includes(member), there));
        await are("dora in the room", talk.irc.carol, inOpen, true);
        assert.ok(!(await talk.alice.members()).includes(inLobby), "the visitor came in without a word");
        visitor.say("#lobby", "here I am");
        await are("the visitor in the room", talk.alice, inLobby, true);
        wide.write("PART #open :bye");
        await visitor.quit();
        await are("the visitor gone", talk.alice, inLobby, false);
        await are("dora gone", talk.irc.carol, inOpen, false);
        await wide.quit();
    });

    it("carries many messages in a row each way, once and in order", async function () {
        this.timeout(180_000);
        const there = numbered("there", 50);
        const back = numbered("back", 50);
        const began = Date.now();
        await talk.alice.sayAll(there);
        await talk.hearsAtIrc("there 50 of 50", 90_000);
        talk.measured("Matrix to IRC", there.length, began);
        const since = Date.now();
        for (const text of back) talk.sayAtIrc(text);
        await talk.hearsAtMatrix("back 50 of 50", 90_000);
        talk.measured("IRC to Matrix", back.length, since);
        assert.deepEqual(
            talk.said().filter((text) => text.startsWith("there")),
            there,
        );
        assert.deepEqual(
            (await talk.bodies()).filter((text) => text.startsWith("back")),
            back,
        );
    });

    it("tells how it is: what waits, and when the last message went each way", async () => {
        const metrics = await talk.irc.metrics();
        assert.equal(metrics['bridge_network_connected{network="test"}'], 1);
        assert.equal(metrics['bridge_messages_waiting{direction="to_irc"}'], 0);
        assert.equal(metrics['bridge_messages_waiting{direction="to_matrix"}'], 0);
        for (const direction of ["to_irc", "to_matrix"]) {
            const last = metrics[`bridge_last_message_timestamp_seconds{direction="${direction}"}`] ?? 0;
            assert.ok(Date.now() / 1000 - last < 60, `${direction}: ${last}`);
        }
    });

    it("keeps its tokens and the network's password to itself", async () => {
        const registration = await docker("exec", talk.irc.container("bridge-irc"), "cat", "/run/secrets/registration.yaml");
        const tokens = [...registration.matchAll(/^(?:as|hs)_token: "?([^"\n]+)/gm)].map(([, token]) => token ?? "");
        assert.equal(tokens.length, 2);
        const account = [
            "import json, sys, urllib.request as request, urllib.parse as parse",
            "user = parse.quote('@ircbot:localhost')",
            "get = lambda path: json.load(request.urlopen(request.Request('http://homeserver:8008/_matrix/client/v3/' + path, headers={'Authorization': 'Bearer ' + sys.argv[1]})))",
            "rooms = get('joined_rooms')['joined_rooms']",
            "print(len(rooms), [get(f'user/{user}/rooms/{parse.quote(room)}/account_data/irc') for room in rooms], get(f'user/{user}/account_data/irc'))",
        ].join("\n");
        const data = await docker("exec", talk.irc.container("bridge-irc"), "python", "-c", account, tokens[0] ?? "");
        assert.match(data, /^4 /, "two networks and two rooms");
        assert.match(data, /NetworkRoom/);
        const logs = await docker("logs", talk.irc.container("bridge-irc"));
        for (const secret of [...tokens, talk.irc.server.password]) {
            assert.ok(!data.includes(talk.irc.server.password), "the password is in the homeserver's database");
            assert.ok(!logs.includes(secret), "a secret is in the logs");
            assert.ok(!(await talk.irc.inspected("bridge-irc")).includes(secret), "a secret is in the container's description");
        }
    });
});
