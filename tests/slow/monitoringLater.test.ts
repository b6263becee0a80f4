/** Monitoring comes to a stack that has run without it, and goes again: what is neither read from nor asked is not touched. */
import assert from "node:assert/strict";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
import { allHealthy, containers, docker, eventually, usualRoles } from "../support/docker.ts";
import { Prometheus } from "../support/monitoring.ts";
import { configure, destroyStack, openStack, plain, smallStack } from "../support/stack.ts";

const stackName = "test-monitoring-later";
const base = 23_700;
const added = ["alerts", "database-metrics", "host-metrics", "monitoring", "probe"];
const prefix = `matrix-synapse-${stackName}`;

describe("monitoring of a stack that runs already", function () {
    this.timeout(180_000);
    const prometheus = new Prometheus(`http://127.0.0.1:${base + 95}`);
    const settings = (enabled: boolean) => ({ ...smallStack(base), monitoring: { enabled, port: base + 95 } });
    const ids = async () => Object.fromEntries(Object.entries(await containers(stackName)).map(([role, { Id }]) => [role, Id]));
    const volumes = () => docker("volume", "ls", "--quiet", "--filter", `name=${prefix}-`);
    let volumesBefore: string;
    const roleExists = () =>
        docker(
            "exec",
            `${prefix}-database`,
            "psql",
            "-U",
            "postgres",
            "-Atc",
            "SELECT count(*) FROM pg_roles WHERE rolname = 'synapse_monitor'",
        );

    /** @returns outputs, once nothing is left to change */
    async function deploy(enabled: boolean) {
        configure(stackName, settings(enabled));
        const stack = await openStack(stackName);
        const outputs = plain((await stack.up()).outputs);
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        await botSpeaksAndAdministratorReads(outputs);
        return outputs;
    }

    before(async () => {
        await destroyStack(stackName);
    });
    after(async () => {
        await destroyStack(stackName);
    });

    it("adds its containers, and replaces of the others those alone whose metrics it reads", async () => {
        const without = await deploy(false);
        const former = await ids();
        volumesBefore = await volumes();
        const outputs = await deploy(true);
        const now = await ids();
        assert.deepEqual(Object.keys(now).sort(), [...usualRoles, ...added].sort());
        const replaced = usualRoles.filter((role) => now[role] !== former[role]);
        assert.deepEqual(replaced, ["gateway", "homeserver"]);
        assert.notEqual(await volumes(), volumesBefore);
        assert.deepEqual(outputs.rooms, without.rooms);
        assert.deepEqual(outputs.bots, without.bots);
        await eventually("metrics of each part", 60_000, async () => {
            const up = (await prometheus.query("up == 1")).map(({ metric }) => metric.job).sort();
            assert.deepEqual(up, [...added, "gateway", "homeserver"].sort());
        });
    });

    it("takes everything with it when it is turned off", async () => {
        assert.equal(await roleExists(), "1");
        await deploy(false);
        await allHealthy(stackName);
        assert.equal(await roleExists(), "0");
        assert.equal(await volumes(), volumesBefore);
    });
});
