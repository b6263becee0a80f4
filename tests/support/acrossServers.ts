/** People of several servers in one room, and what their servers say of it. */
import assert from "node:assert/strict";
import { execa } from "execa";
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import { stackPrefix } from "../../components/platform/docker/labels.ts";
import type { SettingsInput } from "../../components/settings/schema/index.ts";
import { connect } from "../../scripts/content/client.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { project } from "../../scripts/project/checkout.ts";
import { eventually } from "./docker.ts";
import type { Mesh } from "./mesh.ts";
import type { StackOutputs } from "./stack.ts";

/** The administrator of one server, signed in. What the server answers is not asked for twice. */
export async function personOf({ clientUrl, adminUserId, adminPassword }: StackOutputs): Promise<MatrixClient> {
    return connect(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS"), 0);
}

/** One says something, and the others' servers have it. @throws after 20 s */
export async function isHeard(speaker: MatrixClient, roomId: string, listeners: MatrixClient[]): Promise<void> {
    const body = `Hello at ${new Date().toISOString()}`;
    const eventId = await speaker.sendMessage(roomId, { msgtype: "m.text", body });
    for (const listener of listeners) {
        const event = await eventually("the message at the other server", 20_000, () => listener.getRawEvent(roomId, eventId));
        assert.equal(event.content.body, body);
    }
}

export function profileOf(asker: MatrixClient, userId: string): Promise<{ displayname?: string }> {
    return asker.doRequest("GET", `/_matrix/client/v3/profile/${encodeURIComponent(userId)}`);
}

/** Status, code and text of what the server refuses. @throws if it does not */
export async function refusal(asked: Promise<unknown>): Promise<string> {
    try {
        await asked;
    } catch (error) {
        if (!(error instanceof MatrixError)) throw error;
        return `${error.statusCode} ${error.errcode}: ${error.error}`;
    }
    assert.fail("it was not refused");
}

/** All that a container has written. */
export async function logOf(stackName: string, role: string): Promise<string> {
    return (await execa("docker", ["logs", `${stackPrefix(project, stackName)}-${role}`], { all: true, maxBuffer: 50_000_000 })).all;
}

/**
 * Brings up a mesh's servers at once.
 * @param settings of each, from the first on
 * @throws what the first that failed says, when none is under way any more
 */
export async function upTogether(meeting: Mesh, settings: Partial<SettingsInput>[]): Promise<StackOutputs[]> {
    const ended = await Promise.allSettled(settings.map((overrides, index) => meeting.up(index + 1, overrides)));
    return ended.map((one) => {
        if (one.status === "rejected") throw one.reason;
        return one.value;
    });
}
