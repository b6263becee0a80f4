import assert from "node:assert/strict";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { MatrixClient } from "matrix-bot-sdk";
import { signIn } from "../../scripts/content/signIn.ts";
import { botSpeaksAndAdministratorReads } from "../support/conversation.ts";
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
        const users = (await administrator.doRequest("GET", "/_synapse/admin/v2/users")) as { total: number };
        const rooms = (await administrator.doRequest("GET", "/_synapse/admin/v1/rooms")) as { total_rooms: number };
        return { users: users.total, rooms: rooms.total_rooms };
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
        for (const name of ["room-lobby", "bot-notifier", "administrator"]) {
            const { urn } = resources.find(
                ({ urn, type }: { urn: string; type: string }) => type === "command:local:Command" && urn.endsWith(`::${name}`),
            );
            await execa("pulumi", ["state", "delete", urn, "--yes", "--stack", stackName]);
        }
        const adopted = plain((await stack.up()).outputs);
        assert.deepEqual(adopted.rooms, outputs.rooms);
        assert.deepEqual(await counts(), { users: 2, rooms: 1 });
        // The tokens are new ones: the earlier are not known any more.
        await botSpeaksAndAdministratorReads(adopted);
    });

    it("tells a new user's first password, which lets the user in", async () => {
        configure(stackName, smallStack(base, { users: { alice: { displayName: "Alice" } } }));
        const { users, clientUrl } = plain((await stack.up()).outputs);
        const { userId, password } = users.alice ?? assert.fail("no such user");
        const alice = new MatrixClient(clientUrl, await signIn(clientUrl, userId, password, "TESTS"));
        assert.equal((await alice.getUserProfile(userId)).displayname, "Alice");
    });

    it("says what is wrong where a room cannot become what is declared", async () => {
        configure(stackName, smallStack(base, { rooms: { lobby: { ...lobby, encrypted: true } } }));
        await stack.up();
        configure(stackName, smallStack(base, { rooms: { lobby } }));
        await assert.rejects(
            stack.up(),
            /room #lobby:localhost: it is encrypted, which cannot be taken back; declare it with encrypted: true, or another room/,
        );
        configure(stackName, smallStack(base, { rooms: { lobby: { ...lobby, encrypted: true } } }));
        await stack.up();
    });
});
