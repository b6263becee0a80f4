/** An update whose homeserver does not come up goes back by itself. The other parts: tests/slow/rollback.test.ts */
import assert from "node:assert/strict";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { imageReference, root } from "../../scripts/project/checkout.ts";
import { brokenImage, lastWords } from "../support/brokenImage.ts";
import { allHealthy, containers, docker } from "../support/docker.ts";
import { configure, destroyStack, openStack, plain, pulumiEnvironment, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-rollback";
const base = 21_200;
const { homeserver, images, ...rest } = smallStack(base, { turn: { enabled: false } });

describe("an update whose homeserver does not come up", function () {
    this.timeout(240_000);
    let outputs: StackOutputs;
    let said: string;
    let broken: string;
    const settings = (image: string, startSeconds: number, generation = 2) => ({
        ...rest,
        // The role of the database has taken its new password by the time the homeserver fails.
        rotation: { databasePassword: generation },
        homeserver: { ...homeserver, startSeconds },
        images: { ...images, synapse: image },
    });

    before(async () => {
        await destroyStack(stackName);
        configure(stackName, settings(imageReference("synapse"), 60, 1));
        const stack = await openStack(stackName);
        outputs = plain((await stack.up()).outputs);
        const bot = new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
        said = await bot.sendText(outputs.rooms["#lobby:localhost"] ?? "", "said before the update");
        broken = await brokenImage("synapse");
    });
    after(() => destroyStack(stackName));

    it("ends with the reason, and with the former homeserver running", async () => {
        configure(stackName, settings(broken, 15));
        const { exitCode, all } = await execa("make", ["up", `STACK=${stackName}`], {
            cwd: root,
            env: pulumiEnvironment(),
            all: true,
            reject: false,
        });
        assert.notEqual(exitCode, 0);
        assert.match(all, new RegExp(`^The homeserver did not come up with ${broken}$`, "m"));
        assert.match(all, new RegExp(`^Last lines of the homeserver's log:\n {4}${lastWords}$`, "m"));
        assert.match(
            all,
            new RegExp(`^Back to what ran before: the homeserver with ${imageReference("synapse")}, and the settings of `, "m"),
        );
        await allHealthy(stackName, 3);
        const { homeserver: running } = await containers(stackName);
        assert.equal(running?.Image, await docker("image", "inspect", "--format", "{{.Id}}", imageReference("synapse")));
    });

    it("leaves what was said, and the state of before: a preview of the former settings is empty, but for the secrets, which only go forward", async () => {
        const bot = new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
        assert.equal((await bot.getEvent(outputs.rooms["#lobby:localhost"] ?? "", said)).content.body, "said before the update");
        configure(stackName, settings(imageReference("synapse"), 60));
        const stack = await openStack(stackName);
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
    });
});
