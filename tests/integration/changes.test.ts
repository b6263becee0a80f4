/** docs/changes.md on a real stack: what its data would not survive is refused, and nothing is touched; and the ways to get there. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { imageReference, root } from "../../scripts/project/checkout.ts";
import { changesOf } from "../support/changes.ts";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
import { docker } from "../support/docker.ts";
import type { SettingsInput } from "../support/settings.ts";
import { configure, destroyStack, openStack, plain, pulumiEnvironment, refusedPreview, smallStack } from "../support/stack.ts";

const stackName = "test-changes";
const base = 31_500;
const prefix = `matrix-synapse-${stackName}`;
const images = { postgres: imageReference("postgres"), synapse: imageReference("synapse"), coturn: imageReference("coturn") };
const built = { postgres: "matrix-synapse-test-changes/postgres:18", synapse: "matrix-synapse-test-changes/synapse:old" };

/** An image like another but for one command's outcome: the version that it tells. */
async function build(tag: string, dockerfile: string): Promise<void> {
    await execa("docker", ["build", "--quiet", "--tag", tag, "-"], { input: dockerfile });
}

const settingsOf = (more: Partial<SettingsInput> = {}, of: Record<string, string> = {}) => {
    const small = smallStack(base, more);
    return { ...small, images: { ...small.images, ...of } };
};

describe("changes that a stack's data would not survive", function () {
    this.timeout(240_000);
    before(async () => {
        await destroyStack(stackName);
        // As an image of another major version: its program says so.
        await build(
            built.postgres,
            `FROM ${images.postgres}\nRUN printf '#!/bin/sh\\necho "postgres (PostgreSQL) 18.1"\\n' > /usr/local/bin/postgres && chmod 755 /usr/local/bin/postgres`,
        );
        await build(
            built.synapse,
            `FROM ${images.synapse}\nUSER root\nRUN sed -i 's/^SCHEMA_VERSION = .*/SCHEMA_VERSION = 60/' "$(python -c 'import synapse.storage.schema as s; print(s.__file__)')"`,
        );
        configure(stackName, settingsOf());
        await (await openStack(stackName)).up();
    });
    after(async () => {
        await destroyStack(stackName);
        await execa("docker", ["image", "rm", ...Object.values(built)], { reject: false });
    });

    const ghost = "@irc_guest:localhost";
    const query = (sql: string) => docker("exec", `${prefix}-database`, "psql", "-U", "postgres", "-d", "synapse", "-qAtc", sql);

    const refusals: [string, Partial<SettingsInput>, RegExp][] = [
        [
            "another server name",
            settingsOf({ serverName: "other.example" }),
            /^serverName: was localhost and is other\.example now, .*pulumi config set serverName localhost/,
        ],
        [
            "another major version of PostgreSQL",
            settingsOf({}, { postgres: built.postgres }),
            /^images\.postgres: matrix-synapse-test-changes-postgres holds files of PostgreSQL 15, and .*:18 is PostgreSQL 18, .*make upgrade-database STACK=test-changes IMAGE=/,
        ],
        [
            "a tag of another major version that is not here",
            settingsOf({}, { postgres: "docker.io/library/postgres:18-bookworm" }),
            /^images\.postgres: .* of PostgreSQL 15, and docker\.io\/library\/postgres:18-bookworm is PostgreSQL 18/,
        ],
        ["an image without PostgreSQL", settingsOf({}, { postgres: images.coturn }), /^images\.postgres: there is no PostgreSQL in /],
        [
            "a Synapse that is older than the database's schema",
            settingsOf({}, { synapse: built.synapse }),
            /^images\.synapse: the database has schema \d+, which a Synapse of schema \d+ or newer can use, and .*:old has schema 60/,
        ],
        ["an image without Synapse", settingsOf({}, { synapse: images.coturn }), /^images\.synapse: there is no Synapse in /],
        [
            "another name of the database",
            settingsOf({ database: { port: base + 32, name: "matrix" } }),
            /^database\.name: was synapse and is matrix now; .*docker stop matrix-synapse-test-changes-homeserver/,
        ],
        [
            "another namespace",
            settingsOf({ bots: { irc: { appservice: { namespace: "libera_" } } }, rooms: {} }),
            /^bots\.irc\.appservice\.namespace: the account @irc_guest:localhost is outside of "libera_"/,
        ],
    ];
    for (const [what, settings, expected] of refusals)
        it(`refuses ${what}`, async () => {
            await query(`INSERT INTO users (name, appservice_id) VALUES ('${ghost}', 'irc') ON CONFLICT DO NOTHING`);
            const { faults } = await changesOf(stackName, settings);
            assert.equal(faults.length, 1, faults.join("\n"));
            assert.match(faults[0] ?? "", expected);
        });

    it("refuses no change that it survives", async () => {
        const survived: Partial<SettingsInput>[] = [
            settingsOf(),
            settingsOf({ bots: { irc: { appservice: { namespace: "irc_" } } }, rooms: {} }),
            settingsOf({ homeserver: { port: base + 9 }, database: { port: base + 33, memory: 512, connections: 20 } }),
            settingsOf({ federation: { enabled: false }, protectData: true, users: { alice: {} } }),
        ];
        for (const settings of survived) assert.deepEqual((await changesOf(stackName, settings)).faults, []);
        const { warnings } = await changesOf(stackName, settingsOf({ bots: {}, rooms: {} }));
        assert.match(warnings.join(), /^bots\.irc: the account @irc_guest:localhost of this application service will have no owner/);
        await query(`DELETE FROM users WHERE name = '${ghost}'`);
    });

    it("says so in the preview, which touches nothing", async () => {
        const since = await docker("exec", `${prefix}-database`, "date", "+%s");
        await refusedPreview(
            stackName,
            settingsOf({ serverName: "other.example" }, built),
            /^images\.postgres: .* holds files of PostgreSQL 15/,
        );
        const until = await docker("exec", `${prefix}-database`, "date", "+%s");
        const format = "{{.Type}} {{.Action}} {{.Actor.Attributes.name}}";
        const events = (await docker("events", "--since", since, "--until", `${Number(until) + 1}`, "--format", format)).split("\n");
        // Health checks, whose commands have several lines, and questions that were asked in a container that runs.
        const asked = / (exec_|archive-path|health_status)/;
        const touched = events.filter(
            (event) => /^(container|volume|network) /.test(event) && event.includes(prefix) && !asked.test(event),
        );
        assert.deepEqual(touched, []);
    });

    it("knows a stack under its former name", async () => {
        const other = `${stackName}-renamed` as const;
        const rename = (from: string, to: string) =>
            execa("pulumi", ["stack", "rename", to, "--stack", from], { cwd: root, env: pulumiEnvironment() });
        await rename(stackName, other);
        try {
            const said = await refusedPreview(
                other,
                settingsOf(),
                /^this stack was deployed as test-changes, and is called test-changes-renamed now: .*pulumi stack rename test-changes$/,
            );
            assert.ok(!said.includes("is in use by"), said);
        } finally {
            await rename(other, stackName);
            rmSync(join(root, `Pulumi.${other}.yaml`), { force: true });
        }
    });

    it("knows volumes whose state is lost", async () => {
        const url = { ...process.env, ...pulumiEnvironment() }.PULUMI_BACKEND_URL;
        const states = join((url ?? "").replace("file://", ""), ".pulumi/stacks/matrix-synapse");
        const aside = mkdtempSync(join(tmpdir(), "state-"));
        mkdirSync(aside, { recursive: true });
        renameSync(join(states, `${stackName}.json`), join(aside, "state.json"));
        try {
            await openStack(stackName);
            await refusedPreview(
                stackName,
                settingsOf(),
                /^the state of this stack is lost: it knows nothing of the volumes .*-media .*-postgres, .*docker volume rm .*-media .*-postgres; /,
            );
        } finally {
            renameSync(join(aside, "state.json"), join(states, `${stackName}.json`));
            rmSync(aside, { recursive: true });
        }
    });

    it("renames the database once the homeserver stands still", async () => {
        await docker("stop", `${prefix}-homeserver`);
        configure(stackName, settingsOf({ database: { port: base + 32, name: "matrix" } }));
        const stack = await openStack(stackName);
        const outputs = plain((await stack.up()).outputs);
        await botSpeaksAndAdministratorReads(outputs);
        assert.match(outputs.databaseUrl, /\/matrix\?/);
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
    });
});
