/** What a server's administrator can do beyond Matrix's own client API. Each homeserver program has its own API for it. */
import type { MatrixClient } from "matrix-bot-sdk";

/** An account as the server has it. */
export interface Account {
    displayName?: string;
    /** mxc:// URI */
    avatarUrl?: string;
    admin: boolean;
    deactivated: boolean;
    /** Deactivated in such a way that people who join later do not see its messages. Reactivation takes that back. */
    erased: boolean;
    /** Whether the server refuses its sign-ins and its tokens, until it is unlocked. Its password stays. */
    locked: boolean;
    /** Whether its messages reach nobody, though the server tells it that they do. */
    shadowBanned: boolean;
    guest: boolean;
    /** Whether the server has it marked as a bot. */
    bot: boolean;
}

/** What the server tells of one account only, not of all of them. */
export interface AccountDetails extends Account {
    /** Whether it may read and leave rooms, and do nothing else. */
    suspended: boolean;
    /** ID of the application service that it belongs to. */
    applicationService?: string;
    /** Whether it signs in by another service, such as OpenID Connect. */
    singleSignOn: boolean;
}

/** A change of an account; what is absent stays. */
export interface AccountChange {
    displayName?: string;
    avatarUrl?: string;
    admin?: boolean;
    deactivated?: boolean;
    password?: string;
    /** Marks it as a bot. */
    bot?: true;
}

/** An account to register. */
export interface Registration {
    /** The part of the user ID between @ and the colon. */
    name: string;
    password: string;
    admin: boolean;
    /** The server's registration secret. */
    secret: string;
}

/** A new account's device, and the token that is tied to it. */
export interface Registered {
    accessToken: string;
    deviceId: string;
}

/** A room as the server lists it. */
export interface RoomSummary {
    roomId: string;
    space: boolean;
    name?: string;
    /** Its canonical alias. */
    alias?: string;
    /** Number of members who have joined. */
    members: number;
    encrypted: boolean;
    /** Whether the directory lists it. */
    public: boolean;
}

/** An event of a room's state, as the server stores it. */
export interface StoredEvent {
    type: string;
    state_key?: string;
    sender: string;
    event_id: string;
    content: Record<string, unknown>;
}

/** Every call throws MatrixError M_FORBIDDEN for an account that is no server admin, unless it says otherwise. */
export interface Administration {
    /** Whether the account is a server admin, and the admin API is served where it connects: a gateway does not pass it on. Asked once. */
    permitted(): Promise<boolean>;
    /** Whether {@link accounts} tells all that there are. Otherwise it tells those that this program made, and {@link account} any. */
    readonly listsAccounts: boolean;
    /** Whether the server itself creates the account of an application service when it reads its registration. */
    readonly makesServiceAccounts: boolean;
    /** Accounts by user ID, deactivated and locked ones too, guests left out. */
    accounts(): Promise<Map<string, Account>>;
    /** @returns undefined if there is no such account */
    account(userId: string): Promise<AccountDetails | undefined>;
    /** Whether there is a password that opens the account. */
    hasPassword(userId: string): Promise<boolean>;
    /** Creates the account or changes it. */
    save(userId: string, change: AccountChange): Promise<void>;
    /** @param erase also hides its messages from people who join later (GDPR) */
    deactivate(userId: string, erase: boolean): Promise<void>;
    /**
     * Creates an account and signs it in, outside the limits on sign-ins. The secret permits it; no admin is needed.
     * @returns undefined if the account exists
     */
    register(registration: Registration): Promise<Registered | undefined>;
    /** Whether the server's rate limits on messages do not apply to the account. @returns undefined where its configuration alone says so */
    isUnlimited(userId: string): Promise<boolean | undefined>;
    setUnlimited(userId: string, unlimited: boolean): Promise<void>;
    suspend(userId: string, suspended: boolean): Promise<void>;
    shadowBan(userId: string, banned: boolean): Promise<void>;
    /** Deletes all devices. @returns how many there were */
    signOut(userId: string): Promise<number>;
    /**
     * @param milliseconds for which it is needed
     * @param connected makes a client from a token. Default: one that retries for a minute
     * @returns a client that acts as the account, without a device
     */
    actAs(userId: string, milliseconds: number, connected?: (accessToken: string) => MatrixClient): Promise<MatrixClient>;

    rooms(): Promise<RoomSummary[]>;
    /** @throws MatrixError M_NOT_FOUND if there is no such room */
    room(roomId: string): Promise<RoomSummary>;
    /** The state of a room that the acting account need not be in. @returns undefined if there is no such room */
    roomState(roomId: string): Promise<StoredEvent[] | undefined>;
    /** Brings an account of this server into a room that the acting account is in. */
    join(roomId: string, userId: string): Promise<void>;
    /** Deletes a room with everything said in it, and waits until that is done. */
    purge(roomId: string): Promise<void>;
}
