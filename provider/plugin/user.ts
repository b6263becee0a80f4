/** A person's account. */

import { firstPassword } from "../../matrix/firstPassword.ts";
import { answered, connect } from "../../scripts/content/client.ts";
import type { Session } from "../../scripts/content/session.ts";
import { signInWith } from "../../scripts/content/signIn.ts";
import type { UserInputs, UserOutputs } from "../resources/user.ts";
import { changeOf, liveAccount, removeAccount, save } from "./account.ts";
import type { Kind } from "./kind.ts";

export const user: Kind<UserInputs, UserOutputs> = {
    async create(session, inputs) {
        const { userId, deactivated } = inputs;
        const known = (await session.accounts()).get(userId);
        const password = passwordFor(session, inputs);
        const { change, avatarUrl } = await changeOf(session, { ...inputs, deactivated: known ? deactivated : false }, known ?? {}, {});
        // An existing account keeps its password, unless the declaration gives one.
        const given = !known || inputs.password !== undefined || (known.deactivated && !deactivated);
        await save(session, userId, { ...change, ...(given && { password }) });
        if (!known && deactivated) await save(session, userId, { deactivated });
        const ours = given || (await opens(session, userId, password));
        return { id: userId, outputs: { ...(ours ? {} : { adopted: true }), avatarUrl } };
    },

    async read(session, id, inputs, outputs) {
        const live = (await session.accounts()).get(id);
        return live && { inputs: liveAccount(inputs, outputs, live), outputs };
    },

    async update(session, id, inputs, before, outputs) {
        const { change, avatarUrl } = await changeOf(session, inputs, before, outputs);
        let { adopted } = outputs;
        const another = inputs.password !== undefined && inputs.password !== before.password;
        // Deactivation forgets the password; nobody could sign in without a new one.
        if (another || (before.deactivated && !inputs.deactivated)) {
            change.password = passwordFor(session, inputs);
            adopted = undefined;
        }
        await save(session, id, change);
        return { adopted, avatarUrl };
    },

    async delete(session, _id, inputs) {
        if (await session.administration.account(inputs.userId)) await removeAccount(session, inputs);
    },
};

function passwordFor(session: Session, { userId, password }: UserInputs): string {
    const { passwordSeed } = session.config;
    if (password !== undefined) return password;
    if (passwordSeed === undefined) throw new Error("a user needs a password, or a provider with passwordSeed");
    return firstPassword(passwordSeed, userId);
}

/** Whether an existing account has this password: then an earlier run of this program created it, and was interrupted. */
async function opens(session: Session, userId: string, password: string): Promise<boolean> {
    const { homeserverUrl } = session.config;
    try {
        const token = await signInWith(connect(homeserverUrl, "", 0), userId, password, "MATRIX_AS_CODE_CHECK");
        await session.as(token).client.doRequest("POST", "/_matrix/client/v3/logout");
        return true;
    } catch (error) {
        // A limit on sign-ins says neither; no password in the outputs is better than a wrong one.
        if (answered(error, "M_FORBIDDEN") || answered(error, "M_LIMIT_EXCEEDED") || answered(error, "M_USER_DEACTIVATED")) return false;
        throw error;
    }
}
