import assert from "node:assert/strict";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import type { MatrixClient } from "matrix-bot-sdk";
import { packageSchema } from "../../provider/plugin/schema/schema.ts";
import { connect } from "../../scripts/content/client.ts";
import { root } from "../../scripts/project/checkout.ts";
import { closeExample, openExample } from "../support/example.ts";
import { sharedStack, stackName } from "../support/sharedStack.ts";
import { pulumiEnvironment } from "../support/stack.ts";
import { yamlHost } from "../support/yamlHost.ts";

describe("the provider in other Pulumi languages", function () {
    // The YAML host may have to be built.
    this.timeout(600_000);

    it("gives the CLI its schema, of which SDKs are made", async () => {
        const plugin = join(root, "provider/plugin/pulumi-resource-matrix");
        const { stdout } = await execa("pulumi", ["package", "get-schema", plugin], { env: pulumiEnvironment() });
        const { resources, types, provider } = JSON.parse(stdout) as ReturnType<typeof packageSchema>;
        const expected = packageSchema("");
        assert.deepEqual(Object.keys(resources).sort(), Object.keys(expected.resources).sort());
        assert.deepEqual(Object.keys(types).sort(), Object.keys(expected.types).sort());
        assert.deepEqual(resources["matrix:index:Room"]?.inputProperties, expected.resources["matrix:index:Room"]?.inputProperties);
        assert.deepEqual(provider.inputProperties, expected.provider.inputProperties);
    });

    describe("YAML", () => {
        let stack: Stack;
        let notifier: MatrixClient;
        let roomId: string;

        before(async () => {
            await yamlHost();
            const { outputs } = await sharedStack();
            notifier = connect(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
            stack = await openExample("pulumi-yaml", stackName, {});
            roomId = (await stack.up()).outputs.roomId?.value;
        });
        after(() => closeExample(stack));

        it("declares a room, which its bot is in", async () => {
            assert.equal(await notifier.resolveRoom("#incidents:localhost"), roomId);
            assert.equal((await notifier.getRoomStateEvent(roomId, "m.room.topic", "")).topic, "What is broken, and who repairs it");
            assert.ok((await notifier.getJoinedRooms()).includes(roomId));
        });

        it("changes nothing the second time, and puts back what somebody changed by hand", async () => {
            assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
            await notifier.sendStateEvent(roomId, "m.room.topic", "", { topic: "hacked" });
            assert.equal((await stack.preview()).changeSummary.update, 1);
            await stack.up();
            assert.equal((await notifier.getRoomStateEvent(roomId, "m.room.topic", "")).topic, "What is broken, and who repairs it");
        });
    });
});
