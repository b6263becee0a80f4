import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { publicPart } from "../../matrix/signingKey.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { imageReference, root } from "../../scripts/project/checkout.ts";
import { docker, eventually } from "../support/docker.ts";
import { configure, destroyStack, openStack, plain, pulumiEnvironment, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-options";
const base = 31800;
const container = `matrix-synapse-${stackName}-homeserver`;
const pepper = randomBytes(24).toString("hex");

const settings = (homeserver: SettingsInput["homeserver"] = {}): Partial<SettingsInput> => {
    const small = smallStack(base);
    return {
        ...small,
        homeserver: {
            ...small.homeserver,
            presence: false,
            serverNotices: { roomName: "News" },
            autoJoinRooms: ["welcome"],
            retention: "30d",
            linkPreviews: { enabled: true },
            config: { enable_set_displayname: false, password_config: { policy: { require_digit: true } } },
            ...homeserver,
        },
        users: { alice: { displayName: "Alice Moreau" }, bob: { displayName: "Bob" } },
        bots: { ...small.bots, bridge: { appservice: { namespace: "irc_" } } },
        rooms: { ...small.rooms, welcome: { encrypted: false, members: { bridge: 50 } } },
    };
};

/** Writes the stack's file with what is secret in it. */
async function declare(homeserver: SettingsInput["homeserver"] = {}, secrets: Record<string, string> = {}): Promise<void> {
    configure(stackName, settings(homeserver));
    for (const [path, value] of Object.entries({ "config.password_config.pepper": pepper, ...secrets })) {
        const { exitCode, all } = await pulumi("config", "set", "--secret", "--path", `matrix-synapse:homeserver.${path}`, value);
        assert.equal(exitCode, 0, all);
    }
}

/** Runs the CLI, as a person would. */
async function pulumi(...parameters: string[]): Promise<{ exitCode: number | undefined; all: string }> {
    const { exitCode, all } = await execa("pulumi", [...parameters, "--stack", stackName, "--color", "never"], {
        cwd: root,
        env: pulumiEnvironment(),
        reject: false,
        all: true,
    });
    return { exitCode, all };
}

describe("Synapse's options", function () {
    this.timeout(240_000);
    let stack: Stack;
    let outputs: StackOutputs;
    const client = async (name: "alice" | "bob") => {
        const { userId, password } = outputs.users[name] as { userId: string; password: string };
        return new MatrixClient(outputs.clientUrl, await signIn(outputs.clientUrl, userId, password, "TESTS"));
    };
    const administrator = async () =>
        new MatrixClient(outputs.clientUrl, await signIn(outputs.clientUrl, outputs.adminUserId, outputs.adminPassword, "TESTS"));
    const inContainer = (...words: string[]) => docker("exec", container, ...words);
    const publishedKeys = async () =>
        (await (await fetch(`http://localhost:${base + 8}/_matrix/key/v2/server`)).json()) as {
            verify_keys: Record<string, { key: string }>;
            old_verify_keys: Record<string, { key: string; expired_ts: number }>;
        };

    before(async () => {
        await destroyStack(stackName);
        stack = await openStack(stackName);
        await declare();
        outputs = plain((await stack.up()).outputs);
    });
    after(async () => {
        await destroyStack(stackName);
        rmSync(`${root}/Pulumi.${stackName}.yaml`, { force: true });
    });

    it("let two colleagues who share no room find each other by name", async () => {
        const bob = await client("bob");
        // A young server fills its directory in the background.
        await eventually("a directory with people in it", 60_000, async () => {
            const found = await bob.doRequest("POST", "/_matrix/client/v3/user_directory/search", {}, { search_term: "moreau" });
            const ids = found.results.map((one: { user_id: string }) => one.user_id);
            assert.deepEqual(ids, ["@alice:localhost"]);
        });
    });

    it("show nobody who is online where presence is off", async () => {
        const alice = await client("alice");
        await alice.doRequest("PUT", "/_matrix/client/v3/presence/@alice:localhost/status", {}, { presence: "online" });
        assert.equal((await alice.doRequest("GET", "/_matrix/client/v3/presence/@alice:localhost/status")).presence, "offline");
    });

    it("send a server notice, in the room and by the account that are declared", async () => {
        const content = { msgtype: "m.text", body: "Maintenance tonight" };
        await (await administrator()).doRequest(
            "POST",
            "/_synapse/admin/v1/send_server_notice",
            {},
            { user_id: "@bob:localhost", content },
        );
        const bob = await client("bob");
        const { rooms } = await bob.doRequest("GET", "/_matrix/client/v3/sync");
        const [invite] = Object.values(rooms.invite) as { invite_state: { events: { type: string; sender: string; content: object }[] } }[];
        const name = invite?.invite_state.events.find(({ type }) => type === "m.room.name");
        assert.deepEqual([name?.sender, name?.content], ["@notices:localhost", { name: "News" }]);
    });

    it("let a new account join the rooms for everybody, by invitation where they are not public", async () => {
        const path = "/_synapse/admin/v2/users/@newcomer:localhost";
        await (await administrator()).doRequest("PUT", path, {}, { password: randomBytes(24).toString("hex") });
        const { joined_rooms } = await (await administrator()).doRequest(
            "GET",
            "/_synapse/admin/v1/users/@newcomer:localhost/joined_rooms",
        );
        assert.deepEqual(joined_rooms, [outputs.rooms["#welcome:localhost"]]);
    });

    it("show no message older than the default retention", async () => {
        const bridge = new MatrixClient(outputs.clientUrl, outputs.bots.bridge?.accessToken ?? "");
        const room = outputs.rooms["#welcome:localhost"] ?? "";
        const send = (body: string, ts: number) => {
            const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${body}`;
            return bridge.doRequest("PUT", path, { ts }, { msgtype: "m.text", body });
        };
        const day = 86_400_000;
        const older = await send("older", Date.now() - 31 * day);
        const newer = await send("newer", Date.now() - 29 * day);
        assert.equal((await bridge.getEvent(room, newer.event_id)).content.body, "newer");
        await assert.rejects(bridge.getEvent(room, older.event_id), /M_NOT_FOUND/);
    });

    it("let link previews reach no name that leads inside", async () => {
        const bob = await client("bob");
        for (const [name, port] of [
            ["database", 5432],
            ["localhost", 8008],
            [container, 8008],
        ] as const) {
            assert.notEqual(await inContainer("getent", "hosts", name), "");
            const preview = bob.doRequest("GET", "/_matrix/client/v1/media/preview_url", { url: `http://${name}:${port}/` });
            // Synapse takes blocked addresses out of what DNS says, and has none left.
            await assert.rejects(preview, /M_UNKNOWN: DNS resolution failure/, name);
        }
    });

    it("have effect where they are given in homeserver.config, beside what the program sets", async () => {
        const { capabilities } = await (await client("bob")).doRequest("GET", "/_matrix/client/v3/capabilities");
        assert.equal(capabilities["m.set_displayname"].enabled, false);
        const policy = await (await fetch(`http://localhost:${base + 8}/_matrix/client/unstable/password_policy`)).json();
        assert.deepEqual(policy, { "m.minimum_length": 10, "m.require_digit": true });
    });

    it("keep a secret in a file of its own, and in the state encrypted", async () => {
        assert.ok((await inContainer("cat", "/run/secrets/options.yaml")).includes(pepper));
        assert.equal(await inContainer("stat", "-c", "%a %u", "/run/secrets/options.yaml"), "400 991");
        const readable = await inContainer("cat", "/etc/synapse/homeserver.yaml");
        assert.match(readable, /require_digit: true/);
        for (const text of [readable, await docker("inspect", container), (await pulumi("stack", "export")).all])
            assert.ok(!text.includes(pepper));
    });

    it("preview as no change, and a changed one with its old and new value", async () => {
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
        const { all } = await pulumi("config", "set", "--path", "matrix-synapse:homeserver.config.enable_set_displayname", "true");
        assert.equal(all.trim(), "");
        const { stdout } = await stack.preview({ diff: true, color: "never" });
        assert.match(stdout, /~ enable_set_displayname +: false => true/);
        assert.ok(!stdout.includes(pepper));
    });

    it("that Synapse does not know or does not start with end the preview, and touch nothing", async () => {
        const started = await docker("inspect", container, "--format", "{{.Id}} {{.State.StartedAt}}");
        const refused = async (homeserver: SettingsInput["homeserver"], ...lines: string[]) => {
            configure(stackName, settings(homeserver));
            const { exitCode, all } = await pulumi("preview");
            assert.notEqual(exitCode, 0, all);
            for (const line of lines)
                assert.ok(
                    all.split("\n").some((one) => one.trim() === line),
                    `no line ${line}:\n${all}`,
                );
        };
        const version = imageReference("synapse").split(":").at(-1);
        await refused(
            { config: { max_image_pixel: "1M", user_directory: { exclude_remote_user: true } } },
            `homeserver.config.max_image_pixel: is not an option of Synapse ${version}; did you mean max_image_pixels?`,
            `homeserver.config.user_directory.exclude_remote_user: is not an option of Synapse ${version}; did you mean exclude_remote_users?`,
            "homeserver.config.password_config.pepper: cannot change on a running server: no password would be right any more; put it back as it was",
        );
        await refused(
            { config: { opentracing: { enabled: true } } },
            `homeserver.config.opentracing.enabled: Synapse ${version} does not start with this: the image lacks jaeger-client, opentracing, thrift, tornado; it needs matrix-synapse[opentracing]`,
        );
        await refused(
            { config: { media_retention: { local_media_lifetime: "many" } } },
            `homeserver.config.media_retention.local_media_lifetime: Synapse ${version} does not start with this: ValueError: invalid literal for int() with base 10: 'man'`,
        );
        assert.equal(await docker("inspect", container, "--format", "{{.Id}} {{.State.StartedAt}}"), started);
    });

    it("change the signing key only if the old one stays known, and publish both", async () => {
        const before = await publishedKeys();
        const [id = "", { key = "" } = {}] = Object.entries(before.verify_keys)[0] ?? [];
        const line = `ed25519 own_1 ${randomBytes(32).toString("base64").replace(/=+$/, "")}`;
        await declare({}, { signingKey: line });
        const { all } = await pulumi("preview");
        const hint = `homeserver.signingKey: the server signs with another key now, ${id}, by which other servers check its old messages; keep it known: `;
        assert.ok(all.includes(`${hint}pulumi config set --path 'homeserver.oldSigningKeys["${id}"].key' ${key} && `), all);
        assert.ok(!all.includes(line.split(" ")[2] ?? ""));

        const old = { key, expiredTs: Date.now() };
        await declare({ oldSigningKeys: { [id]: old } }, { signingKey: line });
        outputs = plain((await stack.up()).outputs);
        const published = await publishedKeys();
        assert.deepEqual(published.old_verify_keys, { [id]: { key, expired_ts: old.expiredTs } });
        assert.deepEqual(published.verify_keys, { "ed25519:own_1": { key: publicPart(line).publicKey } });
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
    });
});
