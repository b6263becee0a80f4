import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signInFreshDevice } from "../../bots/freshDevice.ts";
import { eventually } from "../support/docker.ts";
import { received, say, startBot } from "../support/encryptedTalk.ts";
import { arrivesAt, type Bot, bringUp, membershipIs, roomOf, type Server } from "../support/federatedBots.ts";
import type { LineProcess } from "../support/lineProcess.ts";
import { heardAfter } from "../support/listener.ts";
import { type Mesh, mesh } from "../support/mesh.ts";

const count = 5;
/** Those whose bots encrypt. */
const encrypting = [1, 2, 3];

describe("Five servers", function () {
    this.timeout(180_000);
    const directory = mkdtempSync(join(tmpdir(), "matrix-mesh-"));
    let meeting: Mesh;
    let servers: Server[];
    /** One of each server, all in the room. */
    let talkers: Bot[];
    let room: string;

    before(async function () {
        this.timeout(900_000);
        meeting = await mesh("five", { base: 11_000, subnet: "10.94.11.0/24", servers: count });
        const of = (key: string, numbers: number[]) =>
            Object.fromEntries(
                numbers.map((number) => [number === 1 ? key : `@${key}:${meeting.serverName(number)}`, number === 1 ? 50 : 0]),
            );
        servers = await bringUp(meeting, count, (number) => ({
            bots: {
                talker: { unlimited: true },
                ...(number === count && { guest: { unlimited: true } }),
                ...(encrypting.includes(number) && { secretive: { unlimited: true } }),
            },
            rooms: {
                ...(number === 1 && {
                    plain: { encrypted: false, members: of("talker", [1, 2, 3, 4, 5]) },
                    secret: { encrypted: true, members: of("secretive", encrypting) },
                }),
            },
        }));
        talkers = servers.map((server) => server.bot("talker"));
        room = roomOf(servers, "plain");
        for (const { client } of talkers.slice(1)) await client.joinRoom(room);
    });
    after(async function () {
        this.timeout(300_000);
        rmSync(directory, { recursive: true, force: true });
        await meeting?.down();
    });

    const talker = (number: number): Bot => {
        const bot = talkers[number - 1];
        assert.ok(bot);
        return bot;
    };

    it("deliver what each says to each of the others", async () => {
        for (const { userId } of talkers) await membershipIs(talkers, room, userId, "join");
        const sent = await Promise.all(talkers.map(({ client, userId }) => client.sendText(room, `I am ${userId}`)));
        for (const eventId of sent) await arrivesAt(talkers, room, eventId);
        const [first] = await Promise.all(talkers.map(({ client }) => client.getEvent(room, sent[4] ?? "")));
        assert.deepEqual([first.sender, first.content.body], [talker(5).userId, `I am ${talker(5).userId}`]);
    });

    it("know of an invitation, a join, a removal, a ban and a leaving, wherever it happened", async () => {
        const host = talker(1);
        const guest = servers[count - 1]?.bot("guest");
        assert.ok(guest);
        const invited = () =>
            heardAfter(
                guest.client,
                "the invitation",
                () => host.client.inviteUser(guest.userId, room),
                (answer) => answer.rooms?.invite?.[room],
            );
        await invited();
        await membershipIs(talkers, room, guest.userId, "invite");
        await guest.client.joinRoom(room);
        await membershipIs(talkers, room, guest.userId, "join");
        await host.client.kickUser(guest.userId, room, "for a test");
        await membershipIs(talkers, room, guest.userId, "leave");
        await invited();
        // An invitation comes on a way of its own, before the room knows of it; Synapse refuses a join in between, where the guest had been there.
        await membershipIs(talkers, room, guest.userId, "invite");
        await guest.client.joinRoom(room);
        await guest.client.leaveRoom(room);
        await membershipIs(talkers, room, guest.userId, "leave");
        await host.client.banUser(guest.userId, room, "for a test");
        await membershipIs(talkers, room, guest.userId, "ban");
        await assert.rejects(guest.client.joinRoom(room, [meeting.serverName(1)]), /banned/);
    });

    it("hand out each other's media to who is signed in, and to nobody else", async () => {
        const content = Buffer.from("what was uploaded on the first server");
        const uri = await talker(1).client.uploadContent(content, "text/plain", "note.txt");
        const url = new URL(`/_matrix/client/v1/media/download/${uri.slice("mxc://".length)}`, servers[2]?.outputs.clientUrl);
        const download = (accessToken: string) => fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
        const answer = await download(talker(3).client.accessToken);
        assert.equal(answer.status, 200, await answer.clone().text());
        assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content);
        assert.equal((await download("nobody")).status, 401);
    });

    it("show a changed name and picture of somebody of another server", async () => {
        const { client, userId } = talker(2);
        const picture = await client.uploadContent(Buffer.from("a picture"), "image/png", "face.png");
        await client.setDisplayName("Second");
        await client.setAvatarUrl(picture);
        const profile = { displayname: "Second", avatar_url: picture };
        for (const other of talkers) {
            await eventually(`the profile at the server of ${other.userId}`, 30_000, async () => {
                const { displayname, avatar_url } = await other.client.getRoomStateEvent(room, "m.room.member", userId);
                assert.deepEqual({ displayname, avatar_url }, profile);
            });
            const { displayname, avatar_url } = await other.client.getUserProfile(userId);
            assert.deepEqual({ displayname, avatar_url }, profile);
        }
    });

    it("show who types, who has read what, and who is there", async () => {
        const [reader, writer] = [talker(4), talker(5)];
        await heardAfter(
            reader.client,
            "that somebody types",
            () => writer.client.setTyping(room, true, 20_000),
            ({ rooms }) =>
                rooms?.join?.[room]?.ephemeral.events.find(
                    ({ type, content }) => type === "m.typing" && (content.user_ids as string[]).includes(writer.userId),
                ),
        );
        const eventId = await writer.client.sendText(room, "read this");
        await arrivesAt([reader], room, eventId);
        await heardAfter(
            writer.client,
            "that it is read",
            () => reader.client.sendReadReceipt(room, eventId),
            ({ rooms }) =>
                rooms?.join?.[room]?.ephemeral.events.find(
                    ({ type, content }) =>
                        type === "m.receipt" &&
                        reader.userId in ((content[eventId] as { "m.read"?: Record<string, unknown> } | undefined)?.["m.read"] ?? {}),
                ),
        );
        await heardAfter(
            reader.client,
            "that somebody is there",
            () => writer.client.setPresenceStatus("online", "at the desk"),
            ({ presence }) =>
                presence?.events.find(({ sender, content }) => sender === writer.userId && content.status_msg === "at the desk"),
        );
    });

    it("carry keys of devices and of rooms: bots of three servers read each other's encrypted messages, on new devices too", async () => {
        const secret = roomOf(servers, "secret");
        const open: LineProcess[] = [];
        try {
            const bots = encrypting.map((number) => servers[number - 1]).filter((server) => server !== undefined);
            for (const server of bots) {
                const { client } = server.bot("secretive");
                if (server.number > 1) await client.joinRoom(secret);
            }
            for (const server of bots) open.push(await startBot(at(server, server.bot("secretive").client.accessToken, "first")));
            for (const sender of open) {
                const eventId = await say(sender, secret, `of bot ${open.indexOf(sender)}`);
                for (const other of open) {
                    if (other !== sender) assert.equal((await received(other, eventId)).body, `of bot ${open.indexOf(sender)}`);
                }
            }

            const third = servers[2];
            assert.ok(third);
            open.push(await startBot(at(third, await anotherDevice(third), "second")));
            // The list of devices comes to the sender's server on its own; until it has, the new one is not thought of.
            await eventually("a message that the new device reads", 60_000, async () => {
                const sender = open[0] as LineProcess;
                const eventId = await say(sender, secret, `to all devices, ${Date.now()}`);
                const heard = await open[3]?.heard("it", (line) => line.eventId === eventId, 5_000);
                assert.equal(heard?.event, "message");
            });
        } finally {
            await Promise.allSettled(open.map((bot) => bot.kill()));
        }
    });

    const at = (server: Server, accessToken: string, store: string) => ({
        homeserverUrl: server.outputs.clientUrl,
        accessToken,
        store: join(directory, `${server.number}-${store}`),
    });

    async function anotherDevice({ administrator, outputs, bot }: Server): Promise<string> {
        const { userId } = bot("secretive");
        const password = "a password for a test";
        const path = `/_synapse/admin/v2/users/${encodeURIComponent(userId)}`;
        await administrator.doRequest("PUT", path, undefined, { password, logout_devices: false });
        return signInFreshDevice(outputs.clientUrl, userId, password);
    }
});
