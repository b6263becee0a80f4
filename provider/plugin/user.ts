/** A person's account. */

import { firstPassword } from "../../matrix/firstPassword.ts";
import type { AccountDetails } from "../../scripts/content/administration/administration.ts";
import type { Session } from "../../scripts/content/session.ts";
import { tryPassword } from "../../scripts/content/signIn.ts";
import type { UserInputs, UserOutputs } from "../resources/user.ts";
import { changeOf, faultsInAccount, liveAccount, removeAccount, save } from "./account.ts";
import { assertAdoptable, assertNotErased } from "./accountState.ts";
import type { Kind } from "./kind.ts";

export const user: Kind<UserInputs, UserOutputs> = {
    faults: faultsInAccount,
    renewed: (before, inputs) => (before.password !== inputs.password || reactivated(before, inputs) ? ["adopted"] : []),

    async foresee(session, inputs, before) {
        if (before) await assertStillOurs(session, inputs, before);
        else await adoptable(session, inputs);
    },

    async create(session, inputs) {
        const { userId, deactivated } = inputs;
        const known = await adoptable(session, inputs);
        const { change, avatarUrl } = await changeOf(session, { ...inputs, deactivated: known ? deactivated : false }, known ?? {}, {});
        // An existing account keeps its password, unless the declaration gives one. A deactivated one has none.
        const given = !known || (!deactivated && (inputs.password !== undefined || known.deactivated));
        await save(session, userId, { ...change, ...(given && { password: passwordFor(session, inputs) }) });
        if (!known && deactivated) await save(session, userId, { deactivated });
        const ours = given || deactivated || (await isOurs(session, inputs));
        return { id: userId, outputs: { ...(ours ? {} : { adopted: true }), avatarUrl } };
    },

    async read(session, id, inputs, outputs) {
        const live = await session.listed(id);
        return live && { inputs: liveAccount(inputs, outputs, live), outputs };
    },

    async update(session, id, inputs, before, outputs) {
        await assertStillOurs(session, inputs, before);
        const { change, avatarUrl } = await changeOf(session, inputs, before, outputs);
        let { adopted } = outputs;
        const another = inputs.password !== undefined && inputs.password !== before.password && !inputs.deactivated;
        // Deactivation forgets the password; nobody could sign in without a new one.
        if (another || reactivated(before, inputs)) {
            change.password = passwordFor(session, inputs);
            adopted = undefined;
        } else if (before.password !== undefined && inputs.password === undefined) {
            // The account keeps the password that was given; the generated one has never been its own.
            adopted = true;
        }
        await save(session, id, change);
        return { adopted, avatarUrl };
    },

    async delete(session, _id, inputs) {
        if (await session.administration.account(inputs.userId)) await removeAccount(session, inputs);
    },
};

/** @returns the account, if it exists. @throws Error if it exists in a state in which it cannot be this one */
async function adoptable(session: Session, inputs: UserInputs): Promise<AccountDetails | undefined> {
    const { userId } = inputs;
    // The list of all accounts is asked for once, and leaves out guests, whose names are numbers.
    const listed = (await session.listed(userId)) !== undefined || /^@\d+:/.test(userId);
    const known = listed ? await session.account(userId) : undefined;
    if (known) assertAdoptable(session, inputs, "user", known);
    return known;
}

function reactivated(before: UserInputs, inputs: UserInputs): boolean {
    return before.deactivated && !inputs.deactivated;
}

async function assertStillOurs(session: Session, inputs: UserInputs, before: UserInputs): Promise<void> {
    if (!reactivated(before, inputs)) return;
    const live = await session.account(inputs.userId);
    if (live) assertNotErased(inputs.userId, live);
}

function passwordFor(session: Session, { userId, password }: UserInputs): string {
    const { passwordSeed } = session.config;
    if (password !== undefined) return password;
    if (passwordSeed === undefined) throw new Error("a user needs a password, or a provider with passwordSeed");
    return firstPassword(passwordSeed, userId);
}

/** Whether an existing account has the generated password: then an earlier run of this program created it, and was interrupted. */
async function isOurs(session: Session, inputs: UserInputs): Promise<boolean> {
    if (session.config.passwordSeed === undefined) return false;
    const answer = await tryPassword(session.config.homeserverUrl, inputs.userId, passwordFor(session, inputs));
    // A limit on sign-ins says neither; no password in the outputs is better than a wrong one.
    if (answer === "fits" || answer === "fits, but the account is locked") return true;
    if (answer === "does not fit" && !(await session.administration.hasPassword(inputs.userId)))
        session.warn(`${inputs.userId} existed before and has no password; declare one if its owner is to sign in by password`);
    return false;
}
