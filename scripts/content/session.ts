/** One run of the plugin against a homeserver: what it has asked already, and whether the server is well enough to be asked. */
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import type { ProviderConfig } from "../../provider/resources/provider.ts";
import { type Access, accessBy } from "./access.ts";
import type { Account, AccountDetails, Administration } from "./administration/administration.ts";
import { answered, connect, isUnknownEndpoint, NoAnswer, reason } from "./client.ts";
import { mediaOf } from "./media.ts";

/** Milliseconds for the first look: enough for a busy server, and a preview of a dead one is still quick. */
const lookPatience = 10_000;

export class Session implements Access {
    readonly client: MatrixClient;
    readonly administration: Administration;
    /** Names of the resources that the state has the accounts and rooms as, by ID, as far as it was looked at in this run. */
    readonly held = new Map<string, string>();
    private accountsKnown: Promise<Map<string, Account>> | undefined;
    private looked: Promise<string | undefined> | undefined;
    private warned = false;
    private acting: Promise<string> | undefined;
    private readonly uploads = new Map<string, Promise<string>>();

    constructor(
        readonly config: ProviderConfig,
        readonly warn: (message: string) => void,
        /** Milliseconds for which a request is retried. */
        private readonly patience = 60_000,
    ) {
        const { client, administration } = this.as(config.accessToken ?? "");
        this.client = client;
        this.administration = administration;
    }

    /** Access by another account's token. */
    as(accessToken: string): Access {
        return accessBy(connect(this.config.homeserverUrl, accessToken, this.patience), this.config);
    }

    /** All accounts, asked for once. What this run changes itself, it knows. */
    accounts(): Promise<Map<string, Account>> {
        this.accountsKnown ??= this.asServerAdmin(this.administration.accounts());
        return remembered(this.accountsKnown, () => {
            this.accountsKnown = undefined;
        });
    }

    /** What the server's list tells of an account, which is asked for once; where there is no list, the account as it is now. */
    async listed(userId: string): Promise<Account | undefined> {
        return this.administration.listsAccounts ? (await this.accounts()).get(userId) : this.account(userId);
    }

    /** An account as it is now. @returns undefined if there is no such account */
    account(userId: string): Promise<AccountDetails | undefined> {
        return this.asServerAdmin(this.administration.account(userId));
    }

    private async asServerAdmin<T>(asking: Promise<T>): Promise<T> {
        try {
            return await asking;
        } catch (error) {
            if (answered(error, "M_FORBIDDEN"))
                throw new Error(
                    "only a server admin can declare accounts, and the provider's accessToken is not of one; make its account one (docs/accounts.md), or give a server admin's token",
                );
            if (isUnknownEndpoint(error))
                throw new Error(
                    `accounts are declared by the admin API, which ${this.config.homeserverUrl} does not pass on; give the provider the homeserver's plain port (homeserver.port), such as http://127.0.0.1:8008`,
                );
            throw error;
        }
    }

    /** User ID of the account that acts. */
    self(): Promise<string> {
        this.acting ??= this.client.getUserId();
        return remembered(this.acting, () => {
            this.acting = undefined;
        });
    }

    /** @returns the picture's mxc:// URI; a file is uploaded once */
    mediaOf(avatar: string): Promise<string> {
        const known = this.uploads.get(avatar) ?? mediaOf(this.client, avatar);
        this.uploads.set(avatar, known);
        return remembered(known, () => this.uploads.delete(avatar));
    }

    /** @returns whether the server's state can be read; if not, one warning says why */
    async canLook(): Promise<boolean> {
        this.looked ??= this.obstacle().then((why) => {
            if (why) this.warnOfBlindness(why);
            return why;
        });
        const why = await remembered(this.looked, () => {
            this.looked = undefined;
        });
        return why === undefined;
    }

    /** Treats a failing server (no answer, 5xx) as "drift unknown" and warns once. @throws any other error */
    lookedInVain(error: unknown): void {
        if (!isUnwell(error)) throw error;
        this.warnOfBlindness(reason(error));
    }

    private warnOfBlindness(why: string): void {
        if (!this.warned) this.warn(`Drift was not looked at: ${why}. What is shown compares with the state of the last run.`);
        this.warned = true;
    }

    private async obstacle(): Promise<string | undefined> {
        const { homeserverUrl, accessToken } = this.config;
        const once = connect(homeserverUrl, accessToken ?? "", 0);
        const endpoint = accessToken ? "/_matrix/client/v3/account/whoami" : "/_matrix/client/versions";
        try {
            await once.doRequest("GET", endpoint, undefined, undefined, lookPatience);
            return undefined;
        } catch (error) {
            if (isUnwell(error)) return reason(error);
            const refused = refusedToken(error);
            if (refused === undefined) throw error;
            // In the server's own stack, the administrator gets another token in the same run.
            if (this.config.registrationSharedSecret) return refused;
            throw new Error(`${refused}; ${answered(error, "M_USER_LOCKED") ? unlock : renew}`);
        }
    }
}

const unlock = "a server admin can unlock it";
const renew = "run pulumi up in the server's own stack, which renews a bot's token, or give the provider another accessToken";

/** Why the server does not take the token of the account that acts, or undefined. */
function refusedToken(error: unknown): string | undefined {
    if (answered(error, "M_USER_LOCKED")) return "the account of the provider's accessToken is locked";
    return (error as { statusCode?: number }).statusCode === 401 ? "the server does not take the provider's accessToken" : undefined;
}

/** Whether the server gave no answer, or said that its database or its workers are not there. */
function isUnwell(error: unknown): boolean {
    return error instanceof NoAnswer || (error instanceof MatrixError && error.statusCode >= 500);
}

/** A failure is not remembered: the next who asks may have more luck. */
async function remembered<T>(asking: Promise<T>, forget: () => void): Promise<T> {
    try {
        return await asking;
    } catch (error) {
        forget();
        throw error;
    }
}
