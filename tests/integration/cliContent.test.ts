import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MatrixClient } from "matrix-bot-sdk";
import { parse } from "yaml";
import { openBot } from "../../bots/encryptedBot.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { answering, content, contentStack, stackName, withDirectory, withStackFile } from "../support/contentStack.ts";
import { eventually } from "../support/docker.ts";
import { openStack, type StackOutputs } from "../support/stack.ts";

/** The result that --json printed. @throws unless the command was done */
async function done(...args: string[]): Promise<Record<string, string>> {
    const { code, stdout, stderr } = await content([...args, "--json"]);
    assert.equal(code, 0, `content ${args.join(" ")}: ${stderr}`);
    return JSON.parse(stdout) as Record<string, string>;
}

async function refused(code: 1 | 2, message: RegExp, ...args: string[]): Promise<void> {
    const ended = await content(args);
    assert.match(ended.stderr, message, `content ${args.join(" ")}`);
    assert.equal(ended.code, code, ended.stderr);
    assert.equal(ended.stdout, "");
}

describe("resource-matrix-synapse content", function () {
    this.timeout(120_000);
    let outputs: StackOutputs;
    let bot: MatrixClient;
    let lobby: string;
    before(async () => {
        outputs = await contentStack();
        bot = new MatrixClient(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
        lobby = outputs.rooms["#lobby:localhost"] ?? "";
    });

    const lastMessage = async (roomId: string) => {
        const { chunk } = (await bot.doRequest("GET", `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages`, {
            dir: "b",
            limit: 1,
        })) as { chunk: { sender: string; content: Record<string, unknown> }[] };
        return chunk[0] ?? assert.fail(`no message in ${roomId}`);
    };

    describe("add-user, add-bot", () => {
        it("make accounts, once; their secrets go where a flag says and nowhere else", () =>
            withDirectory(async (directory) => {
                const [given, token] = [join(directory, "given"), join(directory, "token")];
                writeFileSync(given, "a password of hers\n");
                assert.deepEqual(await done("add-user", "dora", "--admin", "--display-name", "Dora 🦊", "--password-file", given), {
                    type: "user",
                    userId: "@dora:localhost",
                });
                const dora = new MatrixClient(
                    outputs.clientUrl,
                    await signIn(outputs.clientUrl, "@dora:localhost", "a password of hers", "TESTS"),
                );
                assert.equal((await dora.getUserProfile("@dora:localhost")).displayname, "Dora 🦊");
                await dora.doRequest("GET", "/_synapse/admin/v1/server_version");
                await refused(2, /@dora:localhost exists already/, "add-user", "dora");

                const { password } = await done("add-user", "emil", "--show-secrets");
                await signIn(outputs.clientUrl, "@emil:localhost", password ?? "", "TESTS");

                const helper = await done("add-bot", "helper", "--room", "lobby", "--save-secret", token);
                assert.deepEqual(Object.keys(helper), ["type", "userId", "deviceId", "roomId"]);
                assert.equal(statSync(token).mode & 0o777, 0o600);
                const client = new MatrixClient(outputs.clientUrl, readFileSync(token, "utf8").trim());
                assert.deepEqual(await client.getJoinedRooms(), [lobby]);
                await refused(2, /@helper:localhost exists already/, "add-bot", "helper");
                await refused(1, /--save-secret: ".*token" is there already/, "add-bot", "other", "--save-secret", token);
            }));
    });

    describe("create-room, send-message", () => {
        it("make a room and speak in it, encrypted because it is private", async () => {
            const { roomId = "", alias } = await done(
                "create-room",
                "War room",
                "--topic",
                "What is broken",
                "--invite",
                "carol",
                "notifier",
            );
            assert.equal(alias, "#war-room:localhost");
            assert.equal((await content(["create-room", "Other", "--alias", "war-room"])).code, 2);
            await bot.joinRoom(roomId);
            assert.equal((await bot.getRoomStateEvent(roomId, "m.room.topic", "")).topic, "What is broken");
            const { eventId, encrypted, sender } = await done("send-message", "war-room", "for your eyes only");
            assert.deepEqual([Boolean(eventId), encrypted, sender], [true, true, "@admin:localhost"]);
            assert.equal((await lastMessage(roomId)).content.algorithm, "m.megolm.v1.aes-sha2");
        });

        it("is read by a bot that decrypts it", () =>
            withDirectory(async (directory) => {
                const reader = await openBot({
                    homeserverUrl: outputs.clientUrl,
                    accessToken: bot.accessToken,
                    store: join(directory, "store"),
                });
                try {
                    const bodies: string[] = [];
                    reader.on("room.message", (_roomId, event) => bodies.push(event.content.body));
                    await reader.start();
                    await done("send-message", "vault", "the combination");
                    // The Rust code first waits in vain for the sender's keys, up to 15 s.
                    await eventually("the decrypted message", 45_000, async () =>
                        assert.ok(bodies.includes("the combination"), `read: ${bodies}`),
                    );
                } finally {
                    await reader.close();
                }
            }));

        it("sends text, HTML with a plain body, notices, standard input", async () => {
            await done("send-message", "lobby", "<p>Down: <b>db</b></p>", "--format", "html", "--as", "notifier");
            const { sender, content: sent } = await lastMessage(lobby);
            assert.deepEqual([sender, sent.body, sent.formatted_body], ["@notifier:localhost", "Down: db", "<p>Down: <b>db</b></p>"]);
            assert.equal(
                (await content(["send-message", "#lobby:localhost", "-", "--format", "notice", "--as", "helper"], "from a pipe\n")).code,
                0,
            );
            assert.deepEqual((await lastMessage(lobby)).content, { msgtype: "m.notice", body: "from a pipe" });
        });

        it("refuse rooms and senders that are not there, and senders who are not in the room", async () => {
            await refused(1, /there is no room "nowhere" on this server/, "send-message", "nowhere", "x");
            await refused(1, /--as: "carol" is not a bot of this server/, "send-message", "lobby", "x", "--as", "carol");
            await refused(1, /@helper:localhost may not send to .*/, "send-message", "vault", "x", "--as", "helper");
        });
    });

    describe("list, list-users, get, add, remove", () => {
        it("list what is there, by type and text, as text, JSON and YAML", async () => {
            const rooms = JSON.parse((await content(["list", "--type", "room", "--filter", "LOB", "--format", "json"])).stdout);
            assert.deepEqual(rooms, [{ type: "room", name: "lobby", title: "Lobby", id: lobby, declared: true }]);
            assert.match(
                (await content(["list", "--type", "bots"])).stdout,
                /^TYPE +NAME .*\nbot +helper .*\nbot +notifier +Notifier +yes /,
            );
            const users = parse((await content(["list-users", "--format", "yaml"])).stdout) as {
                userId: string;
                type: string;
                admin: boolean;
            }[];
            const named = (name: string) => users.find(({ userId }) => userId === `@${name}:localhost`);
            assert.deepEqual([named("dora")?.admin, named("helper")?.type, named("carol")?.type], [true, "bot", "user"]);
        });

        it("get a room as an entry that add takes again", () =>
            withDirectory(async (directory) => {
                const file = join(directory, "lobby.yaml");
                assert.equal((await content(["get", "--name", "lobby", "--output", file])).code, 0);
                const entry = parse(readFileSync(file, "utf8"));
                assert.deepEqual([entry.name, entry.members, entry.encrypted], ["Lobby", { carol: 0, helper: 0, notifier: 50 }, false]);
                await refused(2, /alias #lobby:localhost is taken/, "add", "--type", "room", "--name", "copy", "--file", file);
                writeFileSync(file, readFileSync(file, "utf8").replace("alias: lobby", "alias: copy"));
                const { roomId = "" } = await done("add", "--type", "room", "--name", "copy", "--file", file);
                const copy = JSON.parse((await content(["get", "--name", roomId, "--format", "json"])).stdout);
                assert.deepEqual(copy, { ...entry, alias: "copy" });
                await refused(1, /no terminal to ask whether "copy" may go; say so with --force/, "remove", "--name", "copy");
                assert.match(
                    await answering("n", "remove", "--name", "copy", "--purge"),
                    /Remove room !\S+ for good\? \[y\/N\][\s\S]*nothing was removed/,
                );
                assert.match(await answering("y", "remove", "--name", "copy", "--purge"), /\? \[y\/N\][\s\S]*room !\S+ is removed/);
                await refused(2, /there is no user, bot, room or space "copy"/, "get", "--name", "copy");
            }));

        it("remove accounts, whose names are then used up", async () => {
            assert.deepEqual(await done("remove", "--name", "emil", "--force"), {
                removed: "@emil:localhost",
                type: "user",
                purged: false,
            });
            await refused(2, /there is no user, bot, room or space "emil"/, "remove", "--name", "emil", "--force");
            await refused(2, /@emil:localhost exists already, deactivated/, "add-user", "emil");
        });

        it("refuse to remove what is declared, and the administrator", async () => {
            await refused(
                1,
                /"lobby" is declared under rooms of Pulumi\.test-clicontent\.yaml.*or run this with --declare/,
                "remove",
                "--name",
                "lobby",
                "--force",
            );
            await refused(1, /"@carol:localhost" is declared under users/, "remove", "--name", "@carol:localhost", "--force");
            await refused(1, /@admin:localhost is the account that this stack acts as/, "remove", "--name", "admin", "--force");
        });
    });

    describe("execute", () => {
        it("checks the delivery, announces, signs out, resets a password", async () => {
            const { milliseconds, sender } = await done("execute", "--name", "delivery-check");
            assert.equal(sender, "@notifier:localhost");
            assert.ok(Number(milliseconds) > 0);
            const { sent } = (await done("execute", "--name", "announce", "--options", '{"message": "Back soon"}')) as unknown as {
                sent: Record<string, string>;
            };
            assert.deepEqual(Object.keys(sent).sort(), ["#lobby:localhost", "#vault:localhost"]);
            assert.equal((await lastMessage(lobby)).content.body, "Back soon");

            const options = '{"user": "dora"}';
            const { password = "" } = await done("execute", "--name", "reset-password", "--options", options, "--show-secrets");
            const dora = new MatrixClient(outputs.clientUrl, await signIn(outputs.clientUrl, "@dora:localhost", password, "TESTS"));
            assert.ok(Number((await done("execute", "--name", "sign-out-everywhere", "--options", options)).sessions) >= 1);
            await assert.rejects(dora.getJoinedRooms(), /M_UNKNOWN_TOKEN/);
        });
    });

    describe("--declare", () => {
        it("writes into the settings what pulumi up then makes, and takes it out again", () =>
            withStackFile(
                (text) => `# kept\n${text}`,
                async (file) => {
                    const before = readFileSync(file, "utf8");
                    await done("add-user", "fritz", "--display-name", "Fritz", "--declare");
                    await refused(2, /users of .* has "fritz" already/, "add-user", "fritz", "--declare");
                    await done("add-bot", "clerk", "--room", "lobby", "--declare");
                    await done("create-room", "Den", "--invite", "fritz", "--declare");
                    await refused(1, /would have a fault; nothing was changed/, "create-room", "Hall", "--invite", "nobody", "--declare");
                    const { config } = parse(readFileSync(file, "utf8"));
                    assert.deepEqual(config["matrix-synapse:users"].fritz, { displayName: "Fritz" });
                    assert.equal(config["matrix-synapse:rooms"].lobby.members.clerk, 0);
                    assert.deepEqual(config["matrix-synapse:rooms"].den, { name: "Den", members: { fritz: 0 } });
                    const { changeSummary } = await (await openStack(stackName)).preview();
                    assert.ok((changeSummary.create ?? 0) >= 3, JSON.stringify(changeSummary));

                    await refused(1, /would have a fault/, "remove", "--name", "fritz", "--declare");
                    for (const name of ["den", "fritz"]) await done("remove", "--name", name, "--declare");
                    await refused(2, /declares no user, bot, room or space "den"/, "remove", "--name", "den", "--declare");
                    assert.equal(
                        readFileSync(file, "utf8"),
                        before
                            .replace(/( *)notifier:\n +displayName: Notifier\n/, "$&$1clerk: {}\n")
                            .replace(/( *)carol: 0\n/, "$&$1clerk: 0\n"),
                    );
                },
            ));
    });
});
