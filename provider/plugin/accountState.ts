/** What the state of an account that exists means for its declaration. Docs: docs/accounts.md */
import type { Account, AccountDetails } from "../../scripts/content/administration/administration.ts";
import type { Session } from "../../scripts/content/session.ts";
import { heldAlready } from "./held.ts";

export interface Declared {
    userId: string;
    deactivated: boolean;
}

/** An account that exists and is declared for the first time. @throws Error that names its state and what to do */
export function assertAdoptable(session: Session, { userId, deactivated }: Declared, as: "user" | "bot", found: AccountDetails): void {
    const holder = session.held.get(userId);
    if (holder !== undefined) throw new Error(heldAlready(userId, holder, "deactivate it"));
    if (found.guest) throw new Error(`${userId} is a guest's account; declare another name`);
    if (found.applicationService !== undefined && as === "user")
        throw new Error(`${userId} belongs to the application service ${found.applicationService}; declare another name`);
    if (!deactivated) assertNotErased(userId, found);
}

/** Somebody's right to be forgotten is not taken back in passing. */
export function assertNotErased(userId: string, { deactivated, erased }: Account): void {
    if (deactivated && erased)
        throw new Error(
            `${userId} was erased, and to reactivate it would show its messages again to people who join later; declare deactivated: true, or another name`,
        );
}

export function lockedError(userId: string): Error {
    return new Error(
        `${userId} is locked, so the server gives no token for it; unlock it as a server admin (docs/accounts.md), or declare deactivated: true`,
    );
}

/** What keeps an account from doing its work without any error, or undefined. */
export function hindrance({ deactivated, locked, suspended, shadowBanned }: AccountDetails): string | undefined {
    if (deactivated) return undefined;
    if (locked) return "is locked: the server takes its token again once it is unlocked";
    if (suspended) return "is suspended: it can read and leave rooms, but not send";
    if (shadowBanned) return "is shadow-banned: nobody sees what it sends";
    return undefined;
}
