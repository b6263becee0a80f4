/** Accounts, of people and of bots. */

/** What happens to an account when its resource is deleted. */
export type AccountRemoval = "deactivate" | "erase";

/** Inputs that the accounts of people and of bots have in common. */
export interface AccountInputs {
    /** User ID with @ and server name. It cannot be changed later. */
    userId: string;
    /** Display name. Absent: left as it is. */
    displayName?: string;
    /** Picture: an mxc:// URI, or a file's path with the file's hash as avatarInput makes it. Absent: left as it is. */
    avatar?: string;
    /** Whether the account may use the server's admin API. */
    admin: boolean;
    /** Whether the account is deactivated (nobody can sign in). */
    deactivated: boolean;
    /** What happens to the account when the resource is deleted. erase: also hides its messages from people who join later. */
    onDelete: AccountRemoval;
}

/** Outputs that the accounts of people and of bots have in common. */
export interface AccountOutputs {
    /** The picture on the server: an mxc:// URI. */
    avatarUrl?: string;
}
