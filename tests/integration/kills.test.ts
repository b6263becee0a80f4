/** Kills under load, one of each; 50 in turn, and the Docker daemon's among them: tests/reliability/kills.test.ts */
import assert from "node:assert/strict";
import { MatrixClient } from "matrix-bot-sdk";
import { signIn } from "../../scripts/content/signIn.ts";
import { allHealthy, containers, eventually } from "../support/docker.ts";
import { Senders, unaccounted } from "../support/kills/senders.ts";
import { killBackend, killMain } from "../support/kills/victims.ts";
import { base, roles, sharedStack, stackName } from "../support/sharedStack.ts";

describe("while bots talk through the gateway", function () {
    this.timeout(180_000);
    let administrator: MatrixClient;
    let senders: Senders;
    let room: string;
    const limits = "/_synapse/admin/v1/users/@notifier:localhost/override_ratelimit";

    before(async () => {
        const { outputs } = await sharedStack();
        const { clientUrl, adminUserId, adminPassword, certificateAuthority: authority, bots, rooms } = outputs;
        room = rooms["#lobby:localhost"] ?? "";
        administrator = new MatrixClient(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS"));
        await administrator.doRequest("POST", limits, undefined, { messages_per_second: 0, burst_count: 0 });
        const accessTokens = Array.from({ length: 8 }, () => bots.notifier?.accessToken ?? "");
        senders = new Senders({ port: base + 43, authority, accessTokens, room, perSecond: 20 });
    });
    after(async () => {
        await senders.stop(1000).catch(() => {});
        await administrator.doRequest("DELETE", limits);
    });

    for (const role of ["homeserver", "database", "gateway"]) {
        it(`the container of the ${role} comes back when its process is killed`, async () => {
            const before = (await containers(stackName))[role] ?? assert.fail(`there is no ${role}`);
            const since = Date.now();
            await killMain(stackName, role);
            await eventually(`${role} runs again`, 30_000, async () => {
                const { State, RestartCount } = (await containers(stackName))[role] ?? assert.fail();
                assert.ok(State.Running && State.Pid !== before.State.Pid && RestartCount > before.RestartCount, State.Status);
            });
            await senders.served(Date.now(), 60_000);
            console.log(`        ${senders.silence(since).toFixed(1)} s without service`);
            await eventually("all healthy", 60_000, () => allHealthy(stackName, roles.length));
        });
    }

    it("the database recovers when the process of one connection is killed", async () => {
        const since = Date.now();
        await killBackend(stackName);
        await senders.served(Date.now(), 30_000);
        console.log(`        ${senders.silence(since).toFixed(1)} s without service`);
    });

    it("nothing acknowledged is lost, and nothing is there twice", async () => {
        await senders.stop();
        assert.ok(senders.acknowledged.size > 30, `${senders.acknowledged.size} acknowledged`);
        assert.deepEqual(await unaccounted(administrator, room, senders), []);
    });
});
