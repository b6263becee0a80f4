import assert from "node:assert/strict";
import { connect } from "../../scripts/content/client.ts";
import { docker } from "../support/docker.ts";
import { removePacked } from "../support/packed.ts";
import { alertHub } from "./consumers/alertHub.ts";
import { encryptedBot } from "./consumers/encryptedBot.ts";
import { packedModules } from "./consumers/packedModules.ts";
import { Consumers } from "./consumers/stacks.ts";
import { supportDesk } from "./consumers/supportDesk.ts";
import { teamWorkspace } from "./consumers/teamWorkspace.ts";

// What was packed and installed is there for all of them.
after(removePacked);

packedModules();

describe("other teams' stacks", function () {
    this.timeout(300_000);
    const consumers = new Consumers();

    before(() => consumers.up());
    after(() => consumers.down());
    afterEach(async function () {
        if (this.currentTest?.state === "failed") await consumers.showLogs();
    });

    supportDesk(consumers);
    alertHub(consumers);
    teamWorkspace(consumers);
    encryptedBot(consumers);

    describe("all of them", () => {
        it("leave nothing behind when they are destroyed", async () => {
            assert.equal(consumers.opened.length, 3);
            await consumers.closeExamples();
            assert.doesNotMatch(await docker("ps", "--all", "--format", "{{.Names}}"), /support-desk|alert-hub/);
            const { clientUrl, bots } = consumers.server();
            assert.deepEqual(await connect(clientUrl, bots.workspace?.accessToken as string).getJoinedRooms(), []);
        });
    });
});
