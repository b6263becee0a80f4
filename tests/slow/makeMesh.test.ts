import assert from "node:assert/strict";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { stackLabel, stackPrefix } from "../../components/platform/docker/labels.ts";
import { connect } from "../../scripts/content/client.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { project } from "../../scripts/project/checkout.ts";
import { settingsFile } from "../../scripts/project/stacks.ts";
import { containers, docker } from "../support/docker.ts";
import { heardAfter } from "../support/listener.ts";
import { testMesh } from "../support/meshTool.ts";
import { openStack, plain } from "../support/stack.ts";

const stacks = ["test-mesh-1", "test-mesh-2"] as const;

async function run(command: "up" | "down"): Promise<string> {
    return (await execa(process.execPath, ["--import", "tsx", join(import.meta.dirname, "../support/meshTool.ts"), command])).stdout;
}

async function person(stack: string, name: string) {
    const { clientUrl, users, rooms } = plain(await (await openStack(stack)).outputs());
    const account = users[name];
    assert.ok(account, `${stack} has no ${name}`);
    const client = connect(clientUrl, await signIn(clientUrl, account.userId, account.password, "TESTS"));
    return { client, userId: account.userId, rooms };
}

const ids = async () =>
    Object.fromEntries(
        await Promise.all(stacks.map(async (stack) => [stack, Object.values(await containers(stack)).map(({ Id }) => Id)] as const)),
    );

async function takeAway(): Promise<void> {
    await run("down");
    for (const stack of stacks) rmSync(settingsFile(stack), { force: true });
}

describe("make mesh", function () {
    this.timeout(240_000);
    before(takeAway);
    after(takeAway);

    it("brings up servers that federate: people of each talk in the shared room", async () => {
        const shown = await run("up");
        assert.match(shown, /The mesh is up: 2 servers/);
        assert.match(shown, /one\.mesh\.test {2}http:\/\/localhost:11808 {2}@alice:one\.mesh\.test {2}stack test-mesh-1/);
        const [alice, bob] = await Promise.all([person(stacks[0], "alice"), person(stacks[1], "bob")]);
        const room = alice.rooms["#mesh:one.mesh.test"] ?? "";
        // By the invitation that is there: without a server named to join by.
        await bob.client.joinRoom(room);
        for (const [from, to] of [
            [alice, bob],
            [bob, alice],
        ] as const) {
            const body = `Hello from ${from.userId}`;
            const heard = await heardAfter(
                to.client,
                body,
                () => from.client.sendText(room, body),
                (answer) => answer.rooms?.join?.[room]?.timeline.events.find(({ content }) => content.body === body),
            );
            assert.equal(heard.sender, from.userId);
        }
    });

    it("keeps the authority's key encrypted in the settings", () => {
        for (const stack of stacks) {
            const text = readFileSync(settingsFile(stack), "utf8");
            assert.match(text, /key:\n\s+secure: v1:/);
            assert.doesNotMatch(text, /PRIVATE KEY/);
        }
    });

    it("changes nothing when it is run again, and leaves settings that a person edited", async () => {
        const before = await ids();
        const mine = "# mine\n";
        appendFileSync(settingsFile(stacks[1]), mine);
        const shown = await run("up");
        assert.equal([...shown.matchAll(/^ +\d+ unchanged$/gm)].length, 2, shown);
        assert.doesNotMatch(shown, /\d+ (created|updated|replaced|deleted)/);
        assert.deepEqual(await ids(), before);
        assert.ok(readFileSync(settingsFile(stacks[1]), "utf8").endsWith(mine));
    });

    it("refuses a range that is taken, and names who has it", async () => {
        const { ensureNetwork } = await import("../../scripts/mesh/network.ts");
        await assert.rejects(
            ensureNetwork({ name: "matrix-synapse-test-mesh-other", subnet: "10.94.17.128/25" }),
            /10\.94\.17\.128\/25, and Docker network matrix-synapse-test-mesh has that range/,
        );
        await assert.rejects(
            ensureNetwork({ ...testMesh.network, subnet: "10.94.18.0/24" }),
            /matrix-synapse-test-mesh has the range 10\.94\.17\.0\/24/,
        );
    });

    it("leaves no container, volume, network or stack when it is taken down", async () => {
        assert.match(await run("down"), /The mesh is down: test-mesh-1, test-mesh-2/);
        for (const stack of stacks) {
            const filter = `label=${stackLabel}=${stackPrefix(project, stack)}`;
            for (const what of [
                ["ps", "--all"],
                ["volume", "ls"],
                ["network", "ls"],
            ]) {
                assert.equal(await docker(...what, "--quiet", "--filter", filter), "", what.join(" "));
            }
        }
        assert.equal(await docker("network", "ls", "--quiet", "--filter", `name=^${testMesh.network.name}$`), "");
        assert.match(await run("down"), /There was no mesh/);
    });
});
