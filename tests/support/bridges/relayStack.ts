/** A stack with the relay on real servers of XMPP, Mumble and SSH-chat, and people who talk through it. */
import assert from "node:assert/strict";
import { stackPrefix } from "../../../components/platform/docker/labels.ts";
import { project } from "../../../scripts/project/checkout.ts";
import { docker, eventually } from "../docker.ts";
import type { LineProcess } from "../lineProcess.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../stack.ts";
import { channels, FarEnds, type FarPlatform, hosts, jabberPassword, muc } from "./farEnds.ts";
import { RoomSide, type Said } from "./roomSide.ts";

export const platforms = Object.keys(hosts) as FarPlatform[];
const account: Record<FarPlatform, string> = { xmpp: "jabber", mumble: "voice", sshchat: "shell" };
const bot = "@relaybot:localhost";

export class RelayStack {
    readonly people = {} as Record<FarPlatform, LineProcess>;
    /** Begins the names of its containers. */
    readonly prefix: string;
    /** Name of the relay's container. */
    readonly relay: string;
    readonly far: FarEnds;
    #outputs!: StackOutputs;
    /** A member of all its rooms, without rate limits. */
    alice!: RoomSide;

    /** @param base first of its ports */
    constructor(
        readonly stackName: `test-${string}`,
        private readonly base: number,
    ) {
        this.prefix = stackPrefix(project, stackName);
        this.relay = `${this.prefix}-bridge-relay`;
        // The stack's network has the stack's name.
        this.far = new FarEnds(`matrix-synapse-${stackName}-far`, this.prefix);
    }

    async up(): Promise<void> {
        await destroyStack(this.stackName);
        await this.far.build();
        configure(this.stackName, this.#settings());
        this.#outputs = plain((await (await openStack(this.stackName)).up()).outputs);
        this.alice = new RoomSide(this.#outputs.clientUrl, this.#outputs.bots.alice?.accessToken ?? "");
    }

    /** The servers of the platforms, after the stack, whose network they are in. */
    async startPlatforms(): Promise<void> {
        await Promise.all(platforms.map((platform) => this.far.start(platform)));
        await this.connected();
    }

    /** A person called bob in every channel; one that is there already leaves. */
    async meet(): Promise<void> {
        for (const platform of platforms) {
            await this.people[platform]?.kill();
            this.people[platform] = await this.far.person(platform, "bob");
        }
    }

    async down(): Promise<void> {
        await Promise.all(platforms.map((platform) => this.people[platform]?.kill()));
        await this.far.remove();
        await destroyStack(this.stackName);
    }

    room(platform: FarPlatform): string {
        return this.#outputs.rooms[`#${platform}:localhost`] ?? "";
    }

    /** What the relay says of its accounts. */
    async networks(): Promise<Record<string, string>> {
        return JSON.parse(await docker("exec", this.relay, "sh", "/opt/bridge/start.sh", "networks", "/run/secrets/accounts"));
    }

    async connected(): Promise<void> {
        await eventually("the relay's connections", 90_000, async () =>
            assert.deepEqual(await this.networks(), { jabber: "connected", shell: "connected", voice: "connected" }),
        );
    }

    /** Texts with a mark in them that bob has heard of the relay, in their order. */
    heard(platform: FarPlatform, mark: string): string[] {
        return this.people[platform].lines.flatMap(({ event, text }) =>
            event === "heard" && String(text).includes(mark) ? [String(text)] : [],
        );
    }

    /** The relay's messages with a mark in them, in their order. */
    async inRoom(platform: FarPlatform, mark: string, most = 100): Promise<Said[]> {
        return (await this.alice.heard(this.room(platform), bot, most)).filter(({ content }) => content.body?.includes(mark));
    }

    async killMatterbridge(): Promise<void> {
        await docker("exec", this.relay, "sh", "-c", "kill -KILL $(pidof matterbridge)");
    }

    #settings() {
        return {
            ...smallStack(this.base),
            turn: { enabled: false },
            federation: { enabled: false },
            bots: { alice: { displayName: "Alice", unlimited: true } },
            bridges: {
                relay: {
                    certificates: this.far.authority,
                    accounts: {
                        jabber: {
                            ...{ platform: "xmpp", server: hosts.xmpp, jid: `relay@${hosts.xmpp}`, password: jabberPassword },
                            ...{ muc, nick: "relay" },
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
        };
    }
}
