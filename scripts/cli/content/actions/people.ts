/** Help for a person who lost a device or a password. */
import { z } from "zod";
import { own } from "../../../../components/settings/own.ts";
import { Failure } from "../../../project/failure.ts";
import { quoted } from "../../../project/visible.ts";
import { generatedPassword } from "../create.ts";
import { readPassword } from "../entryFile.ts";
import { userIdOf } from "../names.ts";
import { assertAcceptable } from "../passwordPolicy.ts";
import type { Server } from "../server.ts";
import { action } from "./action.ts";

export const signOutEverywhere = action(
    'ends all sessions of a user: {"user": "alice"}',
    z.strictObject({ user: z.string() }),
    async (server, { user }) => {
        const userId = await person(server, user);
        const sessions = await server.administration.signOut(userId);
        return { line: `${userId} is signed out of ${sessions} sessions`, result: { userId, sessions } };
    },
);

export const resetPassword = action(
    'gives a user a new password: {"user": "alice", "passwordFile": "…"}; without a file one is generated, see --save-secret and --show-secrets',
    z.strictObject({ user: z.string(), passwordFile: z.string().optional() }),
    async (server, { user, passwordFile }, { write, showSecrets, saveSecret }) => {
        if (passwordFile === undefined && !showSecrets && saveSecret === undefined) {
            throw new Failure("the generated password would be lost; add --save-secret FILE or --show-secrets, or give passwordFile");
        }
        const userId = await person(server, user);
        const password = passwordFile === undefined ? generatedPassword() : await readPassword("passwordFile", passwordFile);
        await assertAcceptable(server.client, userId, password);
        await server.administration.save(userId, { password });
        if (passwordFile === undefined) write(password);
        const shown = passwordFile === undefined && showSecrets;
        return { line: `${userId} has a new password${shown ? `: ${password}` : ""}`, result: { userId, ...(shown && { password }) } };
    },
);

/** Refuses the stack's own accounts: its outputs would no longer be true. */
async function person(server: Server, typed: string): Promise<string> {
    const { outputs } = server;
    const userId = own(outputs.users, typed)?.userId ?? own(outputs.bots, typed)?.userId ?? userIdOf(typed, server.name);
    const acting = [outputs.adminUserId, ...Object.values(outputs.bots).map((bot) => bot.userId)];
    if (acting.includes(userId))
        throw new Failure(`${userId} is an account that the stack signs in as; its outputs would no longer be true`);
    const account = await server.administration.account(userId);
    if (!account || account.deactivated) throw new Failure(`there is no user ${quoted(typed)} on this server`);
    return userId;
}
