/** The shape of an action of `content execute`. */
import type { Command } from "commander";
import type { z } from "zod";
import { Failure } from "../../../project/failure.ts";
import { namedStack } from "../../../project/stacks.ts";
import type { SecretOptions } from "../secretAnswer.ts";
import { type DeployedStack, onServer, onStack, type Server } from "../server.ts";

export interface ActionResult {
    /** For people. */
    line: string;
    result: Record<string, unknown>;
    /** Why the command fails all the same, after the result was printed. */
    failure?: string;
}

export interface SecretAnswer extends SecretOptions {
    /** Writes a secret to the file that --save-secret names, if any. */
    write(secret: string): void;
}

export interface Action {
    /** What it does and with which options. */
    summary: string;
    /** Whether it is about a stack that is not there yet. */
    newStack?: boolean;
    /** @throws Failure for options that it does not take */
    prepare(options: Record<string, unknown>): (command: Command, secrets: SecretAnswer) => Promise<ActionResult>;
}

/** An action of the administrator on the server. */
export function action<T>(
    summary: string,
    schema: z.ZodType<T>,
    run: (server: Server, options: T, secrets: SecretAnswer) => Promise<ActionResult>,
): Action {
    return prepared(summary, schema, (options) => (command, secrets) => onServer(command, (server) => run(server, options, secrets)));
}

/**
 * An action without a sign-in, which works while the server is down.
 * @param seconds after which it is given up. Default: as the other commands
 */
export function stackAction<T>(
    summary: string,
    schema: z.ZodType<T>,
    run: (deployed: DeployedStack, options: T) => Promise<ActionResult>,
    seconds?: number,
): Action {
    return prepared(summary, schema, (options) => (command) => onStack(command, (deployed) => run(deployed, options), seconds));
}

/** An action that makes a stack. It takes as long as there is to restore. */
export function newStackAction<T>(
    summary: string,
    schema: z.ZodType<T>,
    run: (stack: string, options: T) => Promise<ActionResult>,
): Action {
    const start = (options: T) => async (command: Command) => {
        const stack = namedStack(command);
        if (stack === undefined) throw new Failure("--stack is missing: the name that the stack had");
        return run(stack, options);
    };
    return { ...prepared(summary, schema, start), newStack: true };
}

function prepared<T>(summary: string, schema: z.ZodType<T>, start: (options: T) => ReturnType<Action["prepare"]>): Action {
    return {
        summary,
        prepare(options) {
            const { success, data, error } = schema.safeParse(options);
            if (success) return start(data);
            const faults = error.issues.map(({ path, message }) => `${path.length > 0 ? `${path.join(".")}: ` : ""}${message}`);
            throw new Failure(`--options: ${faults.join("; ")}. It takes: ${summary}`);
        },
    };
}
