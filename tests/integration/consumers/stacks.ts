/** A server's stack, and stacks of other teams that use it, each from a project in which the packed file is installed. */
import assert from "node:assert/strict";
import type { OutputMap, Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import type { MatrixClient } from "matrix-bot-sdk";
import { connect } from "../../../scripts/content/client.ts";
import { signIn } from "../../../scripts/content/signIn.ts";
import { previewStack } from "../../../scripts/preview/preview.ts";
import { docker, eventually } from "../../support/docker.ts";
import { buildNodeImage, closeExample, exampleFolder, openExample, removeNodeImage } from "../../support/example.ts";
import { installed, packedFile } from "../../support/packed.ts";
import {
    configure,
    destroyStack,
    openStack,
    plain,
    pulumiEnvironment,
    type StackOutputs,
    smallStack,
    storedState,
} from "../../support/stack.ts";

export const stackName = "test-consumers";
const base = 15000;
export const hubPort = base + 95;

export interface Message {
    type: string;
    sender: string;
    event_id: string;
    content: { body?: string };
}

/** An example that is up. */
interface Running {
    stack: Stack;
    outputs: OutputMap;
}

export class Consumers {
    readonly opened: Stack[] = [];
    #server: StackOutputs | undefined;
    #alice: MatrixClient | undefined;

    /** Outputs of the server's stack. */
    readonly server = (): StackOutputs => this.#server ?? assert.fail("the server is not up");
    /** A person on it. */
    readonly alice = (): MatrixClient => this.#alice ?? assert.fail("the server is not up");

    async up(): Promise<void> {
        await Promise.all([buildNodeImage(), destroyStack(stackName), packedFile()]);
        configure(
            stackName,
            smallStack(base, {
                users: { alice: { displayName: "Alice" } },
                bots: { notifier: {}, helpdesk: { displayName: "Help desk" }, workspace: {} },
                rooms: {
                    desk: { name: "Help desk", encrypted: false, members: { alice: 0, helpdesk: 50 } },
                    alerts: { name: "Alerts", encrypted: false, members: { alice: 0, notifier: 50 } },
                },
            }),
        );
        const server = plain((await (await openStack(stackName)).up()).outputs);
        const { userId = "", password = "" } = server.users.alice ?? {};
        this.#alice = connect(server.clientUrl, await signIn(server.clientUrl, userId, password, "TESTS"));
        this.#server = server;
    }

    async down(): Promise<void> {
        await this.closeExamples();
        await destroyStack(stackName);
        await removeNodeImage();
    }

    async closeExamples(): Promise<void> {
        for (const stack of this.opened.splice(0)) await closeExample(stack);
    }

    /** Newest last. */
    readonly messages = async (roomId: string): Promise<Message[]> => {
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages`;
        const { chunk } = (await this.alice().doRequest("GET", path, { dir: "b", limit: 50 })) as { chunk: Message[] };
        return chunk.filter(({ type }) => type === "m.room.message").reverse();
    };

    readonly write = (roomId: string, body: string): Promise<string> => this.alice().sendMessage(roomId, { msgtype: "m.text", body });

    /** @throws unless the message comes within 20 s */
    readonly hear = (roomId: string, pattern: RegExp): Promise<Message> =>
        eventually(`a message like ${pattern}`, 20_000, async () => {
            const found = (await this.messages(roomId)).find(({ content }) => pattern.test(content.body ?? ""));
            if (!found) throw new Error("not there yet");
            return found;
        });

    /** The stack of an example, up until all tests are done. */
    readonly example = (name: string, settings: Record<string, unknown>): Running => {
        const running = {} as Running;
        it("is brought up by one command, after npm install", async () => {
            running.stack = await openExample(name, stackName, settings, await installed(exampleFolder(name)));
            this.opened.push(running.stack);
            running.outputs = (await running.stack.up()).outputs;
        });
        it("is left alone by a second preview", async () => {
            // Its types were checked by the first run.
            running.stack.workspace.envVars.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
            const { changeSummary } = await running.stack.preview();
            assert.deepEqual(Object.keys(changeSummary), ["same"]);
        });
        return running;
    };

    /** What a preview of an example says. */
    readonly previewOf = ({ stack }: Running) =>
        previewStack(stack.name, stack.workspace.workDir, { ...pulumiEnvironment(), ...stack.workspace.envVars });

    /** What anybody on the machine, or with the state's file, can read. */
    readonly readable = async (running: Running): Promise<string> => {
        const { stack, outputs } = running;
        const { text } = await this.previewOf(running);
        const name = outputs.containerName?.value;
        const container = name ? [await docker("inspect", name), await docker("logs", name), await docker("exec", name, "env")] : [];
        return [await storedState(stack.name, stack.workspace.workDir), text, ...container].join("\n");
    };

    /** What the examples' programs said. */
    async showLogs(): Promise<void> {
        for (const stack of this.opened) {
            const name = (await stack.outputs()).containerName?.value;
            if (name) console.error((await execa("docker", ["logs", "--tail", "20", name], { all: true })).all);
        }
    }
}
