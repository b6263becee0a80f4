/** Updates whose containers do not come up, of each part, by `make up` and by hand. */
import assert from "node:assert/strict";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { imageReference, project, root } from "../../scripts/project/checkout.ts";
import { brokenImage, lastWords } from "../support/brokenImage.ts";
import { allHealthy, containers, docker } from "../support/docker.ts";
import { configure, destroyStack, openStack, plain, pulumiEnvironment, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-rollbacks";
const base = 21_300;
type Images = NonNullable<SettingsInput["images"]>;

describe("an update whose containers do not come up", function () {
    this.timeout(600_000);
    const { homeserver, images, ...rest } = smallStack(base);
    let outputs: StackOutputs;
    let said: string;

    const write = (changed: Images = {}) =>
        configure(stackName, { ...rest, homeserver: { ...homeserver, startSeconds: 20 }, images: { ...images, ...changed } });
    const run = (file: string, ...words: string[]) => execa(file, words, { cwd: root, env: pulumiEnvironment(), all: true, reject: false });
    const failing = async (...command: [string, ...string[]]): Promise<string> => {
        const { exitCode, all } = await run(...command);
        assert.notEqual(exitCode, 0, all);
        return all;
    };
    const makeUp = () => failing("make", "up", `STACK=${stackName}`);
    const imageOf = (reference: string) => docker("image", "inspect", "--format", "{{.Id}}", reference);

    /** @throws unless everything runs as it did before, with what was said, and the state says so */
    async function isAsBefore(): Promise<void> {
        await allHealthy(stackName);
        const running = await containers(stackName);
        for (const [role, image] of [
            ["homeserver", "synapse"],
            ["database", "postgres"],
            ["relay", "coturn"],
            ["gateway", "caddy"],
        ] as const)
            assert.equal(running[role]?.Image, await imageOf(imageReference(image)), role);
        const bot = new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
        assert.equal((await bot.getEvent(outputs.rooms["#lobby:localhost"] ?? "", said)).content.body, "said before");
        write();
        assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
    }

    before(async () => {
        await destroyStack(stackName);
        write();
        outputs = plain((await (await openStack(stackName)).up()).outputs);
        const bot = new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
        said = await bot.sendText(outputs.rooms["#lobby:localhost"] ?? "", "said before");
    });
    after(() => destroyStack(stackName));

    it("goes back, be it the relay's and the gateway's at a time", async () => {
        const [coturn, caddy] = [await brokenImage("coturn"), await brokenImage("caddy")];
        write({ coturn, caddy });
        const all = await makeUp();
        assert.match(all, new RegExp(`^The relay did not come up with ${coturn}, and the gateway did not come up with ${caddy}$`, "m"));
        assert.match(all, new RegExp(`^Last lines of the gateway's log:\n {4}${lastWords}$`, "m"));
        await isAsBefore();
    });

    it("goes back, be it the database's", async () => {
        const postgres = await brokenImage("postgres");
        write({ postgres });
        const all = await makeUp();
        assert.match(all, new RegExp(`^The database did not come up with ${postgres}$`, "m"));
        assert.match(all, new RegExp(`^Back to what ran before: the database with ${imageReference("postgres")}, and `, "m"));
        await isAsBefore();
    });

    it("is tried again, and goes back again, while nothing was put right", async () => {
        write({ synapse: await brokenImage("synapse") });
        for (const attempt of ["first", "second"]) assert.match(await makeUp(), /^Back to what ran before: the homeserver /m, attempt);
        await isAsBefore();
    });

    it("names the command that goes back, where pulumi up is run by hand", async () => {
        write({ synapse: await brokenImage("synapse") });
        const up = await failing("pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stackName);
        assert.match(up, new RegExp(`return to what ran before: make rollback STACK=${stackName}`));
        assert.match(await failing("make", "rollback", `STACK=${stackName}`), /^Back to what ran before: the homeserver /m);
        await isAsBefore();
        assert.match(
            await failing("make", "rollback", `STACK=${stackName}`),
            /^nothing to go back from: every container of stack \S+ came up$/m,
        );
    });

    it("says so where the database has moved too far for what ran before", async () => {
        const psql = (sql: string) =>
            docker(
                "exec",
                `${project}-${stackName}-database`,
                "psql",
                "--username=postgres",
                "--tuples-only",
                "--no-align",
                "--command",
                sql,
                "synapse",
            );
        const compatVersion = await psql("SELECT compat_version FROM schema_compat_version");
        write({ synapse: await brokenImage("synapse") });
        // As a release does that migrates the schema, and then does not come up.
        const attempt = run("make", "up", `STACK=${stackName}`);
        await whenReplaced();
        await psql("UPDATE schema_compat_version SET compat_version = 1000");
        const { exitCode, all } = await attempt;
        assert.notEqual(exitCode, 0);
        assert.match(all, /images\.synapse: the database has schema \d+, which a Synapse of schema 1000 or newer can use/);
        assert.match(all, /^Going back to what ran before failed as well: .*\n.*docs\/changes\.md, "An older Synapse"/m);
        await psql(`UPDATE schema_compat_version SET compat_version = ${compatVersion.trim()}`);
        assert.match(await failing("make", "rollback", `STACK=${stackName}`), /^Back to what ran before/m);
        await isAsBefore();
    });

    /** Until the broken homeserver is there. */
    async function whenReplaced(): Promise<void> {
        const deadline = Date.now() + 120_000;
        const broken = await imageOf("matrix-synapse-test/broken-synapse:1");
        while ((await containers(stackName)).homeserver?.Image !== broken) {
            assert.ok(Date.now() < deadline, "the homeserver was not replaced");
            await new Promise((resolve) => setTimeout(resolve, 500));
        }
    }
});
