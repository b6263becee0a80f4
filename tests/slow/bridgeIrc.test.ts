/** Many messages between Matrix and IRC, and the pace at which the bridge writes where it is not exempt from a network's limits. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { IrcTalk, numbered } from "../support/bridges/irc/talk.ts";
import { docker } from "../support/docker.ts";

const many = 2000;
const long = 1_500_000;

describe("the bridge to IRC, on a network that exempts it", function () {
    this.timeout(2 * long);
    const talk = new IrcTalk({ stackName: "test-bridge-irc-many", base: 14_400, exempt: true, pause: 0 });

    before(async () => talk.begin());
    after(async () => talk.end());

    it(`carries ${many} messages in a row each way, once and in order`, async () => {
        const [there, back] = [numbered("there", many), numbered("back", many)];
        const began = Date.now();
        await talk.alice.sayAll(there);
        await talk.hearsAtIrc(there.at(-1) ?? "", long);
        talk.measured("Matrix to IRC", many, began);
        const since = Date.now();
        talk.sayAtIrc(...back);
        await talk.hearsAtMatrix(back.at(-1) ?? "", long);
        talk.measured("IRC to Matrix", many, since);
        await talk.assertExact(there, back);
    });

    it(`loses none of ${many / 4} while it is killed ten times, and doubles at most one a kill`, async () => {
        const there = numbered("killed there", many / 4);
        const kills = 10;
        const began = Date.now();
        for (const [index, text] of there.entries()) {
            await talk.alice.say(text);
            if (index % (there.length / kills) !== 20) continue;
            // At work, with some that it has received and not delivered.
            await talk.hearsAtIrc(there[index - 10] ?? "", long);
            await sleep(Math.random() * 100);
            await talk.irc.kill("bridge-irc");
        }
        await talk.hearsAtIrc(there.at(-1) ?? "", long);
        talk.measured(`Matrix to IRC, with the bridge killed ${kills} times`, there.length, began);
        const found = talk.said().filter((text) => there.includes(text));
        const first = found.filter((text, index) => found.indexOf(text) === index);
        assert.deepEqual(first, there);
        const doubled = found.length - first.length;
        talk.note(`doubled by ${kills} kills: ${doubled}`);
        assert.ok(doubled <= kills, `${doubled} were doubled`);
    });

    it("stays within its memory", async () => {
        const used = await docker("stats", "--no-stream", "--format", "{{.MemUsage}}", talk.irc.container("bridge-irc"));
        talk.note(`memory after ${2 * many} messages: ${used}`);
        const state = await talk.irc.inspected("bridge-irc");
        assert.match(state, /"OOMKilled":false/);
    });
});

describe("the bridge to IRC, on a network with limits", function () {
    this.timeout(300_000);
    const talk = new IrcTalk({ stackName: "test-bridge-irc-slow", base: 14_700, exempt: false });
    /** The settings' default, in seconds, and how many lines may go at once. */
    const [pause, burst] = [1.5, 5];

    before(async () => talk.begin());
    after(async () => talk.end());

    it("writes five lines at once and then one each one and a half seconds, as declared by default", async () => {
        const lines = numbered("paced", 20);
        await talk.alice.sayAll(lines);
        await talk.hearsAtIrc(lines.at(-1) ?? "", 120_000);
        const times = talk.bob.heard.filter(({ text }) => text.includes("paced")).map(({ at }) => at);
        assert.equal(times.length, lines.length);
        for (const [index, at] of times.entries()) {
            const allowed = Math.floor((at - (times[0] ?? 0)) / 1000 / pause) + burst + 1;
            assert.ok(index < allowed, `line ${index + 1} came ${at - (times[0] ?? 0)} ms after the first`);
        }
        talk.note(`20 lines at the default pause: ${(((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000).toFixed(1)} s`);
        await talk.assertExact(lines, []);
        assert.deepEqual(
            talk.bob.heard.filter(({ nick, command }) => nick === "bridge" && command === "QUIT"),
            [],
        );
    });
});
