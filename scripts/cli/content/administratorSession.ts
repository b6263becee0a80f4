// The administrator's device of the command line.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { answered, connect } from "../../content/client.ts";
import { signInWith, whoIs } from "../../content/signIn.ts";
import { stateDir } from "../../project/checkout.ts";
import { Failure } from "../../project/failure.ts";
import type { StackOutputs } from "../../project/stacks.ts";
import { seal, unseal } from "./cipher.ts";

const sessionShape = z.object({ userId: z.string(), deviceId: z.string(), accessToken: z.string() });
export type AdministratorSession = z.infer<typeof sessionShape>;

/**
 * Signs in, or goes on with the session of the command before: the server hashes the password at each sign-in, and takes
 * only one in 20 s of an account in the long run (Synapse: rc_login). The token is kept in .state/cli, sealed with the
 * administrator's password, which itself is read from the stack's outputs each time.
 */
export async function administratorSession(
    stack: string,
    homeserverUrl: string,
    { adminUserId: userId, adminPassword }: Pick<StackOutputs, "adminUserId" | "adminPassword">,
    patienceMilliseconds: number,
): Promise<AdministratorSession> {
    const file = join(stateDir, "cli", `${stack}.session`);
    const kept = readKept(file, adminPassword);
    if (kept?.userId === userId) {
        const known = await whoIs(connect(homeserverUrl, kept.accessToken, patienceMilliseconds));
        if (known?.userId === userId) return kept;
    }
    const deviceId = `CLI_${randomBytes(6).toString("hex").toUpperCase()}`;
    try {
        const accessToken = await signInWith(connect(homeserverUrl, "", patienceMilliseconds), userId, adminPassword, deviceId);
        const session = { userId, deviceId, accessToken };
        keep(file, seal(JSON.stringify(session), adminPassword));
        return session;
    } catch (error) {
        if (!answered(error, "M_FORBIDDEN")) throw error;
        throw new Failure(
            `the server does not take the password of ${userId} that the stack's outputs name; was it changed by hand? run: pulumi up`,
        );
    }
}

function readKept(file: string, secret: string): AdministratorSession | undefined {
    const text = existsSync(file) ? unseal(readFileSync(file), secret) : undefined;
    if (text === undefined) return undefined;
    const { success, data } = sessionShape.safeParse(JSON.parse(text));
    return success ? data : undefined;
}

function keep(file: string, sealed: Buffer): void {
    mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, sealed, { mode: 0o600 });
    renameSync(temporary, file);
}
