import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { PreviewOptions, Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { connect } from "../../scripts/content/client.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { previewStack } from "../../scripts/preview/preview.ts";
import { project, root } from "../../scripts/project/checkout.ts";
import { docker } from "../support/docker.ts";
import { configure, destroyStack, openStack, plain, pulumiEnvironment, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-pull-request";
const base = 15200;
const hardTopic = "a|b `code` <b>bold</b>\nsecond line";

describe("the preview for a pull request", function () {
    this.timeout(300_000);
    const settings = smallStack(base, {
        users: { alice: { displayName: "Alice" }, gone: { onDelete: "erase" } },
        rooms: {
            lobby: { name: "Lobby", topic: "Welcome", encrypted: false, members: { alice: 0 } },
            old: { encrypted: false },
            purged: { encrypted: false, onDelete: "purge" },
        },
    });
    let stack: Stack;
    let outputs: StackOutputs;
    /** Every text of this file, to be looked through for secrets. */
    const texts: string[] = [];

    const preview = async (changed: Partial<SettingsInput>, options: PreviewOptions = {}) => {
        configure(stackName, { ...settings, ...changed });
        const previewed = await previewStack(stackName, root, pulumiEnvironment(), options);
        texts.push(previewed.text);
        return previewed;
    };
    /** The rows of the table: what is done, to what, how. As GitHub shows them. */
    const rows = (text: string): string[][] => {
        const html = micromark(text, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
        const body = html.slice(html.indexOf("<tbody>"), html.indexOf("</tbody>"));
        return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = ""]) =>
            [...row.matchAll(/<td>(.*?)<\/td>/gs)].map(([, cell = ""]) => cell.replaceAll("<br>", "\n").replace(/<\/?(code|strong)>/g, "")),
        );
    };

    before(async () => {
        await destroyStack(stackName);
        configure(stackName, settings);
        stack = await openStack(stackName);
        outputs = plain((await stack.up()).outputs);
    });
    after(() => destroyStack(stackName));

    it("is one line where nothing changes", async () => {
        assert.deepEqual(await preview({}), { text: `### Preview of \`${stackName}\`: no change\n`, succeeded: true });
    });

    it("names what is created, changed, replaced and deleted, with old and new values and nothing else", async () => {
        const { text } = await preview({
            homeserver: { ...settings.homeserver, media: { maxUpload: "80M" } },
            users: { ...settings.users, bob: { displayName: "Bob" } },
            rooms: {
                lobby: { ...settings.rooms?.lobby, topic: hardTopic },
                purged: { encrypted: false, onDelete: "purge" },
                hall: { name: "Hall", encrypted: false },
            },
        });
        assert.match(text, /^### Preview of `test-pull-request`: 2 created, 1 changed, 1 replaced, 1 deleted\n/);
        assert.deepEqual(rows(text), [
            [
                "replaced",
                "container homeserver",
                "the homeserver restarts within seconds; requests wait for it at the gateway\n/etc/synapse/homeserver.yaml: max_upload_size: 50M → 80M",
            ],
            ["deleted", "room old", "it stays on the server; the administrator leaves it"],
            ["changed", "room lobby", "topic: Welcome → a&#124;b &#96;code&#96; &#60;b&#62;bold&#60;/b&#62;⏎second line"].map((cell) =>
                cell.replace("&#124;", "|").replaceAll("&#96;", "`").replaceAll("&#60;", "&lt;").replaceAll("&#62;", "&gt;"),
            ),
            ["created", "room hall", "name: + Hall\nvisibility: + private"],
            ["created", "user bob", "displayName: + Bob"],
        ]);
    });

    it("puts what loses data first, with a warning", async () => {
        const { lobby = {} } = settings.rooms ?? {};
        const { alice = {} } = settings.users ?? {};
        const { text } = await preview({ rooms: { lobby, old: { encrypted: false } }, users: { alice } });
        assert.match(text, /^### .*\n\n> \[!CAUTION\]\n> \*\*This loses data\.\*\*\n> - room `purged` is deleted, losing all its messages/);
        assert.deepEqual(
            rows(text).map(([operation, what]) => `${operation} ${what}`),
            ["⚠️ deleted room purged", "⚠️ deleted user gone"],
        );
    });

    it("says that a database that is no longer the stack's own is lost with its volume, and what Pulumi warned of", async () => {
        const { succeeded, text } = await preview({ database: { host: "192.0.2.10", adminPassword: "not-a-secret-here" } });
        assert.equal(succeeded, true);
        assert.match(text, /> - volume `database-data` is deleted, losing everything in it/);
        assert.match(rows(text)[0]?.[0] ?? "", /^⚠️/);
        assert.match(
            text,
            /> \[!WARNING\]\n(> - .*\n)*> - `.*database\.host: 192\.0\.2\.10:5432 (did not answer within 5 s|refuses connections: .*|cannot be reached .*) \(on this machine\)`/,
        );
    });

    it("puts a volume that is replaced first, with what is lost in it", async () => {
        const { deployment } = await stack.exportStack();
        const urn = (deployment.resources as { urn: string; type: string }[]).find(
            (resource) => resource.type === "docker:index/volume:Volume" && resource.urn.endsWith("::database-data"),
        )?.urn;
        const { text } = await preview({}, { replace: [urn ?? ""] });
        assert.match(text, /> - volume `database-data` is replaced, losing everything in it/);
        const table = rows(text).map(([operation, what]) => `${operation} ${what}`);
        assert.ok(table.includes("⚠️ replaced volume database-data"), table.join("\n"));
        const safe = table.findIndex((row) => !row.startsWith("⚠️"));
        assert.ok(safe > 0 && table.slice(safe).every((row) => !row.startsWith("⚠️")), table.join("\n"));
    });

    it("shows what somebody changed by hand as drift", async () => {
        const { clientUrl, users, rooms, adminUserId, adminPassword } = outputs;
        const { userId = "", password = "" } = users.alice ?? {};
        const lobby = rooms["#lobby:localhost"] as string;
        const administrator = connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS"));
        const alice = connect(clientUrl, await signIn(clientUrl, userId, password, "TESTS"));
        await administrator.sendStateEvent(lobby, "m.room.topic", "", { topic: "hacked" });
        await alice.setDisplayName("Mallory");
        await administrator.kickUser(userId, lobby);
        const { text } = await preview({});
        assert.deepEqual(rows(text), [
            ["changed", "room lobby", `members.${userId}: + 0 (drift)\ntopic: hacked → Welcome (drift)`],
            ["changed", "user alice", "displayName: Mallory → Alice (drift)"],
        ]);
        await stack.up();
        assert.match((await preview({})).text, /no change/);
    });

    it("works while the server is down, and says that drift was not looked at", async () => {
        await docker("stop", `${project}-${stackName}-homeserver`);
        try {
            const { text, succeeded } = await preview({ users: { ...settings.users, alice: { displayName: "Alice B." } } });
            assert.equal(succeeded, true);
            assert.match(text, /> \[!WARNING\]\n(> - .*\n)*> - `Drift was not looked at: http:.* does not answer/);
            assert.match(text, /user `alice` \| displayName: `Alice` → `Alice B\.`/);
        } finally {
            await docker("start", `${project}-${stackName}-homeserver`);
        }
    });

    it("fails with the reasons alone, a line each", async () => {
        const { text, succeeded } = await preview({
            homeserver: { ...settings.homeserver, media: { maxUpload: "much" } },
            bots: { "bad name": {} },
        });
        assert.equal(succeeded, false);
        assert.match(text, /^### Preview of `test-pull-request`: failed\n\n- /);
        assert.match(text, /- `matrix-synapse:homeserver\.media\.maxUpload: .*such as 50M`\n/);
        assert.match(text, /- `.*bad name.*`\n/);
        assert.doesNotMatch(text, /\.ts:|node:internal/);
    });

    it("is what make preview prints and writes, and its exit code tells whether it succeeded", async () => {
        const file = `${tmpdir()}/${stackName}.md`;
        const make = (): Promise<{ stdout: string; exitCode?: number }> =>
            execa("make", ["--silent", "preview", `STACK=${stackName}`, `PREVIEW_FILE=${file}`], { cwd: root, reject: false });
        try {
            configure(stackName, settings);
            const good = await make();
            assert.deepEqual([good.exitCode, good.stdout], [0, `### Preview of \`${stackName}\`: no change`]);
            configure(stackName, { ...settings, serverName: "no such:name" });
            const bad = await make();
            assert.notEqual(bad.exitCode, 0);
            assert.match(bad.stdout, /: failed\n\n(- .*\n)*- `matrix-synapse:serverName: /);
        } finally {
            rmSync(file, { force: true });
        }
    });

    it("never shows a secret", async () => {
        const { deployment } = await stack.exportStack();
        // A list with one secret in it is secret whole, paths and all: of such, what looks like a password, token or key.
        const secrets = [...plaintexts(deployment)].filter((text) => /^(?!\/|@|http|sha256:)\S{16,}$|^ed25519 |PRIVATE KEY/.test(text));
        assert.ok(secrets.length > 10, `the test knows ${secrets.length} secrets`);
        assert.ok(texts.length > 5, `${texts.length} texts`);
        for (const secret of secrets) assert.equal(texts.join("\n").includes(secret), false, `${secret.slice(0, 4)}… is in a text`);
    });
});

/** Every secret text of a state whose secrets are decrypted. */
function* plaintexts(node: unknown): Generator<string> {
    if (typeof node !== "object" || node === null) return;
    if ("plaintext" in node && typeof node.plaintext === "string") yield* texts(JSON.parse(node.plaintext));
    else for (const value of Object.values(node)) yield* plaintexts(value);
}

function* texts(value: unknown): Generator<string> {
    if (typeof value === "string") yield value;
    else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) yield* texts(inner);
}
