import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { containers, docker, eventually } from "../support/docker.ts";
import { arrivesAt, type Bot, bringUp, extremities, membershipIs, roomOf, type Server, stateOf } from "../support/federatedBots.ts";
import { history } from "../support/listener.ts";
import { type Mesh, mesh } from "../support/mesh.ts";

const count = 3;
/** The one that is cut off, and killed. */
const lost = 3;

describe("A room of three servers", function () {
    this.timeout(600_000);
    let meeting: Mesh;
    let servers: Server[];
    let bots: Bot[];
    let room: string;
    const sent = new Set<string>();

    before(async function () {
        this.timeout(900_000);
        meeting = await mesh("split", { base: 11_500, subnet: "10.94.15.0/24", servers: count });
        const members = { talker: 100, [`@talker:${meeting.serverName(2)}`]: 50, [`@talker:${meeting.serverName(lost)}`]: 50 };
        servers = await bringUp(meeting, count, (number) => ({
            bots: { talker: { unlimited: true } },
            rooms: { ...(number === 1 && { plain: { encrypted: false, members } }) },
        }));
        bots = servers.map((server) => server.bot("talker"));
        room = roomOf(servers, "plain");
        for (const { client } of bots.slice(1)) await client.joinRoom(room);
        for (const { userId } of bots) await membershipIs(bots, room, userId, "join");
    });
    after(async function () {
        this.timeout(300_000);
        await meeting?.down();
    });

    const bot = (number: number): Bot => {
        const found = bots[number - 1];
        assert.ok(found);
        return found;
    };

    it("is one room again after a server was cut off while all went on talking", async () => {
        const reconnect = await cutOff(lost);
        await stream([1, 2, 3], sleep(20_000), 500);
        // Both sides change the same thing: one of them holds for all in the end.
        const topic = (number: number, text: string) => bot(number).client.sendStateEvent(room, "m.room.topic", "", { topic: text });
        await topic(1, "as the many see it");
        await topic(lost, "as the one sees it");
        const apart = await Promise.all(bots.map((each) => stateOf(each, room)));
        assert.notDeepEqual(apart[lost - 1], apart[0], "it was not cut off");

        await reconnect();
        const back = Date.now();
        await stream([1, 2, 3], sleep(5_000), 500);
        await allKnowAll(180_000);
        console.log(
            `      all messages at all servers ${((Date.now() - back) / 1000).toFixed(1)} s after the server was back (cut off for 20 s)`,
        );
        const states = await Promise.all(bots.map((each) => stateOf(each, room)));
        for (const state of states) assert.deepEqual(state, states[0]);
    });

    it("goes on as before: new messages reach all, and its history has one end", async () => {
        await eventually("one end of history at each server", 60_000, async () => {
            for (const { client } of bots) {
                const eventId = await client.sendText(room, "after all");
                sent.add(eventId);
                await arrivesAt(bots, room, eventId);
            }
            assert.deepEqual(await Promise.all(servers.map((server) => extremities(server, room))), [1, 1, 1]);
        });
        await allKnowAll(30_000);
    });

    it("loses nothing when a server is killed again and again while it receives", async () => {
        const kills = 4;
        const killing = (async () => {
            for (let kill = 0; kill < kills; kill++) {
                const { homeserver } = await containers(meeting.stackName(lost));
                assert.ok(homeserver);
                await line(homeserver.Id, /Received txn/);
                await docker("kill", "--signal", "KILL", homeserver.Id);
                await docker("start", homeserver.Id);
                await eventually("the killed server", 60_000, () => bot(lost).client.doRequest("GET", "/_matrix/client/versions"));
            }
        })();
        await stream([1, 2], killing, 150);
        const ended = Date.now();
        await allKnowAll(300_000);
        console.log(
            `      killed ${kills} times; all ${sent.size} messages at all servers ${((Date.now() - ended) / 1000).toFixed(1)} s after the last was sent`,
        );
    });

    /** Each bot sends every `pause` milliseconds until that is over. All that was acknowledged is kept in mind. */
    async function stream(numbers: number[], over: Promise<unknown>, pause: number): Promise<void> {
        let going = true;
        const send = async (number: number) => {
            for (let each = 1; going; each++) {
                sent.add(await bot(number).client.sendText(room, `message ${each} of ${number}`));
                await sleep(pause);
            }
        };
        const end = over.finally(() => {
            going = false;
        });
        await Promise.all([end, ...numbers.map(send)]);
    }

    /** @throws unless the history of every server has each message once, and no other */
    async function allKnowAll(timeoutMilliseconds: number): Promise<void> {
        await Promise.all(
            bots.map(({ client, userId }) =>
                eventually(`all messages at the server of ${userId}`, timeoutMilliseconds, async () => {
                    const messages = (await history(client, room)).filter(({ type }) => type === "m.room.message");
                    const known = messages.map(({ event_id }) => event_id).sort();
                    const missing = [...sent].filter((eventId) => !known.includes(eventId));
                    assert.deepEqual(missing, [], `${missing.length} of ${sent.size} are missing`);
                    assert.deepEqual(known, [...sent].sort());
                }),
            ),
        );
    }

    /** Takes the gateway and the homeserver out of the network where servers meet. @returns what brings them back */
    async function cutOff(number: number): Promise<() => Promise<void>> {
        const { homeserver, gateway } = await containers(meeting.stackName(number));
        assert.ok(homeserver && gateway);
        const names: Record<string, string[]> = {};
        for (const { Id } of [homeserver, gateway]) {
            const format = `{{json (index .NetworkSettings.Networks "${meeting.network}").Aliases}}`;
            names[Id] = JSON.parse(await docker("inspect", "--format", format, Id)) ?? [];
            await docker("network", "disconnect", meeting.network, Id);
        }
        return async () => {
            for (const [id, aliases] of Object.entries(names)) {
                await docker("network", "connect", ...aliases.flatMap((alias) => ["--alias", alias]), meeting.network, id);
            }
        };
    }

    /** Waits for a line of the container's log that is yet to come. */
    async function line(container: string, pattern: RegExp): Promise<void> {
        const following = execa("docker", ["logs", "--follow", "--since", "0s", container], { reject: false, buffer: false, all: true });
        const lines = createInterface({ input: following.all });
        try {
            for (;;) {
                const [text] = (await once(lines, "line", { signal: AbortSignal.timeout(60_000) })) as string[];
                if (pattern.test(text ?? "")) return;
            }
        } finally {
            following.kill();
        }
    }
});
