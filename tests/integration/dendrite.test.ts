/** A stack whose homeserver is Dendrite, whatever homeserver the run is for. What both homeservers do is tested by `make test-dendrite`. */
import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { parse } from "yaml";
import { accessBy } from "../../scripts/content/access.ts";
import { connect } from "../../scripts/content/client.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { commandLine } from "../support/commandLine.ts";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
import { allHealthy, containers, docker, eventually } from "../support/docker.ts";
import { configure, destroyStack, openStack, plain, refusedPreview, type StackOutputs, smallStack, storedState } from "../support/stack.ts";

const stackName = "test-dendrite";
const base = 12400;
const container = `matrix-synapse-${stackName}-homeserver`;

const small = smallStack(base, {
    users: { alice: { displayName: "Alice" }, bob: {} },
    bots: { notifier: { displayName: "Notifier", unlimited: true }, irc: { appservice: { namespace: "irc_" } } },
    spaces: { team: {} },
    rooms: { lobby: { name: "Lobby", encrypted: false, parent: "team", members: { notifier: 50, alice: 0 } } },
});
const settings = { ...small, homeserver: { ...small.homeserver, kind: "dendrite" as const, memory: 512 } };

describe("Dendrite", function () {
    this.timeout(180_000);
    let stack: Stack;
    let outputs: StackOutputs;

    before(async () => {
        await destroyStack(stackName);
        configure(stackName, settings);
        stack = await openStack(stackName);
        outputs = plain((await stack.up()).outputs);
    });
    after(() => destroyStack(stackName));

    const administrator = async () =>
        connect(outputs.clientUrl, await signIn(outputs.clientUrl, outputs.adminUserId, outputs.adminPassword, "TESTS"));

    it("is what answers, and carries what a bot says to the administrator", async () => {
        const answer = await fetch(`${outputs.clientUrl}/_matrix/federation/v1/version`);
        assert.equal(((await answer.json()) as { server: { name: string } }).server.name, "Dendrite");
        const { bots, rooms } = outputs;
        const notifier = bots.notifier ?? assert.fail("no bot");
        await botSpeaksAndAdministratorReads({ ...outputs, bots: { notifier }, rooms: { lobby: rooms["#lobby:localhost"] ?? "" } });
    });

    it("has nothing to change right after", async () => {
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
    });

    it("has rooms of version 11, with members and a parent as declared", async () => {
        const client = await administrator();
        const room = outputs.rooms["#lobby:localhost"] ?? "";
        assert.equal((await client.getRoomStateEvent(room, "m.room.create", "")).room_version, "11");
        assert.equal((await client.getRoomStateEvent(room, "m.room.member", "@alice:localhost")).membership, "join");
        assert.ok((await client.getRoomStateEvent(room, "m.space.parent", outputs.rooms["#team:localhost"] ?? "")).via);
    });

    it("exempts a bot from its limits, and nobody else", async () => {
        const room = outputs.rooms["#lobby:localhost"] ?? "";
        const burst = async (client: MatrixClient) => {
            // One that it is in already: what Dendrite limits are joins, sign-ins and the like, and no messages.
            const joins = await Promise.allSettled(Array.from({ length: 60 }, () => client.joinRoom(room)));
            return joins.filter(({ status }) => status === "fulfilled").length;
        };
        assert.equal(await burst(new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "")), 60);
        const token = await signIn(outputs.clientUrl, "@alice:localhost", outputs.users.alice?.password ?? "", "TESTS");
        assert.ok((await burst(new MatrixClient(outputs.clientUrl, token))) < 60, "a person is exempt, too");
    });

    it("keeps its secrets in files that it alone can read, and out of the plain state", async () => {
        const { stdout } = await execa("docker", ["exec", container, "sh", "-c", "stat -c '%a %u %n' /run/secrets/*"]);
        for (const line of stdout.split("\n")) assert.match(line, /^400 991 /);
        const { registrationSharedSecret, administrationToken = "" } = outputs;
        const inspected = await docker("inspect", container);
        const state = await storedState(stackName);
        const { stdout: logs, stderr } = await execa("docker", ["logs", container]);
        assert.ok(administrationToken.length > 20);
        for (const secret of [registrationSharedSecret, administrationToken])
            for (const [what, text] of Object.entries({ inspected, state, logs, stderr }))
                assert.ok(!text.includes(secret), `a secret is in ${what}`);
    });

    it("is closed from outside: no admin API and no metrics through the gateway", async () => {
        for (const path of ["/_dendrite/admin/registrationTokens", "/_synapse/admin/v1/register", "/_dendrite/monitor/up", "/metrics"]) {
            const command = ["-sk", "-o", "/dev/null", "-w", "%{http_code}", `https://localhost:${base + 43}${path}`];
            assert.equal((await execa("curl", command)).stdout, "404", path);
        }
    });

    it("has lost nothing that it acknowledged after kill -9, and its stack is well again by itself", async () => {
        const bot = new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
        const room = outputs.rooms["#lobby:localhost"] ?? "";
        const sent: string[] = [];
        for (let number = 0; number < 30; number++) sent.push(await bot.sendText(room, `before ${number}`));
        await docker("kill", "--signal", "KILL", container);
        await docker("start", container);
        await eventually("all healthy", 60_000, () => allHealthy(stackName));
        const reader = await administrator();
        for (const eventId of sent) assert.equal((await reader.getEvent(room, eventId)).event_id, eventId);
    });

    it("deactivates an account that is no longer declared, and names what it cannot undo", async () => {
        const { bob: _, ...users } = settings.users as Record<string, object>;
        configure(stackName, { ...settings, users });
        await stack.up();
        await assert.rejects(signIn(outputs.clientUrl, "@bob:localhost", outputs.users.bob?.password ?? "", "TESTS"), /M_FORBIDDEN/);
        const { administration } = accessBy(await administrator(), outputs);
        assert.equal((await administration.account("@bob:localhost"))?.deactivated, true);
        await assert.rejects(
            administration.save("@bob:localhost", { deactivated: false }),
            /@bob:localhost was deactivated, and Dendrite cannot reactivate an account; declare deactivated: true, or another name/,
        );
    });

    it("is told by status, with its version", async () => {
        const { stdout } = await commandLine(["status", "--json", "--stack", stackName]);
        const { components } = JSON.parse(stdout) as { components: { component: string; version: string; health: string }[] };
        const row = components.find(({ component }) => component === "homeserver");
        assert.deepEqual([row?.version, row?.health], ["0.13.8", "healthy"]);
    });

    it("cannot become a Synapse, nor a Synapse a Dendrite: the preview refuses before anything is touched", async () => {
        const before = (await containers(stackName)).homeserver?.Id;
        await refusedPreview(
            stackName,
            { ...settings, homeserver: { ...small.homeserver, kind: "synapse" as const } },
            /^homeserver\.kind: was dendrite and is synapse now, but neither program can read the other's data; set it back \(pulumi config set --path homeserver\.kind dendrite\); .*/,
        );
        assert.equal((await containers(stackName)).homeserver?.Id, before);
    });

    it("refuses in the preview what it lacks, each in one line", async () => {
        const said = await refusedPreview(
            stackName,
            { ...settings, homeserver: { ...settings.homeserver, retention: "52w", linkPreviews: { enabled: true } } },
            /^matrix-synapse:homeserver\.retention: "52w" is not possible: Dendrite never deletes messages by their age; remove it, or homeserver\.kind: synapse$/,
        );
        assert.match(said, /homeserver\.linkPreviews\.enabled: is not possible: Dendrite has no link previews/);
        configure(stackName, settings);
    });

    it("is in the preview with the line of its configuration that changes, and with no secret", async () => {
        // Bob was deactivated above, for good.
        const users = { alice: settings.users?.alice ?? {} };
        configure(stackName, { ...settings, users, homeserver: { ...settings.homeserver, media: { maxUpload: "7M" } } });
        const { stdout } = await stack.preview({ diff: true, color: "never" });
        assert.match(stdout, /max_file_size_bytes.*: 52428800 => 7340032/);
        for (const secret of [outputs.registrationSharedSecret, outputs.administrationToken ?? ""]) assert.ok(!stdout.includes(secret));
        await stack.up();
        const { "m.upload.size": size } = parse(
            JSON.stringify(await (await administrator()).doRequest("GET", "/_matrix/client/v1/media/config")),
        ) as Record<string, number>;
        assert.equal(size, 7 * 1024 ** 2);
    });
});
