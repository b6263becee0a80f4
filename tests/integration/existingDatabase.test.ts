import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { execa } from "execa";
import { imageReference } from "../../scripts/project/checkout.ts";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
import { containers, docker, eventually } from "../support/docker.ts";
import { configure, destroyStack, openStack, plain, smallStack } from "../support/stack.ts";

const stackName = "test-existing-database";
const base = 20000;
const server = "matrix-synapse-test-existing-server";

describe("a stack on an existing PostgreSQL server", function () {
    this.timeout(180_000);
    const password = randomBytes(24).toString("hex");
    /** The engine's own address on its default bridge: this machine and all containers reach it. */
    let host: string;

    before(async () => {
        await execa("docker", ["rm", "--force", "--volumes", server], { reject: false });
        const subnet = await docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Subnet}}");
        host = subnet.replace(/\.0\/\d+$/, ".1");
        await docker(
            "run",
            "--detach",
            "--name",
            server,
            "--env",
            `POSTGRES_PASSWORD=${password}`,
            "--publish",
            `${host}:${base + 32}:5432`,
            imageReference("postgres"),
        );
        await eventually("PostgreSQL", 30_000, () => docker("exec", server, "pg_isready", "--host=127.0.0.1", "--quiet"));
    });
    after(async () => {
        await destroyStack(stackName);
        await docker("rm", "--force", "--volumes", server);
    });

    it("makes its role and database there, and runs no server of its own", async () => {
        configure(stackName, smallStack(base, { database: { host, port: base + 32, sslMode: "disable", adminPassword: password } }));
        const stack = await openStack(stackName);
        const outputs = plain((await stack.up()).outputs);
        await botSpeaksAndAdministratorReads(outputs);
        assert.ok(!("database" in (await containers(stackName))));
        const role = await docker(
            "exec",
            server,
            "psql",
            "--username=postgres",
            "--tuples-only",
            "--command",
            "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'synapse'",
        );
        assert.equal(role.trim(), "f        | f");
        const { changeSummary } = await stack.preview();
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    });
});
