import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { signIn } from "../../scripts/content/signIn.ts";
import { imageReference, project, root } from "../../scripts/project/checkout.ts";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
import { allHealthy, containers, docker, eventually } from "../support/docker.ts";
import { killed } from "../support/killedUpdate.ts";
import { configure, destroyStack, openStack, plain, smallStack } from "../support/stack.ts";

const stackName = "test-interrupted";
const makeUp = ["make", "up", `STACK=${stackName}`] as const;
/** Enough that a kill meets some that are made, some that are being made, and some that are not. */
const content = {
    users: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`u${index}`, { displayName: `User ${index}` }])),
    rooms: Object.fromEntries(
        ["lobby", "a", "b", "c", "d"].map((key, index) => [
            key,
            { name: key, encrypted: false, members: { notifier: 50, [`u${index}`]: 0 } },
        ]),
    ),
};
const byHand = ["pulumi", "up", "--yes", "--skip-preview", "--stack", stackName] as const;

const killedAt = (command: readonly string[], moment: () => Promise<boolean>) => killed(stackName, command, moment);

/** Rows of a table of the homeserver's database. */
async function rows(table: string): Promise<number> {
    const query = ["psql", "--username=synapse", "--no-align", "--tuples-only", "--command", `select count(*) from ${table}`, "synapse"];
    return Number(await docker("exec", `${project}-${stackName}-database`, ...query));
}

describe("a `pulumi up` that is killed half-way", function () {
    this.timeout(300_000);
    before(async () => {
        await destroyStack(stackName);
        configure(stackName, smallStack(24000, content));
        await openStack(stackName);
    });
    after(() => destroyStack(stackName));

    it("(killed when the database's container is there, by hand)", () =>
        killedAt(byHand, async () => "database" in (await containers(stackName))));

    it("(killed again when the homeserver's is)", () => killedAt(makeUp, async () => "homeserver" in (await containers(stackName))));

    it("(and once more when half of the users are there)", () => killedAt(makeUp, async () => (await rows("users")) > 15));

    it("(and again when the first rooms are there)", () => killedAt(makeUp, async () => (await rows("rooms")) > 1));

    it("is finished by `make up`, with nothing doubled and nothing left over", async () => {
        const { stdout } = await execa(makeUp[0], makeUp.slice(1), { cwd: root });
        assert.match(stdout, /^Recovered: the lock of an update that was killed is released/m);
        const stack = await openStack(stackName);
        const outputs = plain(await stack.outputs());
        await allHealthy(stackName);
        await botSpeaksAndAdministratorReads(outputs);
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);

        const administrator = new MatrixClient(
            outputs.clientUrl,
            await signIn(outputs.clientUrl, outputs.adminUserId, outputs.adminPassword, "TESTS"),
        );
        const users = (await administrator.doRequest("GET", "/_synapse/admin/v2/users")) as { total: number };
        const rooms = (await administrator.doRequest("GET", "/_synapse/admin/v1/rooms")) as { total_rooms: number };
        assert.deepEqual([users.total, rooms.total_rooms], [32, 5]);
        const declared = Object.keys(content.rooms).map((key) => `#${key}:localhost`);
        assert.deepEqual(Object.keys(outputs.rooms).sort(), declared.sort());
        for (const [alias, roomId] of Object.entries(outputs.rooms)) assert.equal(await administrator.resolveRoom(alias), roomId);
        for (const [key, { password }] of Object.entries(outputs.users)) assert.match(password, /^\w{24}$/, `${key} has no password`);
        const networks = await docker(
            "network",
            "ls",
            "--format",
            "{{.Name}}",
            "--filter",
            `label=${project}.stack=${project}-${stackName}`,
        );
        assert.equal(networks, `${project}-${stackName}`);
    });

    it("is brought back by `make up` where containers were removed by hand, with its data", async () => {
        const { rooms } = plain(await (await openStack(stackName)).outputs());
        for (const role of ["database", "gateway"]) await docker("rm", "--force", `${project}-${stackName}-${role}`);
        await execa(makeUp[0], makeUp.slice(1), { cwd: root });
        await eventually("all healthy", 60_000, () => allHealthy(stackName));
        const outputs = plain(await (await openStack(stackName)).outputs());
        assert.deepEqual(outputs.rooms, rooms);
        await eventually("a message arrives", 30_000, () => botSpeaksAndAdministratorReads(outputs));
    });

    it("is not touched by a checkout with another state, which is told whose it is", async () => {
        const directory = mkdtempSync(join(tmpdir(), "state-"));
        writeFileSync(join(directory, "passphrase"), "another", { mode: 0o600 });
        const env = { PULUMI_BACKEND_URL: `file://${directory}`, PULUMI_CONFIG_PASSPHRASE_FILE: join(directory, "passphrase") };
        configure(stackName, smallStack(24000, content));
        const { exitCode, stderr } = await execa(makeUp[0], makeUp.slice(1), { cwd: root, env, reject: false });
        configure(stackName, smallStack(24000, content));
        rmSync(directory, { recursive: true });
        assert.notEqual(exitCode, 0);
        assert.match(stderr, /^Stack test-interrupted is there already, by another state: .*matrix-synapse-test-interrupted-homeserver/m);
        await allHealthy(stackName);
    });

    it("can be taken down and brought up again", async () => {
        await execa("make", ["down", `STACK=${stackName}`], { cwd: root });
        assert.deepEqual(await containers(stackName), {});
        await execa(makeUp[0], makeUp.slice(1), { cwd: root });
        await botSpeaksAndAdministratorReads(plain(await (await openStack(stackName)).outputs()));
    });
});

describe("a database whose initialisation is cut short", function () {
    this.timeout(60_000);
    const container = `${project}-${stackName}-initialisation`;
    const data = "/var/lib/postgresql/data";

    /** A container of the database's image on the volume, with the script and a password. */
    async function start(): Promise<void> {
        await docker("rm", "--force", container);
        const how = ["--name", container, "--volume", `${container}:${data}`, "--user", "999:999", "--env", `PGDATA=${data}`];
        await docker("create", ...how, "--entrypoint", "sh", imageReference("postgres"), "/postgres.sh", "/password");
        await docker("cp", join(root, "components/database/postgres.sh"), `${container}:/postgres.sh`);
        const password = join(mkdtempSync(join(tmpdir(), "password-")), "password");
        writeFileSync(password, "of-the-superuser", { mode: 0o644 });
        await docker("cp", password, `${container}:/password`);
        await docker("start", container);
    }

    /** What another container sees, which is what the stack's own do. */
    const answers = () =>
        eventually("PostgreSQL takes a connection from outside", 30_000, async () => {
            const address = await docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", container);
            const url = `postgresql://postgres:of-the-superuser@${address}/postgres`;
            assert.equal(await docker("exec", container, "psql", url, "--no-align", "--tuples-only", "--command", "select 1"), "1");
        });
    const inVolume = (script: string) => docker("exec", container, "sh", "-c", `cd ${data} && ${script}`);

    beforeEach(async () => {
        await docker("rm", "--force", container);
        await docker("volume", "rm", "--force", container);
    });
    after(async () => {
        await docker("rm", "--force", container);
        await docker("volume", "rm", "--force", container);
    });

    for (const file of ["PG_VERSION", "global/pg_control", "pg_hba.conf"]) {
        it(`begins anew when ${file} was there`, async () => {
            await start();
            await eventually(file, 20_000, () => inVolume(`test -e initialising/${file} || test -e ${file}`));
            await docker("kill", container);
            await start();
            await answers();
        });
    }

    it("goes on with what was being put into its place", async () => {
        await start();
        await answers();
        await docker("stop", container);
        const mount = ["--volume", `${container}:${data}`, "--user", "999:999", "--entrypoint", "sh"];
        const half = `cd ${data} && mkdir initialised && mv PG_VERSION base pg_wal initialised`;
        await docker("run", "--rm", ...mount, imageReference("postgres"), "-c", half);
        await start();
        await answers();
        assert.equal(await inVolume("ls -d initialis* 2>/dev/null || true"), "");
    });
});
