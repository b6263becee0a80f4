/** The administrator's device of the command line. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { answered, connect } from "../../content/client.ts";
import { signInWith, whoIs } from "../../content/signIn.ts";
import { stateDir } from "../../project/checkout.ts";
import { Failure } from "../../project/failure.ts";
import type { StackOutputs } from "../../project/stacks.ts";

const sessionShape = z.object({ userId: z.string(), deviceId: z.string(), accessToken: z.string() });
export type AdministratorSession = z.infer<typeof sessionShape>;

/**
 * Signs in, or continues the session of the command before: a sign-in costs the server a password hash, and it accepts only
 * one in 20 s from an account in the long run (Synapse: rc_login). The token is kept in .state/cli, in a file that only this
 * user can read, as the bots' keys beside it are.
 */
export async function administratorSession(
    stack: string,
    homeserverUrl: string,
    { adminUserId: userId, adminPassword }: Pick<StackOutputs, "adminUserId" | "adminPassword">,
    patienceMilliseconds: number,
): Promise<AdministratorSession> {
    const file = join(stateDir, "cli", `${stack}.session`);
    const kept = readKept(file);
    if (kept?.userId === userId) {
        const known = await whoIs(connect(homeserverUrl, kept.accessToken, patienceMilliseconds));
        if (known?.userId === userId) return kept;
    }
    const deviceId = `CLI_${randomBytes(6).toString("hex").toUpperCase()}`;
    try {
        const accessToken = await signInWith(connect(homeserverUrl, "", patienceMilliseconds), userId, adminPassword, deviceId);
        const session = { userId, deviceId, accessToken };
        keep(file, JSON.stringify(session));
        return session;
    } catch (error) {
        if (!answered(error, "M_FORBIDDEN")) throw error;
        throw new Failure(
            `the server does not take the password of ${userId} that the stack's outputs name; was it changed by hand? run: pulumi up`,
        );
    }
}

/** @returns undefined if there is none that can be read */
function readKept(file: string): AdministratorSession | undefined {
    try {
        return sessionShape.parse(JSON.parse(readFileSync(file, "utf8")));
    } catch {
        return undefined;
    }
}

function keep(file: string, text: string): void {
    mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, file);
}
