import assert from "node:assert/strict";
import { inPairs, type Turn } from "../../../scripts/testing/inPairs.ts";

interface Step extends Turn {
    name: string;
    fails?: boolean;
}

/** Runs them, each for some turns of the event loop. @returns which ran together with which, and which did not run */
async function run(...steps: Step[]): Promise<{ together: string[]; notRun: string[] }> {
    const running = new Set<string>();
    const together: string[] = [];
    const notRun = await inPairs(steps, async ({ name, fails }) => {
        running.add(name);
        together.push([...running].sort().join("+"));
        for (let turn = 0; turn < 10 * name.length; turn++) await new Promise(setImmediate);
        running.delete(name);
        return !fails;
    });
    return { together, notRun: notRun.map(({ name }) => name) };
}

describe("jobs in pairs", () => {
    it("start in their order, as soon as one of two places is free", async () => {
        const { together } = await run({ name: "looooooong" }, { name: "a" }, { name: "b" }, { name: "c" });
        assert.deepEqual(together, ["looooooong", "a+looooooong", "b+looooooong", "c+looooooong"]);
    });

    it("leave one that wants to be alone alone", async () => {
        const { together } = await run({ name: "aa" }, { name: "b" }, { name: "c", alone: true }, { name: "dd" }, { name: "e" });
        assert.deepEqual(together, ["aa", "aa+b", "c", "dd", "dd+e"]);
    });

    it("wait for one that they need, while those before it go on", async () => {
        const { together } = await run({ name: "aaaaaaaa" }, { name: "bb", needed: true }, { name: "c" });
        assert.deepEqual(together, ["aaaaaaaa", "aaaaaaaa+bb", "aaaaaaaa+c"]);
    });

    it("do not run where one that they need failed; those that run already end", async () => {
        const { together, notRun } = await run({ name: "aaaa" }, { name: "b", needed: true, fails: true }, { name: "c" }, { name: "d" });
        assert.deepEqual(
            [together, notRun],
            [
                ["aaaa", "aaaa+b"],
                ["c", "d"],
            ],
        );
    });

    it("go on where one failed that nothing needs", async () => {
        assert.deepEqual((await run({ name: "a", fails: true }, { name: "b", alone: true, fails: true }, { name: "c" })).notRun, []);
    });
});
