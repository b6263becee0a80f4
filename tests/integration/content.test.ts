import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { accessBy } from "../../scripts/content/access.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { root } from "../../scripts/project/checkout.ts";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
import { homeserverKind } from "../support/homeserverKind.ts";
import { png } from "../support/pictures.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-content";
const base = 26000;

describe("the content", function () {
    this.timeout(180_000);
    let stack: Stack;
    let outputs: StackOutputs;
    let administrator: MatrixClient;
    let roomId: string;

    before(async () => {
        await destroyStack(stackName);
        configure(stackName, smallStack(base));
        stack = await openStack(stackName);
        outputs = plain((await stack.up()).outputs);
        const { clientUrl, adminUserId, adminPassword } = outputs;
        administrator = new MatrixClient(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS"));
        roomId = Object.values(outputs.rooms)[0] as string;
    });
    after(() => destroyStack(stackName));

    const lobby = { name: "Lobby", topic: "First", encrypted: false, members: { notifier: 50 } };
    const counts = async () => {
        const { administration } = accessBy(administrator, outputs);
        return { users: (await administration.accounts()).size, rooms: (await administration.rooms()).length };
    };

    it("is as declared", async () => {
        assert.equal((await administrator.getRoomStateEvent(roomId, "m.room.topic", "")).topic, "First");
        assert.equal((await administrator.getRoomStateEvent(roomId, "m.room.join_rules", "")).join_rule, "invite");
        assert.equal((await administrator.getRoomStateEvent(roomId, "m.room.power_levels", "")).users["@notifier:localhost"], 50);
        await assert.rejects(administrator.getRoomStateEvent(roomId, "m.room.encryption", ""), /M_NOT_FOUND/);
        assert.deepEqual(await counts(), { users: 2, rooms: 1 });
    });

    it("changes in place: the preview shows the new topic, and the room stays the same one", async () => {
        configure(stackName, smallStack(base, { rooms: { lobby: { ...lobby, topic: "Second", members: { notifier: 75 } } } }));
        const { stdout } = await stack.preview({ diff: true, color: "never" });
        assert.match(stdout, /topic.*"First" => "Second"/);
        const { summary } = await stack.up();
        assert.equal(summary.resourceChanges?.update, 1);
        assert.equal((await administrator.getRoomStateEvent(roomId, "m.room.topic", "")).topic, "Second");
        assert.equal((await administrator.getRoomStateEvent(roomId, "m.room.power_levels", "")).users["@notifier:localhost"], 75);
    });

    it("keeps the room when its alias changes", async () => {
        configure(stackName, smallStack(base, { rooms: { lobby: { ...lobby, alias: "entrance" } } }));
        const { rooms } = plain((await stack.up()).outputs);
        assert.deepEqual(rooms, { "#entrance:localhost": roomId });
        assert.equal(await administrator.resolveRoom("#entrance:localhost"), roomId);
        await assert.rejects(administrator.resolveRoom("#lobby:localhost"), /M_NOT_FOUND/);
        assert.deepEqual(await counts(), { users: 2, rooms: 1 });
    });

    it("is adopted where it exists and the state does not know it", async () => {
        configure(stackName, smallStack(base));
        await stack.up();
        const { resources } = (await stack.exportStack()).deployment;
        // The verification signs the administrator in, so it depends on the account.
        for (const name of ["verification", "room-lobby", "bot-notifier", "matrix", "administrator"]) {
            const { urn } = resources.find(({ urn, custom }: { urn: string; custom: boolean }) => custom && urn.endsWith(`::${name}`));
            await execa("pulumi", ["state", "delete", urn, "--yes", "--stack", stackName]);
        }
        const adopted = plain((await stack.up()).outputs);
        assert.deepEqual(adopted.rooms, outputs.rooms);
        assert.deepEqual(await counts(), { users: 2, rooms: 1 });
        // The tokens are new ones: the earlier are not known any more.
        await botSpeaksAndAdministratorReads(adopted);
    });

    it("tells a new user's first password, generated or given, which lets the user in", async () => {
        configure(stackName, smallStack(base, { users: { alice: { displayName: "Alice" }, bob: { password: "given by hand" } } }));
        const { users, clientUrl } = plain((await stack.up()).outputs);
        const { userId, password } = users.alice ?? assert.fail("no such user");
        const alice = new MatrixClient(clientUrl, await signIn(clientUrl, userId, password, "TESTS"));
        assert.equal((await alice.getUserProfile(userId)).displayname, "Alice");
        await signIn(clientUrl, "@bob:localhost", "given by hand", "TESTS");
        assert.equal(users.bob?.password, "given by hand");
    });

    it("has a picture of the project as avatar, and another one when the picture changes", async () => {
        // Where git does not look: tests that run beside this one copy all that it lists.
        const picture = `${root}/.tools/avatar-of-a-test.png`;
        const avatarOf = async () => (await administrator.getUserProfile("@alice:localhost")).avatar_url as string;
        const settings = smallStack(base, { users: { alice: { avatar: ".tools/avatar-of-a-test.png" }, bob: {} } });
        try {
            writeFileSync(picture, png(8, 8, 1));
            configure(stackName, settings);
            await stack.up();
            const first = await avatarOf();
            assert.match(first, /^mxc:\/\/localhost\//);
            writeFileSync(picture, png(8, 8, 2));
            assert.equal((await stack.preview()).changeSummary.update, 1);
            await stack.up();
            assert.notEqual(await avatarOf(), first);
        } finally {
            rmSync(picture, { force: true });
        }
    });

    it("keeps a room, and an account with its token, whose key is renamed", async () => {
        const before = plain(await stack.outputs());
        configure(
            stackName,
            smallStack(base, {
                users: { alice: {}, bob: {} },
                bots: { herald: { formerly: "notifier", localpart: "notifier", displayName: "Notifier" } },
                rooms: { hall: { ...lobby, formerly: "lobby", members: { herald: 50 } } },
            }),
        );
        const { changeSummary } = await stack.preview();
        assert.equal(changeSummary.delete, undefined);
        assert.equal(changeSummary.create, undefined);
        const { rooms, bots } = plain((await stack.up()).outputs);
        assert.deepEqual(rooms, { "#hall:localhost": roomId });
        assert.deepEqual(bots.herald, before.bots.notifier);
        const back = {
            users: { alice: {}, bob: {} },
            bots: { notifier: { formerly: "herald", localpart: "notifier", displayName: "Notifier" } },
            rooms: { lobby: { ...lobby, formerly: "hall", members: { notifier: 50 } } },
        };
        configure(stackName, smallStack(base, back));
        await stack.up();
    });

    it("speaks for a whole namespace where a bot is an application service, and nobody else may", async () => {
        const settings = smallStack(base, {
            users: { alice: {}, bob: {} },
            bots: {
                notifier: {},
                irc: { appservice: { namespace: "irc_" } },
                mail: { localpart: "_mail", appservice: { namespace: "_mail_" } },
            },
        });
        configure(stackName, settings);
        const { bots, clientUrl } = plain((await stack.up()).outputs);
        const token = bots.irc?.accessToken ?? "";
        const service = new MatrixClient(clientUrl, token);
        assert.equal(await service.getUserId(), "@irc:localhost");
        assert.equal(await new MatrixClient(clientUrl, bots.mail?.accessToken ?? "").getUserId(), "@_mail:localhost");
        await service.doRequest("POST", "/_matrix/client/v3/register", null, {
            type: "m.login.application_service",
            username: "irc_guest",
        });
        const { user_id } = await service.doRequest("GET", "/_matrix/client/v3/account/whoami", { user_id: "@irc_guest:localhost" });
        assert.equal(user_id, "@irc_guest:localhost");
        assert.deepEqual((await stack.preview()).changeSummary.update, undefined);
        await assert.rejects(register(plain(await stack.outputs()), "irc_thief"), /M_EXCLUSIVE/);
    });

    it("does with what is removed what its entry said: leave or purge, deactivate or erase", async () => {
        configure(
            stackName,
            smallStack(base, {
                users: { alice: {}, bob: { onDelete: "erase" } },
                rooms: { lobby, kept: { ...lobby, members: { alice: 50 } }, purged: { ...lobby, onDelete: "purge" } },
            }),
        );
        const { rooms, users, clientUrl } = plain((await stack.up()).outputs);
        const [kept, purged] = [rooms["#kept:localhost"] ?? "", rooms["#purged:localhost"] ?? ""];
        const alice = new MatrixClient(clientUrl, await signIn(clientUrl, "@alice:localhost", users.alice?.password ?? "", "TESTS"));
        configure(stackName, smallStack(base, { users: { alice: {} } }));
        assert.equal((await stack.preview()).changeSummary.delete, 3);
        await stack.up();
        assert.deepEqual(await alice.getJoinedRooms(), [kept], "she has lost a room that was to be left only");
        assert.ok(!(await administrator.getJoinedRooms()).includes(kept), "the administrator is still in the room");
        await assert.rejects(administrator.resolveRoom("#kept:localhost"), /M_NOT_FOUND/);
        const { administration } = accessBy(administrator, outputs);
        await assert.rejects(administration.room(purged), /M_NOT_FOUND/);
        const bob = await administration.account("@bob:localhost");
        // Dendrite erases nobody, and its stack does not ask for it.
        assert.deepEqual([bob?.deactivated, bob?.erased], [true, homeserverKind === "synapse"]);
        configure(stackName, smallStack(base));
        await stack.up();
        const gone = await administration.account("@alice:localhost");
        assert.deepEqual([gone?.deactivated, gone?.erased], [true, false]);
    });

    it("follows a room that somebody upgraded: the preview says so, and the outputs lead to the new one", async () => {
        const hall = { ...lobby, alias: "hall", encrypted: true, pinnedMessage: "Read me" };
        configure(stackName, smallStack(base, { spaces: { team: {} }, rooms: { lobby: { ...lobby, parent: "team" }, hall } }));
        const old = plain((await stack.up()).outputs).rooms["#hall:localhost"] ?? "";
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(old)}/upgrade`;
        const { replacement_room: next } = await administrator.doRequest("POST", path, undefined, { new_version: "12" });
        const { stdout, changeSummary } = await stack.preview({ color: "never" });
        assert.ok(stdout.includes(`${next} took the place of ${old}, and is used from now on`), stdout);
        assert.deepEqual([changeSummary.create, changeSummary.delete, changeSummary.update], [undefined, undefined, 1]);
        assert.equal(plain((await stack.up()).outputs).rooms["#hall:localhost"], next);
        assert.deepEqual(Object.keys((await stack.preview()).changeSummary), ["same"]);
    });

    it("says in the preview what is wrong where a room cannot become what is declared", async () => {
        configure(stackName, smallStack(base, { rooms: { lobby: { ...lobby, encrypted: true } } }));
        await stack.up();
        configure(stackName, smallStack(base, { rooms: { lobby } }));
        await assert.rejects(
            stack.preview(),
            /the room is encrypted, which cannot be taken back; declare encrypted: true, or another room/,
        );
        configure(stackName, smallStack(base, { rooms: { lobby: { ...lobby, encrypted: true } } }));
        await stack.up();
    });
});

/** What anybody who knows the secret can do; with Dendrite it is this program that asks first whether a name is reserved. */
async function register(outputs: StackOutputs, name: string): Promise<void> {
    const { administration } = accessBy(new MatrixClient(outputs.clientUrl, ""), outputs);
    await administration.register({ name, password: "a long password", admin: false, secret: outputs.registrationSharedSecret });
}
