import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { MatrixClient } from "matrix-bot-sdk";
import { root } from "../../scripts/project/checkout.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack, storedState } from "../support/stack.ts";

const stackName = "test-seeds";
const base = 23000;
const folder = "seeds-of-a-test";
const script = `${folder}/a.ts`;

describe("a seed", function () {
    this.timeout(180_000);
    let stack: Stack;
    let outputs: StackOutputs;

    before(async () => {
        mkdirSync(`${root}/${folder}`, { recursive: true });
        await destroyStack(stackName);
        write(says("first"));
        declare();
        stack = await openStack(stackName);
        outputs = plain((await stack.up()).outputs);
    });
    after(async () => {
        rmSync(`${root}/${folder}`, { recursive: true, force: true });
        await destroyStack(stackName);
    });

    const write = (body: string) =>
        writeFileSync(
            `${root}/${script}`,
            `import { seed } from "matrix-synapse/seeds";\nexport default seed(async ({ client, userId, rooms }) => {\n${body}\n});\n`,
        );
    const says = (body: string) => `await client.sendText(rooms.get("lobby"), ${JSON.stringify(body)});`;
    const declare = (seed: object = {}, others: object = {}) =>
        configure(stackName, smallStack(base, { seeds: { test: { script, as: "notifier", ...seed } }, ...others }));
    /** What was said in the lobby, oldest first, with the speaker. */
    const said = async () => {
        const bot = new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
        const room = encodeURIComponent(outputs.rooms["#lobby:localhost"] ?? "");
        const path = `/_matrix/client/v3/rooms/${room}/messages`;
        const { chunk } = await bot.doRequest("GET", path, { dir: "f", limit: 100, filter: '{"types":["m.room.message"]}' });
        return (chunk as { sender: string; content: { body: string } }[]).map(({ sender, content }) => `${sender} ${content.body}`);
    };
    const first = "@notifier:localhost first";
    const second = "@notifier:localhost second";

    it("runs once, as its account, when everything declared is there", async () => assert.deepEqual(await said(), [first]));

    it("does not run again by itself, nor for another room, nor in a preview", async () => {
        const { summary } = await stack.up();
        assert.deepEqual(Object.keys(summary.resourceChanges ?? {}), ["same"]);
        declare({}, { users: { alice: {} } });
        await stack.up();
        declare();
        await stack.up();
        write(says("second"));
        await stack.preview();
        assert.deepEqual(await said(), [first]);
    });

    it("runs again after an edit, and as another account", async () => {
        await stack.up();
        assert.deepEqual(await said(), [first, second]);
        declare({ as: "admin" });
        await stack.up();
        assert.deepEqual(await said(), [first, second, "@admin:localhost second"]);
        declare();
        write(says("third"));
        await stack.up();
        assert.equal((await said()).at(-1), "@notifier:localhost third");
    });

    it("runs again when a file that it imports changes", async () => {
        const text = (greeting: string) => writeFileSync(`${root}/${folder}/greeting.ts`, `export const greeting = "${greeting}";\n`);
        text("imported");
        write('const { greeting } = await import("./greeting.ts"); await client.sendText(rooms.get("lobby"), greeting);');
        await stack.up();
        text("imported, edited");
        await stack.up();
        assert.deepEqual((await said()).slice(-2), ["@notifier:localhost imported", "@notifier:localhost imported, edited"]);
    });

    it("fails `pulumi up` with the script's own error, and runs again at the next one", async () => {
        write('throw new Error("no such luck");');
        await assert.rejects(stack.up(), /a\.ts failed[\s\S]*Error: no such luck[\s\S]*seeds-of-a-test\/a\.ts:3/);
        await assert.rejects(stack.up(), /Error: no such luck/);
        write(says("after the failure"));
        await stack.up();
        assert.equal((await said()).at(-1), "@notifier:localhost after the failure");
    });

    it("is ended where it never ends, and `pulumi up` says so", async () => {
        write("for (;;);");
        declare({ timeout: 5 });
        await assert.rejects(stack.up(), /a\.ts did not end within 5 s/);
    });

    it("shows a secret that it prints neither in the output nor in the state, whether it fails or not", async () => {
        const token = outputs.bots.notifier?.accessToken ?? assert.fail("the stack has no bot");
        write('console.log(client.accessToken); console.error(client.accessToken, "printed");');
        declare();
        const { stdout, stderr } = await stack.up();
        assert.ok(!`${stdout}${stderr}`.includes(token), "the token is in the output of a success");
        const state = await storedState(stackName);
        assert.ok(!state.includes(token) && !state.includes("printed"), "the token is in the state");

        write('console.log(client.accessToken); throw new Error("with " + client.accessToken);');
        const failure = await stack.up().then(
            () => assert.fail("it did not fail"),
            (error) => String(error),
        );
        assert.match(failure, /with \[secret\]/);
        assert.ok(!failure.includes(token), "the token is in the output of a failure");
        assert.ok(!(await storedState(stackName)).includes(token), "the token is in the state after a failure");
    });

    it("is a fault of the settings where its script is missing, before anything is changed", async () => {
        // In one order, and without the time of the look at what may have drifted.
        const resources = async () =>
            (await stack.exportStack()).deployment.resources
                .map(({ urn, id, inputs, outputs }: Record<string, unknown>) => ({ urn, id, inputs, outputs }))
                .sort((a: { urn: string }, b: { urn: string }) => (a.urn < b.urn ? -1 : 1));
        const before = await resources();
        declare({ script: `${folder}/missing.ts` });
        await assert.rejects(stack.up(), /seeds\.test\.script: "seeds-of-a-test\/missing\.ts" does not exist/);
        assert.deepEqual(await resources(), before);
    });

    it("runs nothing when it is removed", async () => {
        const before = await said();
        configure(stackName, smallStack(base));
        await stack.up();
        assert.deepEqual(await said(), before);
        assert.ok(readFileSync(`${root}/${script}`, "utf8"), "the script is gone");
    });
});
