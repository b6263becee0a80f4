/** A stack with a bridge to an IRC server of the tests: two networks on it, which differ in who becomes a member. */
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { SettingsInput } from "../../../../components/settings/schema/index.ts";
import { containers, docker, eventually } from "../../docker.ts";
import { killMain } from "../../kills/victims.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "../../stack.ts";
import { Talker } from "../talker.ts";
import type { IrcClient } from "./client.ts";
import { type IrcServer, ircServer } from "./server.ts";

export interface IrcStackArgs {
    stackName: `test-${string}`;
    /** First of its ports. */
    base: number;
    /** Whether the server lets its clients write as fast as they can. */
    exempt: boolean;
    /** Seconds between two lines of the bridge; the settings' default where it is absent. */
    pause?: number;
}

export class IrcStack {
    stack!: Stack;
    outputs!: StackOutputs;
    server!: IrcServer;
    /** In the room that leads to #lobby. */
    alice!: Talker;
    /** In the room that leads to #open, whose whole channel is brought in. */
    carol!: Talker;

    constructor(private readonly args: IrcStackArgs) {}

    async up(): Promise<void> {
        const { stackName, base, exempt } = this.args;
        await destroyStack(stackName);
        this.server = await ircServer(`matrix-synapse-${stackName}-ngircd`, base + 250, exempt);
        await this.deploy();
        const talker = (name: string, room: string) => {
            const bot = this.outputs.bots[name];
            return new Talker(
                this.outputs.clientUrl,
                bot?.userId ?? "",
                bot?.accessToken ?? "",
                this.outputs.rooms[`#${room}:localhost`] ?? "",
            );
        };
        this.alice = talker("alice", "lobby");
        this.carol = talker("carol", "open");
    }

    /** @param bridged whether the room `open` leads to IRC */
    settings(bridged = true): Partial<SettingsInput> {
        const { base, pause } = this.args;
        const { address, port, password } = this.server;
        const network = {
            servers: [{ host: address, port, tls: false }],
            password,
            ...(pause !== undefined && { pause }),
        };
        return smallStack(base, {
            turn: { enabled: false },
            bots: {
                alice: { displayName: "Alicia Öz", unlimited: true },
                carol: { displayName: "Carol", unlimited: true },
            },
            bridges: { irc: { networks: { test: { ...network, nick: "bridge" }, wide: { ...network, nick: "wide", members: "all" } } } },
            rooms: {
                lobby: { encrypted: false, members: { alice: 100 }, bridge: { irc: "#lobby@test" } },
                open: { encrypted: false, members: { carol: 50 }, ...(bridged && { bridge: { irc: "#open@wide" } }) },
            },
        });
    }

    async deploy(bridged = true): Promise<void> {
        configure(this.args.stackName, this.settings(bridged));
        this.stack ??= await openStack(this.args.stackName);
        this.outputs = plain((await this.stack.up()).outputs);
    }

    /** What a preview would do. */
    async preview(): Promise<string[]> {
        return Object.keys((await this.stack.preview()).changeSummary);
    }

    /** Somebody on IRC, in a channel in which the bridge is, too. */
    async person(nick: string, channel: string, bridge: string): Promise<IrcClient> {
        const person = await this.server.client(nick);
        await person.join(channel);
        await eventually(`${bridge} in ${channel}`, 90_000, async () => {
            if (!(await person.names(channel)).includes(bridge)) throw new Error("not there");
        });
        return person;
    }

    async kill(role: "bridge-irc" | "homeserver"): Promise<void> {
        await killMain(this.args.stackName, role);
    }

    container(role: string): string {
        return `matrix-synapse-${this.args.stackName}-${role}`;
    }

    async inspected(role: string): Promise<string> {
        return JSON.stringify((await containers(this.args.stackName))[role]);
    }

    /** The bridge's metrics, by name with labels. */
    async metrics(): Promise<Record<string, number>> {
        const read = "import urllib.request; print(urllib.request.urlopen('http://localhost:9898/metrics').read().decode())";
        const text = await docker("exec", this.container("bridge-irc"), "python", "-c", read);
        return Object.fromEntries(
            text
                .trim()
                .split("\n")
                .map((line) => line.split(" "))
                .map(([name, value]) => [name, Number(value)]),
        );
    }

    async down(): Promise<void> {
        await destroyStack(this.args.stackName);
        await this.server?.remove();
    }
}
