import assert from "node:assert/strict";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
import { allHealthy, containers, docker, eventually } from "../support/docker.ts";
import { roles, sharedStack, stackName } from "../support/sharedStack.ts";
import type { StackOutputs } from "../support/stack.ts";

describe("the containers", function () {
    this.timeout(180_000);
    let outputs: StackOutputs;
    before(async () => {
        ({ outputs } = await sharedStack());
    });

    it("are held to least privilege and bounded resources", async () => {
        for (const [role, { HostConfig, Config }] of Object.entries(await containers(stackName))) {
            assert.deepEqual(HostConfig.CapDrop, ["ALL"], role);
            assert.deepEqual(HostConfig.CapAdd ?? [], ["caddy", "coturn"].includes(role) ? ["CAP_NET_BIND_SERVICE"] : [], role);
            assert.deepEqual(HostConfig.SecurityOpt, ["no-new-privileges:true"], role);
            assert.equal(HostConfig.RestartPolicy.Name, "unless-stopped", role);
            assert.ok(HostConfig.Memory > 0, role);
            assert.equal(HostConfig.LogConfig.Config["max-size"], "10m", role);
            assert.equal(Config.User.startsWith("0:"), role.startsWith("keeper"), role);
        }
    });

    it("get their limit on processes from the keepers", () =>
        eventually("limits on processes", 15_000, async () => {
            for (const [role, { HostConfig }] of Object.entries(await containers(stackName)))
                assert.ok(Number(HostConfig.PidsLimit) > 0, role);
        }));

    it("have processes without any capability in effect", async () => {
        for (const role of roles) {
            const status = await docker("exec", `matrix-synapse-${stackName}-${role}`, "cat", "/proc/1/status");
            const effective = /^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1];
            // Bit 10 is NET_BIND_SERVICE, which the two images' binaries carry as a file capability.
            const allowed = ["caddy", "coturn"].includes(role) ? 1n << 10n : 0n;
            assert.equal(BigInt(`0x${effective}`) & ~allowed, 0n, `${role} ${effective}`);
        }
    });

    for (const role of roles) {
        it(`come back when ${role} is killed`, async () => {
            const name = `matrix-synapse-${stackName}-${role}`;
            const before = (await containers(stackName))[role]?.State.StartedAt;
            await docker("kill", name);
            await eventually(`${role} runs again`, 30_000, async () => {
                const { State } = (await containers(stackName))[role] ?? assert.fail();
                assert.ok(State.Running && State.StartedAt !== before, State.Status);
            });
            await eventually("all healthy", 60_000, () => allHealthy(stackName, roles.length));
            // The homeserver finds out that its database connections are dead by using them.
            await eventually("a message arrives", 30_000, () => botSpeaksAndAdministratorReads(outputs));
        });
    }

    it("stay down when they are stopped on purpose", async () => {
        const name = `matrix-synapse-${stackName}-coturn`;
        await docker("stop", name);
        await new Promise((resolve) => setTimeout(resolve, 8000));
        assert.equal((await containers(stackName)).coturn?.State.Running, false);
        await docker("start", name);
    });
});
