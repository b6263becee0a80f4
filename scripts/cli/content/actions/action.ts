/** The shape of an action of `content execute`. */
import type { Command } from "commander";
import type { z } from "zod";
import { Failure } from "../../../project/failure.ts";
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

/** An action without a sign-in, which works while the server is down. */
export function stackAction<T>(
    summary: string,
    schema: z.ZodType<T>,
    run: (deployed: DeployedStack, options: T) => Promise<ActionResult>,
): Action {
    return prepared(summary, schema, (options) => (command) => onStack(command, (deployed) => run(deployed, options)));
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
