/** A stack that an earlier version of this program deploys, moved to this one by `make up`. Takes that version from the history. */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { stringify } from "yaml";
import { signIn } from "../../scripts/content/signIn.ts";
import { project, root } from "../../scripts/project/checkout.ts";
import { containers, docker, usualRoles } from "../support/docker.ts";
import { pulumiEnvironment, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-upgraded";
/** The last commit whose stacks had keepers, and parts named after their programs. */
const withKeepers = "125c2d6";
const base = 25_000;
const settings = {
    ...smallStack(base, {
        protectData: true,
        users: { alice: { displayName: "Alice" } },
        bots: { notifier: { displayName: "Notifier" }, irc: { appservice: { namespace: "irc_" } } },
        spaces: { company: { name: "Company" } },
        rooms: { lobby: { name: "Lobby", encrypted: false, parent: "company", members: { notifier: 50, alice: 0 } } },
    }),
    keeper: true,
};

describe("a stack of an earlier version", function () {
    this.timeout(600_000);
    const directory = mkdtempSync(join(tmpdir(), "upgraded-"));
    const earlier = join(directory, "checkout");
    const file = `Pulumi.${stackName}.yaml`;
    const env = {
        ...pulumiEnvironment(),
        PULUMI_BACKEND_URL: `file://${directory}`,
        PULUMI_CONFIG_PASSPHRASE_FILE: join(directory, "passphrase"),
    };
    const pulumi = (cwd: string, ...args: string[]) => execa("pulumi", [...args, "--stack", stackName], { cwd, env });
    const outputsIn = async (cwd: string): Promise<StackOutputs> =>
        JSON.parse((await pulumi(cwd, "stack", "output", "--json", "--show-secrets")).stdout);
    const keys = async () => {
        const answer = await fetch(`http://localhost:${base + 8}/_matrix/key/v2/server`);
        return ((await answer.json()) as { verify_keys: object }).verify_keys;
    };
    let recorded: StackOutputs;
    let keysBefore: object;
    let picture: string;

    before(async () => {
        await execa("git", ["worktree", "add", "--detach", earlier, withKeepers], { cwd: root }).catch((error) => {
            throw new Error(`the history has no ${withKeepers}; a shallow clone gets it by git fetch --unshallow (${error.shortMessage})`);
        });
        await execa("npm", ["ci", "--silent", "--no-audit", "--no-fund"], { cwd: earlier });
        writeFileSync(env.PULUMI_CONFIG_PASSPHRASE_FILE, "a passphrase for a test");
        const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${project}:${key}`, value]));
        writeFileSync(join(earlier, file), stringify({ config }));
        await execa("pulumi", ["stack", "init", "--no-select", stackName], { cwd: earlier, env });
        await pulumi(earlier, "up", "--yes", "--skip-preview");
        recorded = await outputsIn(earlier);
        keysBefore = await keys();
        const bot = new MatrixClient(`http://localhost:${base + 8}`, recorded.bots.notifier?.accessToken ?? "");
        await bot.sendText(recorded.rooms["#lobby:localhost"] ?? "", "said before the upgrade");
        picture = await bot.uploadContent(Buffer.from("a picture from before"), "text/plain");
        assert.ok("keeper" in (await containers(stackName)), "the earlier version has no keeper");
    });

    after(async () => {
        await pulumi(root, "state", "unprotect", "--all", "--yes").catch(() => {});
        await pulumi(root, "destroy", "--yes", "--skip-preview");
        rmSync(join(root, file), { force: true });
        await execa("git", ["worktree", "remove", "--force", earlier], { cwd: root });
        rmSync(directory, { recursive: true, force: true });
    });

    it("moves to this version by make up", async () => {
        copyFileSync(join(earlier, file), join(root, file));
        const { stdout } = await execa("make", ["up", `STACK=${stackName}`], { cwd: root, env });
        assert.match(stdout, /Your Matrix server is up/);
        assert.deepEqual(Object.keys(await containers(stackName)).sort(), usualRoles);
    });

    it("has its secrets, tokens, rooms and certificate as they were, and its signing key", async () => {
        const after: Record<string, unknown> = { ...(await outputsIn(root)) };
        for (const [name, value] of Object.entries(recorded)) assert.deepEqual(after[name], value, name);
        assert.deepEqual(await keys(), keysBefore);
    });

    it("has what was said and uploaded before, for who signs in with the password from before", async () => {
        const { password = "", userId = "" } = recorded.users.alice ?? {};
        const url = `http://localhost:${base + 8}`;
        const alice = new MatrixClient(url, await signIn(url, userId, password));
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(recorded.rooms["#lobby:localhost"] ?? "")}/messages`;
        const { chunk } = (await alice.doRequest("GET", path, { dir: "b" })) as { chunk: { content: { body?: string } }[] };
        assert.ok(chunk.some(({ content }) => content.body === "said before the upgrade"));
        assert.equal((await alice.downloadContent(picture)).data.toString(), "a picture from before");
    });

    it("has no change in a preview, and the volumes that it had", async () => {
        assert.match((await pulumi(root, "preview")).stdout, /Resources:\n +\d+ unchanged\s*$/);
        const volumes = await docker("volume", "ls", "--quiet", "--filter", `label=matrix-synapse.stack=${project}-${stackName}`);
        assert.deepEqual(
            volumes.split("\n").sort(),
            ["certificate-shared", "certificates", "media", "postgres"].map((name) => `${project}-${stackName}-${name}`),
        );
    });
});
