/** The homeserver that a command of this group acts on. */

import type { Command } from "commander";
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import { z } from "zod";
import { type Access, accessBy } from "../../content/access.ts";
import { connect, NoAnswer, reason } from "../../content/client.ts";
import { Failure } from "../../project/failure.ts";
import { readSettings } from "../../project/stackFile.ts";
import { type StackOutputs, settingsFile, stackOf, stackOutputs } from "../../project/stacks.ts";
import { shortened } from "../../project/visible.ts";
import { within } from "../bound.ts";
import { type AdministratorSession, administratorSession } from "./administratorSession.ts";

/** A command must end within 60 s; the rest is for the process itself. */
const commandSeconds = 55;

export interface Server extends Access {
    stack: string;
    /** Base URL of the client and admin API on loopback. */
    url: string;
    /** The part of user IDs after the colon. */
    name: string;
    outputs: StackOutputs;
    /** By section; secrets are replaced by placeholders. */
    settings: Record<string, unknown>;
    /** The account that acts. */
    administrator: AdministratorSession;
    /** A client with another account's token. */
    as(accessToken: string): MatrixClient;
}

/** What is known about a stack without its homeserver, which may be down. */
export type DeployedStack = Pick<Server, "stack" | "name" | "outputs" | "settings">;

const portSetting = z.object({ port: z.int().min(1).max(65535) });

/**
 * @param seconds after which the command is given up
 * @throws Failure if the stack is not deployed
 */
export async function onStack<T>(command: Command, act: (deployed: DeployedStack) => Promise<T>, seconds = commandSeconds): Promise<T> {
    const stack = stackOf(command);
    return within(seconds, `"content ${command.name()}" on stack ${stack}`, async () => {
        const settings = readSettings(settingsFile(stack));
        const outputs = await stackOutputs(stack, 1, 30);
        return act({ stack, name: outputs.serverName, outputs, settings });
    });
}

/** @throws Failure, in one line, for any error of the server or the network */
export async function onServer<T>(command: Command, act: (server: Server) => Promise<T>): Promise<T> {
    const patience = command.optsWithGlobals<{ timeout: number }>().timeout * 1000;
    return onStack(command, async (deployed) => {
        const { stack, settings, outputs } = deployed;
        const homeserver = portSetting.safeParse(settings.homeserver);
        // The gateway does not expose the admin API; `pulumi up` uses this address, too.
        const url = `http://127.0.0.1:${homeserver.success ? homeserver.data.port : 8008}`;
        try {
            const administrator = await administratorSession(stack, url, outputs, patience);
            const as = (accessToken: string) => connect(url, accessToken, patience);
            return await act({
                ...deployed,
                url,
                ...accessBy(as(administrator.accessToken), outputs),
                administrator,
                as,
            });
        } catch (error) {
            throw asFailure(error, stack);
        }
    });
}

function asFailure(error: unknown, stack: string): unknown {
    if (error instanceof Failure) return error;
    if (error instanceof NoAnswer) return new Failure(`${error.message}; see: resource-matrix-synapse status --stack ${stack}`);
    if (error instanceof MatrixError) {
        const busy = error.statusCode === 429 ? "; the server limits how often this may be done: wait a minute and run it again" : "";
        return new Failure(`the server refused: ${shortened(reason(error))}${busy}`);
    }
    return error instanceof Error ? new Failure(shortened(error.message)) : error;
}
