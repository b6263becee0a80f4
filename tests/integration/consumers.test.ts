import assert from "node:assert/strict";
import type { OutputMap, Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import type { MatrixClient } from "matrix-bot-sdk";
import { connect } from "../../scripts/content/client.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { previewStack } from "../../scripts/preview/preview.ts";
import { project } from "../../scripts/project/checkout.ts";
import { docker, eventually } from "../support/docker.ts";
import { buildNodeImage, closeExample, nodeImage, openExample, removeNodeImage } from "../support/example.ts";
import { configure, destroyStack, openStack, plain, pulumiEnvironment, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-consumers";
const base = 15000;
const hubPort = base + 95;

interface Message {
    type: string;
    sender: string;
    event_id: string;
    content: { body?: string };
}

interface SyncAnswer {
    next_batch: string;
    rooms?: { invite?: object };
}

describe("other teams' stacks", function () {
    this.timeout(300_000);
    let server: StackOutputs;
    let alice: MatrixClient;
    const opened: Stack[] = [];

    before(async () => {
        await buildNodeImage();
        await destroyStack(stackName);
        configure(
            stackName,
            smallStack(base, {
                users: { alice: { displayName: "Alice" } },
                bots: { notifier: {}, helpdesk: { displayName: "Help desk" }, workspace: {} },
                rooms: {
                    desk: { name: "Help desk", encrypted: false, members: { alice: 0, helpdesk: 50 } },
                    alerts: { name: "Alerts", encrypted: false, members: { alice: 0, notifier: 50 } },
                },
            }),
        );
        server = plain((await (await openStack(stackName)).up()).outputs);
        const { userId = "", password = "" } = server.users.alice ?? {};
        alice = connect(server.clientUrl, await signIn(server.clientUrl, userId, password, "TESTS"));
    });
    after(async () => {
        for (const stack of opened) await closeExample(stack);
        await destroyStack(stackName);
        await removeNodeImage();
    });

    /** Newest last. */
    const messages = async (roomId: string): Promise<Message[]> => {
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages`;
        const { chunk } = (await alice.doRequest("GET", path, { dir: "b", limit: 50 })) as { chunk: Message[] };
        return chunk.filter(({ type }) => type === "m.room.message").reverse();
    };
    const write = (roomId: string, body: string): Promise<string> => alice.sendMessage(roomId, { msgtype: "m.text", body });
    /** @throws unless the message comes within 20 s */
    const hear = (roomId: string, pattern: RegExp): Promise<Message> =>
        eventually(`a message like ${pattern}`, 20_000, async () => {
            const found = (await messages(roomId)).find(({ content }) => pattern.test(content.body ?? ""));
            if (!found) throw new Error("not there yet");
            return found;
        });

    /** The stack of an example, up until all tests are done. */
    const example = (name: string, settings: Record<string, unknown>) => {
        const running = {} as { stack: Stack; outputs: OutputMap };
        it("is brought up by one command", async () => {
            running.stack = await openExample(name, stackName, settings);
            opened.push(running.stack);
            running.outputs = (await running.stack.up()).outputs;
        });
        it("is left alone by a second preview", async () => {
            const { changeSummary } = await running.stack.preview();
            assert.deepEqual(Object.keys(changeSummary), ["same"]);
        });
        return running;
    };

    /** On a failure, what the program said. */
    afterEach(async function () {
        if (this.currentTest?.state !== "failed") return;
        for (const stack of opened) {
            const name = (await stack.outputs()).containerName?.value;
            if (name) console.error((await execa("docker", ["logs", "--tail", "20", name], { all: true })).all);
        }
    });

    /** What anybody on the machine, or with the state's file, can read. */
    const readable = async ({ stack, outputs }: { stack: Stack; outputs: OutputMap }): Promise<string> => {
        const { workDir } = stack.workspace;
        const env = pulumiEnvironment();
        const state = await execa("pulumi", ["stack", "export", "--stack", stack.name], { cwd: workDir, env });
        const { text } = await previewStack(stack.name, workDir, env);
        const name = outputs.containerName?.value;
        const container = name ? [await docker("inspect", name), await docker("logs", name), await docker("exec", name, "env")] : [];
        return [state.stdout, text, ...container].join("\n");
    };

    describe("support desk", () => {
        const desk = example("support-desk", { image: nodeImage, answers: { printer: "Is it switched on?" } });
        const deskId = () => server.rooms["#desk:localhost"] as string;
        /** The server answers the same first sync from its memory for a while, so each goes on from the one before. */
        let since: string | undefined;
        const invitation = async (): Promise<string> => {
            const answer = (await alice.doRequest("GET", "/_matrix/client/v3/sync", {
                timeout: 0,
                ...(since ? { since } : {}),
            })) as SyncAnswer;
            since = answer.next_batch;
            const [roomId] = Object.keys(answer.rooms?.invite ?? {});
            if (!roomId) throw new Error("no invitation yet");
            return roomId;
        };
        let ticket: string;

        it("opens a room for a ticket and answers there", async () => {
            await write(deskId(), "!ticket The printer in room 7 | `smokes`\nand it is loud");
            ticket = await eventually("an invitation", 20_000, invitation);
            await alice.joinRoom(ticket);
            const first = await hear(ticket, /Your ticket: The printer in room 7/);
            assert.equal(first.sender, server.bots.helpdesk?.userId);
            assert.match(first.content.body ?? "", /Is it switched on\?$/);
            const name = await alice.getRoomStateEvent(ticket, "m.room.name", "");
            assert.equal(name.name, "Ticket: The printer in room 7 | `smokes`");
            await hear(deskId(), /your ticket is #ticket-[0-9a-f]{10}:localhost/);
        });

        it("answers what a user writes in the ticket's room", async () => {
            await write(ticket, "It is still there.");
            await hear(ticket, /^Thank you, noted/);
        });

        it("answers once what was written while it was away", async () => {
            const name: string = desk.outputs.containerName?.value;
            await docker("stop", name);
            await write(ticket, "Is the PRINTER fixed now?");
            await docker("start", name);
            await eventually("an answer to what was missed", 30_000, async () => {
                const answers = (await messages(ticket)).filter(({ content }) => content.body === "Is it switched on?");
                if (answers.length !== 1) throw new Error(`${answers.length} answers`);
            });
            await write(ticket, "Thanks");
            await eventually("an answer to the next one", 20_000, async () => {
                const bodies = (await messages(ticket)).map(({ content }) => content.body);
                assert.deepEqual(
                    bodies.slice(-4),
                    ["Is the PRINTER fixed now?", "Is it switched on?", "Thanks", "Thank you, noted. A person will answer here."],
                    "not answered once each",
                );
            });
        });

        it("closes a ticket when it is told to", async () => {
            await write(ticket, "!close");
            await hear(ticket, /^Closed by @alice:localhost/);
            await eventually("the bot to leave", 20_000, async () => {
                const joined = await alice.getJoinedRoomMembers(ticket);
                if (joined.includes(server.bots.helpdesk?.userId ?? "")) throw new Error("it is still there");
            });
        });

        it("keeps the bot's token to itself", async () => {
            assert.equal((await readable(desk)).includes(server.bots.helpdesk?.accessToken as string), false);
        });
    });

    describe("alert hub", () => {
        const hub = example("alert-hub", { image: nodeImage, port: hubPort });
        const post = (body: string, authorization = `Bearer ${hub.outputs.webhookToken?.value}`) =>
            fetch(hub.outputs.webhookUrl?.value, { method: "POST", headers: { authorization }, body });
        const alerts = () => server.rooms["#alerts:localhost"] as string;

        it("posts what arrives at its webhook into the room", async () => {
            const answer = await post(JSON.stringify({ text: "Disk <b>full</b> on db1" }));
            assert.equal(answer.status, 200);
            const message = await hear(alerts(), /Disk/);
            assert.deepEqual(message.content, { msgtype: "m.text", body: "Disk <b>full</b> on db1" });
            assert.equal(message.sender, server.bots.notifier?.userId);
            assert.equal(message.event_id, ((await answer.json()) as { eventId: string }).eventId);
        });

        it("reads what Alertmanager sends", async () => {
            const alert = (status: string, summary: string) => ({
                status,
                labels: { alertname: "DiskFull", severity: "page" },
                annotations: { summary },
            });
            await post(JSON.stringify({ version: "4", alerts: [alert("firing", "db1 is at 95 %"), alert("resolved", "db2 is at 60 %")] }));
            const { content } = await hear(alerts(), /DiskFull/);
            assert.equal(content.body, "🔥 DiskFull (page): db1 is at 95 %\n✅ DiskFull (page): db2 is at 60 %");
        });

        it("refuses who does not know its token, what it cannot read and what is too large", async () => {
            const statusOf = async (answer: Promise<Response>) => (await answer).status;
            assert.equal(await statusOf(post('{"text":"x"}', "Bearer wrong")), 401);
            assert.equal(await statusOf(post("not JSON")), 400);
            assert.equal(await statusOf(post('{"alerts":[]}')), 400);
            assert.equal(await statusOf(post(JSON.stringify({ text: "x".repeat(40_000) }))), 413);
        });

        it("keeps its tokens to itself", async () => {
            assert.equal(hub.outputs.webhookToken?.secret, true);
            const shown = await readable(hub);
            for (const token of [hub.outputs.webhookToken?.value, server.bots.notifier?.accessToken]) {
                assert.equal(shown.includes(token as string), false);
            }
        });

        it("fails in the preview where the room is not there, and says what to do", async () => {
            await openExample("alert-hub", stackName, { image: nodeImage, port: hubPort, room: "alrets" });
            const { text, succeeded } = await previewStack(hub.stack.name, hub.stack.workspace.workDir, pulumiEnvironment());
            assert.equal(succeeded, false);
            const reference = `organization/${project}/${stackName}`;
            assert.ok(
                text.includes(
                    `stack ${reference} has no room "alrets" (did you mean "alerts"?); declare it under rooms and run pulumi up there`,
                ),
                text,
            );
        });
    });

    describe("team workspace", () => {
        const teams = { design: { topic: "Colours", members: ["@alice:localhost"] }, engineering: { members: ["@alice:localhost"] } };
        const workspace = example("team-workspace", { teams });

        const teamRooms = () => (workspace.outputs.teamRooms?.value ?? {}) as Record<string, string>;

        it("has a space with a room for each team", async () => {
            const space: string = workspace.outputs.workspaceId?.value;
            const rooms = teamRooms();
            await alice.joinRoom(space);
            const path = `/_matrix/client/v1/rooms/${encodeURIComponent(space)}/hierarchy`;
            const hierarchy = (await alice.doRequest("GET", path)) as {
                rooms: { room_id: string; name: string; room_type?: string; topic?: string }[];
            };
            const [first, ...children] = hierarchy.rooms;
            assert.deepEqual([first?.room_id, first?.room_type], [space, "m.space"]);
            assert.deepEqual(
                children.map(({ room_id, name, topic }) => ({ room_id, name, topic })).sort((a, b) => (a.name < b.name ? -1 : 1)),
                [
                    { room_id: rooms.design, name: "Team design", topic: "Colours" },
                    { room_id: rooms.engineering, name: "Team engineering", topic: undefined },
                ],
            );
        });

        it("lets its members in", async () => {
            const design = teamRooms().design as string;
            assert.equal(await alice.joinRoom(design), design);
        });

        it("shows what somebody changed by hand, and puts it back", async () => {
            const design = teamRooms().design as string;
            const bot = connect(server.clientUrl, server.bots.workspace?.accessToken as string);
            await bot.sendStateEvent(design, "m.room.topic", "", { topic: "hacked" });
            const { text } = await previewStack(workspace.stack.name, workspace.stack.workspace.workDir, pulumiEnvironment());
            assert.match(text, /\| changed \| room `team-design` \| topic: `hacked` → `Colours` \(drift\) \|/);
            await workspace.stack.up();
            assert.equal((await alice.getRoomStateEvent(design, "m.room.topic", "")).topic, "Colours");
        });

        it("keeps the bot's token to itself", async () => {
            assert.equal((await readable(workspace)).includes(server.bots.workspace?.accessToken as string), false);
        });
    });

    describe("all of them", () => {
        it("leave nothing behind when they are destroyed", async () => {
            for (const stack of opened.splice(0)) await closeExample(stack);
            assert.doesNotMatch(await docker("ps", "--all", "--format", "{{.Names}}"), /support-desk|alert-hub/);
            const workspace = connect(server.clientUrl, server.bots.workspace?.accessToken as string);
            assert.deepEqual(await workspace.getJoinedRooms(), []);
        });
    });
});
