import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
import { allHealthy, containers, docker, eventually } from "../support/docker.ts";
import { roles, sharedStack, stackName } from "../support/sharedStack.ts";
import type { StackOutputs } from "../support/stack.ts";

/** Their binaries carry NET_BIND_SERVICE as a file capability. */
const bindsLowPorts = ["gateway", "relay"];

describe("the containers", function () {
    this.timeout(180_000);
    let outputs: StackOutputs;
    before(async () => {
        ({ outputs } = await sharedStack());
    });
    const nameOf = (role: string) => `matrix-synapse-${stackName}-${role}`;
    const one = async (role: string) => (await containers(stackName))[role] ?? assert.fail(`there is no ${role}`);

    it("are the parts, and nothing else", async () => {
        assert.deepEqual(Object.keys(await containers(stackName)).sort(), roles);
    });

    it("are held to least privilege and bounded resources", async () => {
        for (const [role, { HostConfig, Config, Mounts }] of Object.entries(await containers(stackName))) {
            assert.deepEqual(HostConfig.CapDrop, ["ALL"], role);
            assert.deepEqual(HostConfig.CapAdd ?? [], bindsLowPorts.includes(role) ? ["CAP_NET_BIND_SERVICE"] : [], role);
            assert.deepEqual(HostConfig.SecurityOpt, ["no-new-privileges:true"], role);
            assert.equal(HostConfig.RestartPolicy.Name, "always", role);
            assert.ok(HostConfig.Memory > 0, role);
            assert.equal(HostConfig.LogConfig.Config["max-size"], "10m", role);
            assert.ok(!Config.User.startsWith("0:"), role);
            // No part of the host, and so no Docker socket; but for the directory that backups are stored in.
            const places = Mounts.filter(({ Type }) => Type !== "volume").map(({ Destination }) => Destination);
            assert.deepEqual(places, role === "backup" ? ["/repository"] : [], role);
        }
    });

    it("have a limit on the processes of their user, as the processes see it", async () => {
        for (const role of roles) {
            const limits = await docker("exec", nameOf(role), "cat", "/proc/1/limits");
            assert.match(limits, /^Max processes +4096 +4096 /m, role);
        }
    });

    it("have processes without any capability in effect", async () => {
        for (const role of roles) {
            const status = await docker("exec", nameOf(role), "cat", "/proc/1/status");
            const effective = /^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1];
            // Bit 10 is NET_BIND_SERVICE.
            const allowed = bindsLowPorts.includes(role) ? 1n << 10n : 0n;
            assert.equal(BigInt(`0x${effective}`) & ~allowed, 0n, `${role} ${effective}`);
        }
    });

    it("let the relay read the certificate and change nothing of it, and keep the ACME account from it", async () => {
        const mounts = (await one("relay")).Mounts.filter(
            ({ Type, Destination }) => Type === "volume" && Destination !== "/var/lib/coturn",
        );
        assert.deepEqual(
            mounts.map(({ Destination, RW }) => [Destination, RW]),
            [["/var/tmp", false]],
        );
        await assert.rejects(docker("exec", nameOf("relay"), "sh", "-c", "echo > /var/tmp/gateway.pem"), /Read-only file system/);
        assert.equal(await docker("exec", nameOf("relay"), "ls", "/var/tmp"), "gateway.pem");
    });

    // The others under load: kills.test.ts
    for (const role of roles.filter((one) => !["homeserver", "database", "gateway"].includes(one))) {
        it(`come back when the process of ${role} is killed`, async () => {
            const before = await one(role);
            // As a crash or the kernel's own kill is: the engine has not been asked for it.
            process.kill(before.State.Pid, "SIGKILL");
            await eventually(`${role} runs again`, 30_000, async () => {
                const { State, RestartCount } = await one(role);
                assert.ok(State.Running && State.Pid !== before.State.Pid && RestartCount > before.RestartCount, State.Status);
            });
            await eventually("all healthy", 60_000, () => allHealthy(stackName, roles.length));
            // The homeserver finds out that its database connections are dead by using them.
            await eventually("a message arrives", 30_000, () => botSpeaksAndAdministratorReads(outputs));
        });
    }

    it("come back when the kernel kills one that has no memory left", async () => {
        const before = await one("gateway");
        const since = Math.floor(Date.now() / 1000);
        // The kernel takes the process with the highest score: the container's own, and not the one that asks for too much.
        writeFileSync(`/proc/${before.State.Pid}/oom_score_adj`, "1000");
        const greedy = "$x = 'x' x (1 << 27); push @all, $x . $_ for 1 .. 8; sleep 60";
        await docker("exec", nameOf("gateway"), "perl", "-e", greedy).catch(() => {});
        await eventually("the gateway runs again", 30_000, async () =>
            assert.ok((await one("gateway")).RestartCount > before.RestartCount, "it was not restarted"),
        );
        const events = ["events", "--since", `${since}`, "--until", `${Math.ceil(Date.now() / 1000)}`, "--filter", "event=oom"];
        assert.match(await docker(...events, "--filter", `container=${nameOf("gateway")}`), /container oom/);
        await eventually("all healthy", 60_000, () => allHealthy(stackName, roles.length));
    });

    it("are unhealthy within 30 s once they do not serve, and healthy soon after they do again", async () => {
        await eventually("all healthy", 60_000, () => allHealthy(stackName, roles.length));
        process.kill((await one("homeserver")).State.Pid, "SIGSTOP");
        const since = Date.now();
        try {
            await eventually("unhealthy", 40_000, async () => assert.equal((await one("homeserver")).State.Health?.Status, "unhealthy"));
            const seconds = (Date.now() - since) / 1000;
            console.log(`        noticed after ${seconds.toFixed(1)} s`);
            assert.ok(seconds <= 30, `noticed after ${seconds} s`);
        } finally {
            process.kill((await one("homeserver")).State.Pid, "SIGCONT");
        }
        await eventually("healthy", 15_000, async () => assert.equal((await one("homeserver")).State.Health?.Status, "healthy"));
    });

    for (const [how, command] of [
        ["stopped", "stop"],
        ["killed by `docker kill`", "kill"],
    ] as const) {
        it(`stay down when they are ${how}, which is the operator's wish`, async () => {
            await docker(command, nameOf("relay"));
            await sleep(5000);
            assert.equal((await one("relay")).State.Running, false);
            await docker("start", nameOf("relay"));
        });
    }
});
