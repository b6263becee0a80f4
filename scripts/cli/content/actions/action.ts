// What an action of `content execute` is.
import type { z } from "zod";
import { Failure } from "../../failure.ts";
import type { SecretOptions } from "../secretAnswer.ts";
import type { Server } from "../server.ts";

export interface ActionResult {
    /** For people. */
    line: string;
    result: Record<string, unknown>;
}

export interface SecretAnswer extends SecretOptions {
    /** Gives a secret to the file that --save-secret names, if any. */
    write(secret: string): void;
}

export interface Action {
    /** What it does and with which options. */
    summary: string;
    /** @throws Failure for options that it does not take */
    prepare(options: Record<string, unknown>): (server: Server, secrets: SecretAnswer) => Promise<ActionResult>;
}

export function action<T>(
    summary: string,
    schema: z.ZodType<T>,
    run: (server: Server, options: T, secrets: SecretAnswer) => Promise<ActionResult>,
): Action {
    return {
        summary,
        prepare(options) {
            const { success, data, error } = schema.safeParse(options);
            if (success) return (server, secrets) => run(server, data, secrets);
            const faults = error.issues.map(({ path, message }) => `${path.length > 0 ? `${path.join(".")}: ` : ""}${message}`);
            throw new Failure(`--options: ${faults.join("; ")}. It takes: ${summary}`);
        },
    };
}
