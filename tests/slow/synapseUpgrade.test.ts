/** A server of an earlier Synapse, with people's data in it, moved to the version that is pinned. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { signIn } from "../../scripts/content/signIn.ts";
import { imageReference, project, root } from "../../scripts/project/checkout.ts";
import { Load, lost, upTo } from "../support/backup.ts";
import { allHealthy, docker } from "../support/docker.ts";
import { synapseImage } from "../support/olderImages.ts";
import { configure, destroyStack, openStack, plain, pulumiEnvironment, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-older-synapse";
const base = 21_600;
const earlier = "1.150.0";

describe(`a server with Synapse ${earlier}`, function () {
    this.timeout(900_000);
    const { images, ...rest } = smallStack(base, {
        users: { alice: { displayName: "Alice", password: "the password of alice" } },
        bots: { notifier: { displayName: "Notifier", unlimited: true } },
        spaces: { company: { name: "Company" } },
        rooms: {
            lobby: { name: "Lobby", encrypted: false, parent: "company", members: { notifier: 50, alice: 0 } },
            secret: { name: "Secret", encrypted: true, members: { notifier: 50 } },
        },
    });
    const write = (synapse: string) => configure(stackName, { ...rest, images: { ...images, synapse } });
    const ask = (sql: string) =>
        docker("exec", `${project}-${stackName}-database`, "psql", "--username=postgres", "-At", "--command", sql, "synapse");
    const counts = () =>
        ask(
            "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM rooms), (SELECT count(*) FROM events), (SELECT count(*) FROM local_media_repository)",
        );
    let outputs: StackOutputs;
    let load: Load;
    let earlierOn: { counts: string; schema: string; state: string[][] };

    const bot = () => new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
    const states = () =>
        Promise.all(
            Object.values(outputs.rooms).map(async (room) =>
                (
                    await bot()
                        .getRoomState(room)
                        .catch(() => [])
                )
                    .map(({ event_id }) => event_id)
                    .sort(),
            ),
        );

    before(async () => {
        await destroyStack(stackName);
        write(await synapseImage(earlier));
        outputs = plain((await (await openStack(stackName)).up()).outputs);
        const rooms = ["#lobby:localhost", "#secret:localhost"].map((alias) => outputs.rooms[alias] ?? "");
        const accessToken = outputs.bots.notifier?.accessToken ?? "";
        load = new Load({ url: outputs.clientUrl, accessToken, rooms, pause: 20, files: { every: 10, bytes: upTo(1e6) } });
        await sleep(15_000);
        await load.stop();
        earlierOn = { counts: await counts(), schema: await ask("SELECT version FROM schema_version"), state: await states() };
        assert.ok(load.acknowledged.length > 100, `${load.acknowledged.length} acknowledged`);
        // Not in the space, whose state the bot may not read.
        assert.equal(earlierOn.state.filter((events) => events.length > 0).length, 2);
        assert.equal(await version(), earlier);
    });
    after(() => destroyStack(stackName));

    async function version(): Promise<string> {
        const administrator = new MatrixClient(
            outputs.clientUrl,
            await signIn(outputs.clientUrl, outputs.adminUserId, outputs.adminPassword, "TESTS"),
        );
        return ((await administrator.doRequest("GET", "/_synapse/admin/v1/server_version")) as { server_version: string }).server_version;
    }

    it("moves to the pinned version by make up", async () => {
        write(imageReference("synapse"));
        const { stdout } = await execa("make", ["up", `STACK=${stackName}`], { cwd: root, env: pulumiEnvironment() });
        assert.match(stdout, /Your Matrix server is up/);
        await allHealthy(stackName);
        assert.equal(await version(), imageReference("synapse").split(":")[1]);
    });

    it("has every account, room, message and file that it had, with the same state", async () => {
        assert.equal(await counts(), earlierOn.counts);
        const schema = await ask("SELECT version FROM schema_version");
        console.log(`      accounts|rooms|events|files: ${earlierOn.counts}; schema ${earlierOn.schema} → ${schema}`);
        assert.deepEqual(await lost(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "", load.acknowledged), []);
        assert.deepEqual(await states(), earlierOn.state);
    });

    it("lets people in with their passwords, and takes messages", async () => {
        await signIn(outputs.clientUrl, "@alice:localhost", "the password of alice", "TESTS");
        assert.match(await bot().sendText(outputs.rooms["#lobby:localhost"] ?? "", "after the upgrade"), /^\$/);
    });

    it("has no change in a preview", async () => {
        assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
    });
});
