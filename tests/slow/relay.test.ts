/** Two thousand messages in a row through the relay, each way, and matterbridge killed in the middle of as many. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { RelayStack } from "../support/bridges/relayStack.ts";
import { eventually } from "../support/docker.ts";

const base = 29_200;
const count = 2000;
const numbers = Array.from({ length: count }, (_, index) => index);

describe("the relay, for long", function () {
    this.timeout(1_200_000);
    const stack = new RelayStack("test-relay-slow", base);

    before(async () => {
        await stack.up();
        await stack.startPlatforms();
        await stack.meet();
    });
    after(() => stack.down());

    const numberIn = (text: string) => Number(/ (\d+)\.$/.exec(text)?.[1]);
    const sayAll = async (mark: string, each: (index: number) => Promise<void> = async () => undefined) => {
        for (const index of numbers) {
            await stack.alice.say(stack.room("xmpp"), `${mark} ${index}.`);
            await each(index);
        }
    };

    it("loses and doubles nothing of two thousand messages in a row, each way at once", async () => {
        const back = (async () => {
            for (const index of numbers) {
                stack.people.xmpp.tell({ say: `back ${index}.` });
                await sleep(100);
            }
        })();
        await Promise.all([sayAll("there"), back]);
        await eventually("all on XMPP", 300_000, async () => assert.deepEqual(stack.heard("xmpp", "there ").map(numberIn), numbers));
        await eventually("all in the room", 300_000, async () => {
            await sleep(5000);
            const said = await stack.inRoom("xmpp", "back ", 3000);
            assert.deepEqual(
                said.map(({ content }) => numberIn(content.body ?? "")),
                numbers,
            );
        });
    });

    it("killed five times in the middle, passes on all that was said in the room, and two messages of each kill twice at most", async () => {
        await sayAll("kill", async (index) => {
            if (index % 400 === 200) await stack.killMatterbridge();
        });
        await eventually("all of them", 300_000, async () => assert.equal(new Set(stack.heard("xmpp", "kill ")).size, count));
        const heard = stack.heard("xmpp", "kill ").length;
        assert.ok(heard <= count + 10, `${heard} heard`);
    });
});
