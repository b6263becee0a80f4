/** A person's account. */
import { findAccount } from "../scripts/content/accounts.ts";
import { answered, connect } from "../scripts/content/client.ts";
import { signInWith } from "../scripts/content/signIn.ts";
import { type AccountInputs, type AvatarOutput, changeOf, liveAccount, removeAccount, save } from "./account.ts";
import type { Kind } from "./kind.ts";
import type { Session } from "./session.ts";

export interface UserInputs extends AccountInputs {
    /** The first password; absent: a generated one. Secret. */
    password?: string;
}

export interface UserOutputs extends AvatarOutput {
    /** The first password; empty for an account that was there before. People may change theirs. Secret. */
    firstPassword: string;
}

export const user: Kind<UserInputs, UserOutputs> = {
    computed: ["firstPassword", "avatarUrl"],
    secret: ["password", "firstPassword"],
    identity: ["userId"],

    async create(session, inputs) {
        const { userId, deactivated } = inputs;
        const known = (await session.accounts()).get(userId);
        const password = inputs.password ?? session.passwordOf(userId) ?? "";
        const { change, avatarUrl } = await changeOf(session, { ...inputs, deactivated: known ? deactivated : false }, known ?? {}, {});
        // Whoever was there before keeps their password, unless the declaration gives one.
        const given = !known || inputs.password !== undefined || (known.deactivated && !deactivated);
        await save(session, userId, { ...change, ...(given && { password }) });
        if (!known && deactivated) await save(session, userId, { deactivated });
        const firstPassword = given || (await opens(session, userId, password)) ? password : "";
        return { id: userId, outputs: { firstPassword, avatarUrl } };
    },

    async read(session, id, inputs, outputs) {
        const live = (await session.accounts()).get(id);
        return live && { inputs: liveAccount(inputs, outputs, live), outputs };
    },

    async update(session, id, inputs, before, outputs) {
        const { change, avatarUrl } = await changeOf(session, inputs, before, outputs);
        let { firstPassword } = outputs;
        const another = inputs.password !== undefined && inputs.password !== before.password;
        // Deactivation forgets the password; nobody could sign in without a new one.
        if (another || (before.deactivated && !inputs.deactivated)) {
            firstPassword = inputs.password ?? (firstPassword || session.passwordOf(id) || "");
            change.password = firstPassword;
        }
        await save(session, id, change);
        return { firstPassword, avatarUrl };
    },

    async delete(session, _id, inputs) {
        if (await findAccount(session.client, inputs.userId)) await removeAccount(session, inputs);
    },
};

/** Whether an account that was there before has this password: then an earlier run of this program made it, and was cut off. */
async function opens(session: Session, userId: string, password: string): Promise<boolean> {
    const { homeserverUrl } = session.config;
    try {
        const token = await signInWith(connect(homeserverUrl, "", 0), userId, password, "MATRIX_AS_CODE_CHECK");
        await session.as(token).doRequest("POST", "/_matrix/client/v3/logout");
        return true;
    } catch (error) {
        // The limit on sign-ins is no answer; better no password in the outputs than a wrong one.
        if (answered(error, "M_FORBIDDEN") || answered(error, "M_LIMIT_EXCEEDED") || answered(error, "M_USER_DEACTIVATED")) return false;
        throw error;
    }
}
