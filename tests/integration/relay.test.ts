/** The relay's conversations with people on real servers of XMPP, Mumble and SSH-chat. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type FarPlatform, jabberPassword } from "../support/bridges/farEnds.ts";
import { platforms, RelayStack } from "../support/bridges/relayStack.ts";
import { docker, eventually } from "../support/docker.ts";
import { openStack } from "../support/stack.ts";

const base = 13_800;

describe("the relay", function () {
    this.timeout(120_000);
    const stack = new RelayStack("test-relay", base);
    const { people, relay } = stack;
    const roomOf = (platform: FarPlatform) => stack.room(platform);
    const heardBy = (platform: FarPlatform, mark: string) => stack.heard(platform, mark);
    const inRoom = (platform: FarPlatform, mark: string) => stack.inRoom(platform, mark);

    before(() => stack.up());
    after(() => stack.down());

    it("starts without the platforms, says so, and finds them when they come up", async () => {
        assert.deepEqual(await stack.networks(), { jabber: "not connected", shell: "not connected", voice: "not connected" });
        await stack.startPlatforms();
        await stack.meet();
    });

    it("is deployed: a preview is empty", async () => {
        assert.deepEqual(Object.keys((await (await openStack(stack.stackName)).preview()).changeSummary), ["same"]);
    });

    for (const platform of platforms) {
        it(`carries text of any kind both ways, with senders' names: ${platform}`, async () => {
            const text = "Grüße aus Zürich ☕ to 東京";
            await stack.alice.say(roomOf(platform), text);
            const { text: heard } = await people[platform].heard("the greeting", ({ text: said }) => String(said).includes("東京"));
            assert.equal(String(heard).replace("&lt;", "<").replace("&gt;", ">"), `<Alice> ${text}`);
            people[platform].tell({ say: "Übung macht den Meister 🎹" });
            await eventually("the answer", 10_000, async () => {
                const [answer] = await inRoom(platform, "🎹");
                assert.deepEqual(answer?.content, { msgtype: "m.text", body: "<bob> Übung macht den Meister 🎹" });
            });
        });
    }

    it("passes edits on to XMPP as such, and its edits into the room", async () => {
        const event = await stack.alice.say(roomOf("xmpp"), "wrong");
        const { id } = await people.xmpp.heard("it", ({ text }) => text === "<Alice> wrong");
        await stack.alice.edit(roomOf("xmpp"), event, "right");
        const edited = await people.xmpp.heard("the edit", ({ text }) => text === "<Alice> right");
        assert.equal(edited.instead, id);
        people.xmpp.tell({ say: "first" });
        const said = await people.xmpp.heard("what it said", ({ event: kind, text }) => kind === "said" && text === "first");
        await eventually("it", 10_000, async () => assert.equal((await inRoom("xmpp", "first")).length, 1));
        people.xmpp.tell({ say: "second", instead: said.id });
        await eventually("the edit", 10_000, async () => {
            const [, latest] = [await inRoom("xmpp", "first"), (await inRoom("xmpp", "second"))[0]];
            assert.equal(latest?.content["m.new_content"]?.body, "<bob> second");
        });
    });

    it("tells the room who joins and leaves Mumble", async () => {
        const carol = await stack.far.person("mumble", "carol");
        await carol.kill();
        await eventually("the notices", 10_000, async () => {
            const notices = (await inRoom("mumble", "carol")).map(({ content }) => [content.msgtype, content.body]);
            assert.deepEqual(notices, [
                ["m.notice", "<system> carol joined"],
                ["m.notice", "<system> carol left"],
            ]);
        });
    });

    it("lets nobody write commands, mark-up or calls on another side", async () => {
        await stack.alice.say(roomOf("sshchat"), "mark\n/exit");
        await people.sshchat.heard("one line", ({ text }) => text === "<Alice> mark ⏎ /exit");
        await stack.alice.say(roomOf("mumble"), 'mark <img src="x"> ![p](http://x/p.png)');
        const { text } = await people.mumble.heard("the text", ({ text: said }) => String(said).includes("mark"));
        assert.doesNotMatch(String(text), /<img/);
        people.xmpp.tell({ say: "mark @room <b>bold</b>" });
        await eventually("the text", 10_000, async () => {
            const [said] = await inRoom("xmpp", "mark");
            assert.deepEqual(said?.content, { msgtype: "m.text", body: "<bob> mark @\u200broom <b>bold</b>" });
        });
    });

    it("loses and doubles nothing of many messages in a row, at the pace of each side", async () => {
        const counts: Record<FarPlatform, number> = { xmpp: 60, mumble: 20, sshchat: 20 };
        await Promise.all(
            platforms.map(async (platform) => {
                for (let index = 0; index < counts[platform]; index++) await stack.alice.say(roomOf(platform), `row ${index}.`);
            }),
        );
        await Promise.all(
            platforms.map((platform) =>
                eventually(`all on ${platform}`, 60_000, async () =>
                    assert.deepEqual(
                        heardBy(platform, "row ").map((text) => Number(/row (\d+)\./.exec(text)?.[1])),
                        Array.from({ length: counts[platform] }, (_, index) => index),
                    ),
                ),
            ),
        );
        for (let index = 0; index < 60; index++) people.xmpp.tell({ say: `back ${index}.` });
        await eventually("all in the room", 60_000, async () =>
            assert.deepEqual(
                (await inRoom("xmpp", "back ")).map(({ content }) => content.body),
                Array.from({ length: 60 }, (_, index) => `<bob> back ${index}.`),
            ),
        );
    });

    it("killed in the middle of a row, passes on all that was said in the room, and two messages twice at most", async () => {
        const count = 40;
        for (let index = 0; index < count; index++) {
            await stack.alice.say(roomOf("xmpp"), `kill ${index}.`);
            if (index === 15) await stack.killMatterbridge();
        }
        await eventually("all of them", 60_000, async () => {
            const heard = heardBy("xmpp", "kill ");
            assert.equal(new Set(heard).size, count);
            assert.ok(heard.length <= count + 2, `${heard.length} heard`);
        });
    });

    it("passes on what is said in the room while the courier restarts", async () => {
        const restarted = docker("restart", "--time", "0", `${relay}-courier`);
        for (let index = 0; index < 10; index++) await stack.alice.say(roomOf("xmpp"), `courier ${index}.`);
        await restarted;
        await eventually("all of them", 60_000, async () => {
            const heard = heardBy("xmpp", "courier ");
            assert.equal(new Set(heard).size, 10);
            assert.ok(heard.length <= 11, `${heard.length} heard`);
        });
    });

    it("keeps what is said on both sides while the homeserver restarts", async () => {
        const restarted = docker("restart", "--time", "1", `${stack.prefix}-homeserver`);
        for (let index = 0; index < 10; index++) people.xmpp.tell({ say: `server ${index}.` });
        await restarted;
        await eventually("the client API", 60_000, () => stack.alice.say(roomOf("xmpp"), "there again"));
        await eventually("both", 60_000, async () => {
            assert.equal(heardBy("xmpp", "there again").length, 1);
            assert.deepEqual(
                (await inRoom("xmpp", "server ")).map(({ content }) => content.body),
                Array.from({ length: 10 }, (_, index) => `<bob> server ${index}.`),
            );
        });
    });

    it("finds back to every platform that was restarted", async () => {
        await Promise.all(platforms.map((platform) => people[platform].kill()));
        await Promise.all(platforms.map((platform) => stack.far.restart(platform)));
        // What was connected is seen to be so no more.
        await sleep(3000);
        await stack.connected();
        await stack.meet();
        for (const platform of platforms)
            await eventually(`${platform} again`, 60_000, async () => {
                await stack.alice.say(roomOf(platform), "again");
                await people[platform].heard("it", ({ text }) => String(text).includes("again"), 5000);
            });
    });

    it("shows its password and tokens nowhere", async () => {
        const said = await Promise.all([
            docker("inspect", relay, `${relay}-courier`),
            docker("top", relay),
            docker("top", `${relay}-courier`),
            docker("logs", relay),
            docker("logs", `${relay}-courier`),
        ]);
        const token = JSON.parse(await docker("exec", `${relay}-courier`, "cat", "/run/secrets/courier.json")).token as string;
        for (const text of said) assert.ok(!text.includes(jabberPassword) && !text.includes(token));
    });
});
