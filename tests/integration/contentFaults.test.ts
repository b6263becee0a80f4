import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import type { MatrixClient } from "matrix-bot-sdk";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { user } from "../../provider/plugin/user.ts";
import { connect, reason } from "../../scripts/content/client.ts";
import { Session } from "../../scripts/content/session.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { project, root } from "../../scripts/project/checkout.ts";
import { type Fault, type FaultyProxy, faultyProxy } from "../support/faultyProxy.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack, storedState } from "../support/stack.ts";

const stackName = "test-content-faults";
const base = 32000;
const users = { alice: {} };

describe("content that cannot be as declared", function () {
    this.timeout(180_000);
    let stack: Stack;
    let outputs: StackOutputs;
    let alice: MatrixClient;

    const declare = (overrides: Partial<SettingsInput>) => configure(stackName, smallStack(base, { users, ...overrides }));
    const lobby = { name: "Lobby", topic: "First", encrypted: false, members: { notifier: 50 } };
    /** The error that Pulumi shows, and the preview that must have been fine. */
    const refused = async (overrides: Partial<SettingsInput>): Promise<string> => {
        declare(overrides);
        const error = await stack.up().then(
            () => assert.fail("it was not refused"),
            (problem: Error) => problem.message,
        );
        return error;
    };

    before(async () => {
        await destroyStack(stackName);
        declare({});
        stack = await openStack(stackName);
        outputs = plain((await stack.up()).outputs);
        const { clientUrl } = outputs;
        alice = connect(clientUrl, await signIn(clientUrl, "@alice:localhost", outputs.users.alice?.password ?? "", "TESTS"));
    });
    after(() => destroyStack(stackName));

    it("is refused where the alias is somebody else's, and their room stays theirs", async () => {
        const theirs = await alice.createRoom({ preset: "private_chat", room_alias_name: "taken", name: "Alice's" });
        assert.match(
            await refused({ rooms: { lobby, taken: { name: "Ours" } } }),
            /room-taken[\s\S]*the alias #taken:localhost belongs to a room of @alice:localhost, .*; declare another alias, or let @alice:localhost/,
        );
        assert.equal((await alice.getRoomStateEvent(theirs, "m.room.name", "")).name, "Alice's");
    });

    it("is refused where a member's server does not answer, and works once the member is taken out", async () => {
        const members = { notifier: 50, "@bob:nobody.invalid": 0 };
        assert.match(
            await refused({ rooms: { lobby: { ...lobby, topic: "Second", members } } }),
            /room-lobby[\s\S]*members\.@bob:nobody\.invalid cannot be invited: .*nobody\.invalid.*; take it out of the room's members/,
        );
        declare({ rooms: { lobby: { ...lobby, topic: "Second" } } });
        await stack.up();
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
    });

    it("is refused where it takes a higher power level than the administrator's own", async () => {
        const roomId = await alice.createRoom({
            room_version: "11",
            preset: "private_chat",
            room_alias_name: "shared",
            invite: ["@admin:localhost"],
            power_level_content_override: { users: { "@alice:localhost": 100, "@admin:localhost": 50 } },
        });
        const { clientUrl, adminUserId, adminPassword } = outputs;
        await connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS")).joinRoom(roomId);
        assert.match(
            await refused({ rooms: { lobby, shared: { members: { alice: 100, notifier: 90 } } } }),
            /@admin:localhost has power level 50 in .* and cannot give what is declared .*; let somebody with a higher one give it 100 there/,
        );
    });

    it("is refused in the preview where a name belongs to an application service, or a password is too weak", async () => {
        declare({
            users: { irc_bob: {}, alice: {}, weak: { password: "short" } },
            bots: { notifier: {}, irc: { appservice: { namespace: "irc_" } } },
        });
        const error = await stack.preview().catch((problem: Error) => problem.message);
        assert.match(String(error), /matrix-synapse:users\.irc_bob: begins with irc_, which is reserved for bots\.irc\.appservice/);
        assert.match(String(error), /matrix-synapse:users\.weak\.password: is too weak: it has 5 characters/);
        assert.ok(!String(error).includes("short"), "the password is in the message");
    });

    it("is refused in the preview where the end of the run would remove what its beginning adopts", async () => {
        declare({ rooms: { lobby } });
        await stack.up();
        const [as, alicia] = [{ localpart: "alice" }, { localpart: "alicia" }];
        const cases: [Partial<SettingsInput>, RegExp][] = [
            [{ users: { alicia: as }, rooms: { lobby } }, /users\.alicia: @alice:\S+ is user-alice of .* deactivate it;/],
            [{ users: { alice: alicia }, rooms: { lobby } }, /@alice:localhost cannot become @alicia:localhost: .*; set localpart/],
            [{ rooms: { hall: { ...lobby, alias: "lobby" } } }, /#lobby:localhost \(!\S+\) is room-lobby of .* give the room up; if only/],
        ];
        for (const [overrides, expected] of cases) {
            declare(overrides);
            assert.match(String(await stack.preview().catch((problem: Error) => problem.message)), expected);
        }
    });

    it("takes any text where text is meant, and refuses it in one line where a name is meant", async () => {
        const odd = `"quotes" 'single' \n new line $(id) \`id\` 🎉 \u202Eright to left\u202C \\ %s {{x}}`;
        declare({ users: { alice: { displayName: odd } }, rooms: { lobby: { ...lobby, name: odd, topic: `${odd}${"x".repeat(9_000)}` } } });
        const { rooms } = plain((await stack.up()).outputs);
        const roomId = rooms["#lobby:localhost"] ?? "";
        const { clientUrl, bots } = outputs;
        const notifier = connect(clientUrl, bots.notifier?.accessToken ?? "");
        assert.equal((await notifier.getRoomStateEvent(roomId, "m.room.name", "")).name, odd);
        assert.equal((await notifier.getRoomStateEvent(roomId, "m.room.topic", "")).topic, `${odd}${"x".repeat(9_000)}`);
        assert.equal((await notifier.getUserProfile("@alice:localhost")).displayname, odd);
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);

        for (const key of ['quo"te', "new\nline", "$(id)", "🎉", "\u202Ertl", "x".repeat(10_000)]) {
            declare({ users: { alice: {}, [key]: {} }, rooms: { lobby: { ...lobby, topic: "y".repeat(10_001) } } });
            const error = String(await stack.preview().catch((problem: Error) => problem.message));
            assert.match(error, /matrix-synapse:users\..*(has .* in it; Matrix allows|makes a user ID of \d+ bytes)/s);
            assert.match(error, /matrix-synapse:rooms\.lobby\.topic: .* is too long: it has 10001 characters; at most 10000/);
        }
    });

    it("keeps a text that the stack's file keeps encrypted out of state and preview, also after somebody changed it", async () => {
        declare({ rooms: { lobby: { ...lobby, topic: "shown" } } });
        const set = (path: string, ...args: string[]) =>
            execa("pulumi", ["config", "set", "--path", `${project}:${path}`, ...args, "--stack", stackName], { cwd: root });
        await set("rooms.lobby.pinnedMessage", "--secret", "the door code is 4711");
        await set("users.alice.displayName", "--secret", "Alice under cover");
        const { rooms } = plain((await stack.up()).outputs);
        const roomId = rooms["#lobby:localhost"] ?? "";
        const notifier = connect(outputs.clientUrl, outputs.bots.notifier?.accessToken ?? "");
        const { pinned } = (await notifier.getRoomStateEvent(roomId, "m.room.pinned_events", "")) as { pinned: string[] };
        assert.equal((await notifier.getRawEvent(roomId, pinned[0] ?? "")).content.body, "the door code is 4711");
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);

        await alice.setDisplayName("Alice in disguise");
        const { stdout, changeSummary } = await stack.preview({ diff: true, color: "never" });
        assert.equal(changeSummary.update, 1);
        await stack.refresh();
        const state = await storedState(stackName);
        assert.ok(state.includes('"shown"'), "what is not secret is hidden as well");
        for (const secret of ["the door code", "Alice under cover", "Alice in disguise"]) {
            assert.ok(!state.includes(secret), `${secret} is in the state`);
            assert.ok(!stdout.includes(secret), `${secret} is in the preview`);
        }
    });

    describe("of accounts that somebody else has a hand in", () => {
        const given = "given by the operator";

        it("is refused in the preview where a bot would take a person's account, whose password stays", async () => {
            const { adminUserId, adminPassword, clientUrl } = outputs;
            const administrator = connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS"));
            await administrator.doRequest("PUT", "/_synapse/admin/v2/users/@carol:localhost", null, { password: "carol's own" });
            declare({ bots: { notifier: {}, carol: {} } });
            assert.match(
                String(await stack.preview().catch((problem: Error) => problem.message)),
                /bot-carol[\s\S]*@carol:localhost existed before, and a bot would take it from the person who signs in to it; declare another name/,
            );
            await signIn(clientUrl, "@carol:localhost", "carol's own", "TESTS");
        });

        it("is refused in the preview where the administrator has changed their password, with what to do", async () => {
            const { adminUserId, adminPassword, clientUrl } = outputs;
            const administrator = connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS"));
            await administrator.doRequest("POST", "/_matrix/client/v3/account/password", null, {
                new_password: "changed by a client",
                auth: { type: "m.login.password", identifier: { type: "m.id.user", user: adminUserId }, password: adminPassword },
            });
            declare({});
            const message = String(await stack.preview().catch((problem: Error) => problem.message));
            assert.match(
                message,
                /@admin:localhost does not sign in with this stack's password any more: .*; tell the stack the new password with: pulumi config set --secret --path users\.admin\.password/,
            );
            assert.ok(!message.includes("existed before"), message);
        });

        it("goes on with the administrator's password that is told, and with a locked bot, which counts as there", async () => {
            declare({ users: { alice: { password: given }, admin: { password: "changed by a client" } } });
            await stack.up();
            const { clientUrl, adminUserId } = outputs;
            const administrator = connect(clientUrl, await signIn(clientUrl, adminUserId, "changed by a client", "TESTS"));
            await administrator.doRequest("PUT", "/_synapse/admin/v2/users/@notifier:localhost", null, { locked: true });
            let warnings = "";
            const { changeSummary } = await stack.preview({
                onEvent: ({ diagnosticEvent }) => {
                    if (diagnosticEvent?.severity === "warning") warnings += diagnosticEvent.message;
                },
            });
            assert.deepEqual(Object.keys(changeSummary), ["same"]);
            assert.match(warnings, /@notifier:localhost is locked: the server takes its token again once it is unlocked/);
        });

        it("does not tell a wrong password where a given one is taken out of the settings", async () => {
            declare({});
            const { users: told, adminPassword, clientUrl, adminUserId } = plain((await stack.up()).outputs);
            assert.equal(told.alice?.password, "");
            await signIn(clientUrl, "@alice:localhost", given, "TESTS");
            // The administrator's is always known to the stack.
            const administrator = connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS"));
            await administrator.doRequest("PUT", "/_synapse/admin/v2/users/@notifier:localhost", null, { locked: false });
            assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
            outputs = plain(await stack.outputs());
        });
    });

    describe("by a server that answers badly", () => {
        let proxy: FaultyProxy;
        before(async () => {
            proxy = await faultyProxy(outputs.clientUrl);
        });
        after(() => proxy.close());

        const inputs = (name: string) =>
            ({ userId: `@${name}:localhost`, displayName: name, admin: false, deactivated: false, onDelete: "deactivate" }) as const;
        const session = async (patience?: number) => {
            const { clientUrl, adminUserId, adminPassword } = outputs;
            const accessToken = await signIn(clientUrl, adminUserId, adminPassword, "PROXIED");
            return new Session({ homeserverUrl: proxy.url, accessToken, passwordSeed: "seed" }, () => {}, patience);
        };

        for (const fault of ["429", "502", "half a body", "a reset connection"] satisfies Fault[]) {
            it(`is created all the same, and once, after three times ${fault}`, async () => {
                const name = `after-${fault.replaceAll(/\W+/g, "-")}`;
                const patient = await session();
                proxy.fail(fault, 3);
                await user.create(patient, inputs(name));
                assert.equal((await patient.administration.account(`@${name}:localhost`))?.displayName, name);
            });

            it(`is given up in one line without secrets, if ${fault} does not end`, async () => {
                const impatient = await session(300);
                proxy.fail(fault, 1_000);
                const error = await user.create(impatient, inputs("never")).then(
                    () => assert.fail("it was created"),
                    (problem) => reason(problem),
                );
                proxy.fail(fault, 0);
                assert.match(error, /^(http:\/\/127\.0\.0\.1:\d+ (answered|does not answer).*|M_LIMIT_EXCEEDED: Too Many Requests)$/);
                assert.ok(!error.includes("syt_"), "a token is in the message");
            });
        }
    });
});
