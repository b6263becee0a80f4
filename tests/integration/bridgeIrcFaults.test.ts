/** What the bridge to IRC does when a side of it is killed, and when its rooms change. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { sharedTalk } from "../support/bridges/irc/sharedTalk.ts";
import { type IrcTalk, numbered } from "../support/bridges/irc/talk.ts";
import { eventually } from "../support/docker.ts";

describe("the bridge to IRC, when something fails", function () {
    this.timeout(180_000);
    let talk: IrcTalk;

    before(async function () {
        this.timeout(300_000);
        talk = await sharedTalk();
    });

    it("loses nothing that it has received when it is killed by kill -9, and is back by itself", async () => {
        const there = numbered("killed there", 60);
        const back = numbered("killed back", 40);
        talk.sayAtIrc(...back);
        await talk.bob.written();
        await sleep(300);
        const began = Date.now();
        for (const [index, text] of there.entries()) {
            await talk.alice.say(text);
            if (index === 20) await talk.irc.kill("bridge-irc");
        }
        await talk.hearsAtIrc(there.at(-1) ?? "");
        await talk.hearsAtMatrix(back.at(-1) ?? "");
        talk.measured("Matrix to IRC, with the bridge killed in the middle", 60, began);
        talk.note(`doubled by the kill: ${talk.assertInFlightAlone(there, talk.said())}`);
        await talk.assertExact([], back);
    });

    it("keeps what is said while the IRC server is away", async () => {
        const there = numbered("away there", 40);
        const began = Date.now();
        await talk.alice.sayAll(there.slice(0, 10));
        const before = talk.bob;
        const stopped = talk.irc.server.stop();
        await talk.alice.sayAll(there.slice(10, 30));
        await stopped;
        await talk.irc.server.start();
        await talk.comeBack();
        await talk.alice.sayAll(there.slice(30));
        await talk.hearsAtIrc(there.at(-1) ?? "");
        talk.measured("Matrix to IRC, with the IRC server killed in the middle", 40, began);
        talk.note(`doubled by the kill: ${talk.assertInFlightAlone(there, [...talk.said(before), ...talk.said()])}`);
        talk.sayAtIrc("it is back");
        await talk.hearsAtMatrix("it is back");
    });

    it("carries what was said before and while the homeserver is killed, once", async () => {
        const [there, back] = [numbered("just before", 5), numbered("meanwhile back", 60)];
        const began = Date.now();
        for (const [index, text] of back.entries()) {
            talk.sayAtIrc(text);
            if (index === 20) {
                await talk.alice.sayAll(there);
                await talk.irc.kill("homeserver");
            }
            await sleep(20);
        }
        await talk.hearsAtMatrix(back.at(-1) ?? "");
        talk.measured("IRC to Matrix, with the homeserver killed in the middle", 60, began);
        await talk.hearsAtIrc(there.at(-1) ?? "");
        await talk.assertExact(there, back);
    });

    it("comes back into a room that it was put out of, by pulumi up", async () => {
        await talk.alice.kick("@ircbot:localhost");
        await talk.irc.stack.refresh();
        assert.ok((await talk.irc.preview()).includes("update"), "the preview does not see it");
        await talk.irc.deploy();
        await talk.alice.say("after coming back");
        await talk.hearsAtIrc("after coming back");
        talk.sayAtIrc("welcome back");
        await talk.hearsAtMatrix("welcome back");
    });

    it("leaves a room that no longer leads to IRC with those whom it brought, and the others go on", async () => {
        const dora = await talk.irc.person("dora", "#open", "wide");
        await eventually("dora in the room", 20_000, async () =>
            assert.ok((await talk.irc.carol.members()).includes("@irc_wide_dora:localhost")),
        );
        await talk.irc.deploy(false);
        await eventually("all of the bridge gone", 30_000, async () => {
            const left = (await talk.irc.carol.members()).filter((member) => /^@irc/.test(member));
            assert.deepEqual(left, []);
        });
        await eventually("the channel left", 30_000, async () => assert.ok(!(await dora.names("#open")).includes("wide")));
        await talk.alice.say("still here");
        await talk.hearsAtIrc("still here");
        await talk.irc.deploy(true);
        await talk.irc.carol.say("open again");
        await dora.hears("open again", ({ text }) => text.includes("open again"), 60_000);
        await dora.quit();
    });
});
