/** The relay's conversations with people on real servers of XMPP, Mumble and SSH-chat. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { stackPrefix } from "../../components/platform/docker/labels.ts";
import { project } from "../../scripts/project/checkout.ts";
import { channels, FarEnds, type FarPlatform, hosts, jabberPassword, muc } from "../support/bridges/farEnds.ts";
import { RoomSide } from "../support/bridges/roomSide.ts";
import { docker, eventually } from "../support/docker.ts";
import type { LineProcess } from "../support/lineProcess.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../support/stack.ts";

const stackName = "test-relay";
const base = 29_000;
const prefix = stackPrefix(project, stackName);
const relay = `${prefix}-bridge-relay`;
const platforms = Object.keys(hosts) as FarPlatform[];
const account: Record<FarPlatform, string> = { xmpp: "jabber", mumble: "voice", sshchat: "shell" };

describe("the relay", function () {
    this.timeout(120_000);
    const far = new FarEnds("matrix-synapse-test-relay", prefix);
    let outputs: StackOutputs;
    let alice: RoomSide;
    const people = {} as Record<FarPlatform, LineProcess>;
    const roomOf = (platform: FarPlatform) => outputs.rooms[`#${platform}:localhost`] ?? "";
    const bot = "@relaybot:localhost";
    const settings = () => ({
        ...smallStack(base),
        turn: { enabled: false },
        federation: { enabled: false },
        bots: { alice: { displayName: "Alice", unlimited: true } },
        bridges: {
            relay: {
                certificates: far.authority,
                accounts: {
                    jabber: {
                        platform: "xmpp",
                        server: hosts.xmpp,
                        jid: `relay@${hosts.xmpp}`,
                        password: jabberPassword,
                        muc,
                        nick: "relay",
                    },
                    voice: { platform: "mumble", server: hosts.mumble, nick: "relay" },
                    shell: { platform: "sshchat", server: `${hosts.sshchat}:2022`, nick: "relay" },
                },
            },
        },
        rooms: Object.fromEntries(
            platforms.map((platform) => [
                platform,
                { encrypted: false, members: { alice: 100 }, bridge: { relay: `${channels[platform]}@${account[platform]}` } },
            ]),
        ),
    });
    const networks = async () => JSON.parse(await docker("exec", relay, "sh", "/opt/bridge/start.sh", "networks", "/run/secrets/accounts"));
    const connected = () =>
        eventually("the relay's connections", 90_000, async () =>
            assert.deepEqual(await networks(), { jabber: "connected", shell: "connected", voice: "connected" }),
        );
    /** Texts that a person has heard of the relay with a mark in them, in their order. */
    const heardBy = (platform: FarPlatform, mark: string) =>
        people[platform].lines.flatMap(({ event, text }) => (event === "heard" && String(text).includes(mark) ? [String(text)] : []));
    const inRoom = async (platform: FarPlatform, mark: string) =>
        (await alice.heard(roomOf(platform), bot)).filter(({ content }) => content.body?.includes(mark));

    before(async () => {
        await destroyStack(stackName);
        await far.build();
        configure(stackName, settings());
        outputs = plain((await (await openStack(stackName)).up()).outputs);
        alice = new RoomSide(outputs.clientUrl, outputs.bots.alice?.accessToken ?? "");
    });
    after(async () => {
        await Promise.all(platforms.map((platform) => people[platform]?.kill()));
        await far.remove();
        await destroyStack(stackName);
    });

    it("starts without the platforms, says so, and finds them when they come up", async () => {
        assert.deepEqual(await networks(), { jabber: "not connected", shell: "not connected", voice: "not connected" });
        await Promise.all(platforms.map((platform) => far.start(platform)));
        await connected();
        for (const platform of platforms) people[platform] = await far.person(platform, "bob");
    });

    it("is deployed: a preview is empty", async () => {
        assert.deepEqual(Object.keys((await (await openStack(stackName)).preview()).changeSummary), ["same"]);
    });

    for (const platform of platforms) {
        it(`carries text of any kind both ways, with senders' names: ${platform}`, async () => {
            const text = "Grüße aus Zürich ☕ to 東京";
            await alice.say(roomOf(platform), text);
            const { text: heard } = await people[platform].heard("the greeting", ({ text: said }) => String(said).includes("東京"));
            assert.equal(String(heard).replace("&lt;", "<").replace("&gt;", ">"), `<Alice> ${text}`);
            people[platform].tell({ say: "Übung macht den Meister 🎹" });
            await eventually("the answer", 10_000, async () => {
                const [answer] = await inRoom(platform, "🎹");
                assert.deepEqual(answer?.content, { msgtype: "m.text", body: "<bob> Übung macht den Meister 🎹" });
            });
        });
    }

    it("passes edits on to XMPP as such, and its edits into the room", async () => {
        const event = await alice.say(roomOf("xmpp"), "wrong");
        const { id } = await people.xmpp.heard("it", ({ text }) => text === "<Alice> wrong");
        await alice.edit(roomOf("xmpp"), event, "right");
        const edited = await people.xmpp.heard("the edit", ({ text }) => text === "<Alice> right");
        assert.equal(edited.instead, id);
        people.xmpp.tell({ say: "first" });
        const said = await people.xmpp.heard("what it said", ({ event: kind, text }) => kind === "said" && text === "first");
        await eventually("it", 10_000, async () => assert.equal((await inRoom("xmpp", "first")).length, 1));
        people.xmpp.tell({ say: "second", instead: said.id });
        await eventually("the edit", 10_000, async () => {
            const [, latest] = [await inRoom("xmpp", "first"), (await inRoom("xmpp", "second"))[0]];
            assert.equal(latest?.content["m.new_content"]?.body, "<bob> second");
        });
    });

    it("tells the room who joins and leaves Mumble", async () => {
        const carol = await far.person("mumble", "carol");
        await carol.kill();
        await eventually("the notices", 10_000, async () => {
            const notices = (await inRoom("mumble", "carol")).map(({ content }) => [content.msgtype, content.body]);
            assert.deepEqual(notices, [
                ["m.notice", "<system> carol joined"],
                ["m.notice", "<system> carol left"],
            ]);
        });
    });

    it("lets nobody write commands, mark-up or calls on another side", async () => {
        await alice.say(roomOf("sshchat"), "mark\n/exit");
        await people.sshchat.heard("one line", ({ text }) => text === "<Alice> mark ⏎ /exit");
        await alice.say(roomOf("mumble"), 'mark <img src="x"> ![p](http://x/p.png)');
        const { text } = await people.mumble.heard("the text", ({ text: said }) => String(said).includes("mark"));
        assert.doesNotMatch(String(text), /<img/);
        people.xmpp.tell({ say: "mark @room <b>bold</b>" });
        await eventually("the text", 10_000, async () => {
            const [said] = await inRoom("xmpp", "mark");
            assert.deepEqual(said?.content, { msgtype: "m.text", body: "<bob> mark @\u200broom <b>bold</b>" });
        });
    });

    it("loses and doubles nothing of many messages in a row, at the pace of each side", async () => {
        const counts: Record<FarPlatform, number> = { xmpp: 60, mumble: 20, sshchat: 20 };
        await Promise.all(
            platforms.map(async (platform) => {
                for (let index = 0; index < counts[platform]; index++) await alice.say(roomOf(platform), `row ${index}.`);
            }),
        );
        await Promise.all(
            platforms.map((platform) =>
                eventually(`all on ${platform}`, 60_000, async () =>
                    assert.deepEqual(
                        heardBy(platform, "row ").map((text) => Number(/row (\d+)\./.exec(text)?.[1])),
                        Array.from({ length: counts[platform] }, (_, index) => index),
                    ),
                ),
            ),
        );
        for (let index = 0; index < 60; index++) people.xmpp.tell({ say: `back ${index}.` });
        await eventually("all in the room", 60_000, async () =>
            assert.deepEqual(
                (await inRoom("xmpp", "back ")).map(({ content }) => content.body),
                Array.from({ length: 60 }, (_, index) => `<bob> back ${index}.`),
            ),
        );
    });

    it("killed in the middle of a row, passes on all that was said in the room, and one message twice at most", async () => {
        const count = 40;
        for (let index = 0; index < count; index++) {
            await alice.say(roomOf("xmpp"), `kill ${index}.`);
            if (index === 15) await docker("exec", relay, "sh", "-c", "kill -KILL $(pidof matterbridge)");
        }
        await eventually("all of them", 60_000, async () => {
            const heard = heardBy("xmpp", "kill ");
            assert.equal(new Set(heard).size, count);
            assert.ok(heard.length <= count + 1, `${heard.length} heard`);
        });
    });

    it("keeps what is said in the room while a restart of the courier or the homeserver goes on", async () => {
        for (const [part, mark] of [
            ["bridge-relay-courier", "courier"],
            ["homeserver", "server"],
        ] as const) {
            await docker("restart", "--time", "1", `${prefix}-${part}`);
            people.xmpp.tell({ say: `${mark} back` });
            await eventually("the client API", 40_000, () => alice.say(roomOf("xmpp"), `${mark} there`));
            await eventually(`both after ${part}`, 40_000, async () => {
                assert.equal(new Set(heardBy("xmpp", `${mark} there`)).size, 1);
                assert.equal((await inRoom("xmpp", `${mark} back`)).length, 1);
            });
        }
    });

    it("finds back to every platform that was restarted", async () => {
        await Promise.all(platforms.map((platform) => people[platform].kill()));
        await Promise.all(platforms.map((platform) => far.restart(platform)));
        await sleep(3000);
        await connected();
        for (const platform of platforms) people[platform] = await far.person(platform, "bob");
        for (const platform of platforms)
            await eventually(`${platform} again`, 60_000, async () => {
                await alice.say(roomOf(platform), "again");
                await people[platform].heard("it", ({ text }) => String(text).includes("again"), 5000);
            });
    });

    it("shows its password and tokens nowhere", async () => {
        const said = await Promise.all([
            docker("inspect", relay, `${relay}-courier`),
            docker("top", relay),
            docker("top", `${relay}-courier`),
            docker("logs", relay),
            docker("logs", `${relay}-courier`),
        ]);
        const token = JSON.parse(await docker("exec", `${relay}-courier`, "cat", "/run/secrets/courier.json")).token as string;
        for (const text of said) assert.ok(!text.includes(jabberPassword) && !text.includes(token));
    });
});
