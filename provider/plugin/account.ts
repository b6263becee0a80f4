/** What users and bots have in common. */
import { type Account, type AccountChange, deactivateAccount, saveAccount } from "../../scripts/content/accounts.ts";
import { answered, reason } from "../../scripts/content/client.ts";
import type { Session } from "./session.ts";

export interface AccountInputs {
    userId: string;
    displayName?: string;
    /** An mxc:// URI, or a path with the picture's hash: see avatarInput. */
    avatar?: string;
    admin: boolean;
    deactivated: boolean;
    onDelete: "deactivate" | "erase";
}

export interface AvatarOutput {
    /** What the declared picture became on the server: an mxc:// URI. */
    avatarUrl?: string;
}

/** The declared values, with the server's in place of those that differ. What is not declared is not looked at. */
export function liveAccount<I extends AccountInputs>(inputs: I, outputs: AvatarOutput, live: Account): I {
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

/** What of the profile and rights is to be said to the server, as far as it differs from what is there. */
export async function changeOf(
    session: Session,
    inputs: AccountInputs,
    before: Partial<AccountInputs>,
    outputs: AvatarOutput,
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
    if (Object.keys(change).length === 0) return;
    try {
        await saveAccount(session.client, userId, change);
    } catch (error) {
        if (!answered(error, "M_EXCLUSIVE")) throw error;
        throw new Error(`${userId} is reserved by an application service (${reason(error)}); choose another name`);
    }
}

export async function removeAccount(session: Session, { userId, onDelete }: AccountInputs): Promise<void> {
    await deactivateAccount(session.client, userId, onDelete === "erase");
}
