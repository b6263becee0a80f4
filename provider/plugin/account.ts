/** What the accounts of people and of bots have in common. */
import type { Account, AccountChange, Registered, Registration } from "../../scripts/content/administration/administration.ts";
import { answered, reason } from "../../scripts/content/client.ts";
import type { Session } from "../../scripts/content/session.ts";
import type { AccountInputs, AccountOutputs } from "../resources/account.ts";
import type { KindFault } from "./kind.ts";
import { unknown } from "./wire.ts";

/** The declared values, with the server's in place of those that differ. Undeclared values are ignored. */
export function liveAccount<I extends AccountInputs>(inputs: I, outputs: AccountOutputs, live: Account): I {
    const { displayName, avatar, ...rest } = inputs;
    const liveAvatar = live.avatarUrl === outputs.avatarUrl ? avatar : live.avatarUrl;
    return {
        ...rest,
        ...(displayName !== undefined && live.displayName !== undefined && { displayName: live.displayName }),
        ...(avatar !== undefined && liveAvatar !== undefined && { avatar: liveAvatar }),
        admin: live.admin,
        deactivated: live.deactivated,
    } as I;
}

/** Another user ID is another account, and the end of the first one. */
export function faultsInAccount({ userId }: AccountInputs, before: AccountInputs | undefined): KindFault[] {
    if (before === undefined || before.userId === userId || userId.includes(unknown)) return [];
    const [was, is] = [before.userId, userId].map((id) => id.slice(1, id.indexOf(":")));
    return [
        {
            property: "userId",
            reason: `${before.userId} cannot become ${userId}: a user ID never changes, and the first account would be deactivated; set localpart back to ${was}, or declare ${is} as an entry of its own`,
        },
    ];
}

/** The part of the profile and the rights that differs from what the server has. */
export async function changeOf(
    session: Session,
    inputs: AccountInputs,
    before: Partial<AccountInputs>,
    outputs: AccountOutputs,
): Promise<{ change: AccountChange; avatarUrl?: string }> {
    const change: AccountChange = {};
    if (inputs.displayName !== undefined && inputs.displayName !== before.displayName) change.displayName = inputs.displayName;
    if (inputs.admin !== before.admin) change.admin = inputs.admin;
    if (inputs.deactivated !== (before.deactivated ?? false)) change.deactivated = inputs.deactivated;
    let avatarUrl = inputs.avatar === undefined ? undefined : outputs.avatarUrl;
    if (inputs.avatar !== undefined && inputs.avatar !== before.avatar) {
        avatarUrl = await session.mediaOf(inputs.avatar);
        change.avatarUrl = avatarUrl;
    }
    return { change, ...(avatarUrl !== undefined && { avatarUrl }) };
}

/** @throws Error that says what to do if the name belongs to an application service */
export async function save(session: Session, userId: string, change: AccountChange): Promise<void> {
    if (Object.keys(change).length > 0) await unreserved(userId, session.administration.save(userId, change));
}

/** @returns undefined if the account exists. @throws Error that says what to do if the name belongs to an application service */
export async function register(
    session: Session,
    userId: string,
    registration: Omit<Registration, "name">,
): Promise<Registered | undefined> {
    const name = userId.slice(1, userId.indexOf(":"));
    return unreserved(userId, session.administration.register({ name, ...registration }));
}

async function unreserved<T>(userId: string, asking: Promise<T>): Promise<T> {
    try {
        return await asking;
    } catch (error) {
        if (!answered(error, "M_EXCLUSIVE")) throw error;
        throw new Error(`${userId} is reserved by an application service (${reason(error)}); choose another name`);
    }
}

/** Leaves the account that the provider acts as: nobody could do anything after it. */
export async function removeAccount(session: Session, { userId, onDelete }: AccountInputs): Promise<void> {
    if (userId === (await session.self())) return;
    await session.administration.deactivate(userId, onDelete === "erase");
}
