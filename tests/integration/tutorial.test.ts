/** docs/bot-tutorial.md and docs/api-guide.md, followed to the letter on a stack of their own. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { openBot } from "../../bots/encryptedBot.ts";
import { connect } from "../../scripts/content/client.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../support/stack.ts";
import { type Block, blocksOf, copyOfCheckout, follow, removeCopy } from "../support/writtenCommands.ts";

const stackName = "test-tutorial";
const base = 16000;

describe("a reader of the guides, who types what stands there", function () {
    this.timeout(180_000);
    let directory: string;
    let shown: string;

    before(async () => {
        await destroyStack(stackName);
        directory = await copyOfCheckout();
        // The stack that the reader has after `make up`, but for its name and ports.
        configure(stackName, smallStack(base, { users: { admin: { displayName: "Administrator", admin: true } } }), directory);
        await (await openStack(stackName, directory)).up();
    });

    after(async () => {
        const stack = await openStack(stackName, directory);
        await stack.destroy();
        await stack.workspace.removeStack(stackName);
        removeCopy(directory);
    });

    it("gets from nothing to a bot that answers", async () => {
        const [fromNothing, ...blocks] = blocksOf("docs/bot-tutorial.md") as [Block, ...Block[]];
        // Left out: what clones a checkout and brings up the dev stack. Here a copy of this checkout and a stack of its own are there.
        assert.match(fromNothing.text, /^git clone \S+\ncd matrix-synapse\nmake up\n$/);

        shown = await follow(blocks, directory, { PULUMI_STACK: stackName });
        const outputs = await outputsNow();
        const echo = outputs.bots.echo;
        assert.ok(echo, "the stack has no bot");
        const tea = outputs.rooms["#tea:localhost"] as string;
        assert.deepEqual((await messages(outputs.clientUrl, echo.accessToken, tea)).slice(0, 2), [
            { sender: "@echo:localhost", content: { msgtype: "m.notice", body: "You said: hello" } },
            { sender: "@admin:localhost", content: { msgtype: "m.text", body: "hello" } },
        ]);
        // What the reader is told to see is what was seen.
        const told = blocks.find(({ language }) => language === "")?.text;
        if (!told) assert.fail("the tutorial does not show the answer");
        assert.ok(shown.includes(told), shown);
    });

    it("has an answer in the private room that only its members can read", async () => {
        const { clientUrl } = await outputsNow();
        const store = join(directory, ".state/bots", stackName, "admin");
        const [device] = readdirSync(store);
        assert.ok(device, `${store} is empty`);
        const administrator = await openBot({ homeserverUrl: clientUrl, store: join(store, device) });
        try {
            const answer = new Promise<string>((resolve, reject) => {
                setTimeout(reject, 30_000, new Error("no answer that can be read within 30 s")).unref();
                administrator.on("room.decrypted_event", (_room: string, { sender, content }) => {
                    if (sender === "@echo:localhost") resolve(content.body);
                });
            });
            await administrator.start();
            assert.equal(await answer, "You said: between us");
        } finally {
            await administrator.close();
        }
    });

    it("has the settings that the tutorial shows", () => {
        const written = blocksOf("docs/bot-tutorial.md").find(({ language }) => language === "yaml")?.text;
        if (!written) assert.fail("the tutorial shows no settings");
        const told = parse(`config:\n${written}`).config;
        const found = parse(readFileSync(join(directory, `Pulumi.${stackName}.yaml`), "utf8")).config;
        assert.deepEqual(found["matrix-synapse:bots"].echo, told["matrix-synapse:bots"].echo);
        assert.deepEqual(found["matrix-synapse:rooms"].tea, told["matrix-synapse:rooms"].tea);
    });

    it("has kept the bot's token secret", async () => {
        const { bots } = await outputsNow();
        assert.ok(!shown.includes(bots.echo?.accessToken ?? ""), "the token was shown");
        for (const file of ["token", "curlrc"]) assert.equal(statSync(join(directory, "echo-bot", file)).mode & 0o777, 0o600, file);
    });

    it("can do by curl what the API guide says, and gets a new token for a bot that was signed out", async () => {
        const before = await outputsNow();
        shown = await follow(blocksOf("docs/api-guide.md"), directory, { PULUMI_STACK: stackName });
        for (const expected of [
            "@notifier:localhost m.text: It is **down**",
            "@notifier:localhost m.notice: Disk 91 % full",
            "@admin:localhost m.text: The database",
            "@notifier:localhost m.text: * Is it up?",
            "@notifier:localhost m.image: dot.png",
            "[ 'Anybody here?' ]",
            '"topic":"Soon gone"',
            '"errcode":"M_ROOM_IN_USE"',
            '"errcode":"M_UNKNOWN_TOKEN"',
        ])
            assert.ok(shown.includes(expected), `not shown: ${expected}\n${shown}`);
        assert.match(shown, /M_NOT_FOUND.* 404/);
        assert.match(shown, /token *: "revoked" => "valid"/);
        assert.equal(shown.match(/ m\.text: Once$/gm)?.length, 1, "sent twice with one transaction ID");

        const after = await outputsNow();
        const [old, renewed] = [before, after].map(({ bots }) => bots.notifier?.accessToken ?? "") as [string, string];
        assert.notEqual(renewed, old);
        assert.equal(await connect(after.clientUrl, renewed).getUserId(), "@notifier:localhost");
        for (const secret of [old, renewed, after.adminPassword]) assert.ok(!shown.includes(secret), "a secret was shown");
    });

    async function outputsNow(): Promise<StackOutputs> {
        return plain(await (await openStack(stackName, directory)).outputs());
    }
});

/** Newest first. */
async function messages(url: string, token: string, roomId: string): Promise<{ sender: string; content: object }[]> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages`;
    const { chunk } = await connect(url, token).doRequest("GET", path, { dir: "b", limit: 20 });
    return (chunk as { type: string; sender: string; content: object }[])
        .filter(({ type }) => type === "m.room.message")
        .map(({ sender, content }) => ({ sender, content }));
}
