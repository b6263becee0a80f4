/** A Dendrite and a Synapse that federate: rooms of either are joined from the other, and messages go both ways. */
import assert from "node:assert/strict";
import { arrivesAt, type Bot, bringUp, membershipIs, type Server } from "../support/federatedBots.ts";
import { type Mesh, mesh } from "../support/mesh.ts";

const count = 2;

describe("A Dendrite and a Synapse", function () {
    this.timeout(180_000);
    let meeting: Mesh;
    let servers: Server[];
    let bots: [Bot, Bot];

    before(async function () {
        this.timeout(600_000);
        meeting = await mesh("dendrite", { base: 12_600, subnet: "10.94.26.0/24", servers: count });
        servers = await bringUp(meeting, count, (number) => ({
            homeserver: { kind: number === 2 ? ("dendrite" as const) : ("synapse" as const) },
            ...(number === 2 && { federation: { privatePeers: [] } }),
            bots: { talker: { unlimited: true } },
            rooms: { hall: { encrypted: false, visibility: "public", members: { talker: 100 } } },
        }));
        bots = [servers[0]?.bot("talker") ?? assert.fail(), servers[1]?.bot("talker") ?? assert.fail()];
    });
    after(async function () {
        this.timeout(300_000);
        await meeting?.down();
    });

    const versionOf = async ({ client }: Bot, room: string) => (await client.getRoomStateEvent(room, "m.room.create", "")).room_version;

    /** Everything from invitation to leaving, in a room that `host` has made. */
    async function meet(host: Bot, guest: Bot, version: string): Promise<void> {
        const room = await host.client.createRoom({ room_version: version, preset: "private_chat", name: `Version ${version}` });
        await host.client.inviteUser(guest.userId, room);
        await membershipIs([host], room, guest.userId, "invite");
        await guest.client.joinRoom(room, [host.userId.slice(host.userId.indexOf(":") + 1)]);
        await membershipIs([host, guest], room, guest.userId, "join");
        assert.equal(await versionOf(guest, room), version);
        for (const [from, to] of [
            [host, guest],
            [guest, host],
        ] as const) {
            const eventId = await from.client.sendText(room, `of ${from.userId}`);
            await arrivesAt([from, to], room, eventId);
            const { sender, content } = await to.client.getEvent(room, eventId);
            assert.deepEqual([sender, content.body], [from.userId, `of ${from.userId}`]);
        }
        await guest.client.leaveRoom(room);
        await membershipIs([host], room, guest.userId, "leave");
    }

    for (const version of ["10", "11"]) {
        it(`meet in a room of version ${version} that the Synapse made`, () => meet(bots[0], bots[1], version));
        it(`meet in a room of version ${version} that the Dendrite made`, () => meet(bots[1], bots[0], version));
    }

    it("have a declared room joined by its alias from the Synapse: the Dendrite's is of version 11", async () => {
        const room = await bots[0].client.joinRoom(`#hall:${servers[1]?.name}`);
        assert.equal(await versionOf(bots[0], room), "11");
        const eventId = await bots[0].client.sendText(room, "from the other side");
        await arrivesAt(bots, room, eventId);
    });

    it("tell apart what Dendrite does not know: a room of version 12 is refused, and nothing else is harmed", async () => {
        await assert.rejects(
            bots[1].client.joinRoom(`#hall:${servers[0]?.name}`),
            /M_(INCOMPATIBLE_ROOM_VERSION|UNSUPPORTED_ROOM_VERSION|UNKNOWN)/,
        );
        await meet(bots[0], bots[1], "11");
    });

    it("have 50 messages of each arrive at the other, each once", async () => {
        const room = await bots[0].client.createRoom({ room_version: "11", preset: "public_chat" });
        await bots[1].client.joinRoom(room, [servers[0]?.name ?? ""]);
        const sent = await Promise.all(
            bots.map(async ({ client, userId }) => {
                const ids: string[] = [];
                for (let number = 0; number < 50; number++) ids.push(await client.sendText(room, `${userId} ${number}`));
                return ids;
            }),
        );
        for (const eventId of sent.flat()) await arrivesAt(bots, room, eventId, 60_000);
    });
});
