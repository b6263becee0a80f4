/** One run of the plugin against a homeserver: what it has asked already, and whether the server is well enough to be asked. */
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import type { ProviderConfig } from "../../provider/resources/provider.ts";
import { type Access, accessBy } from "./access.ts";
import type { Account, Administration } from "./administration/administration.ts";
import { connect, NoAnswer, reason } from "./client.ts";
import { mediaOf } from "./media.ts";

/** Milliseconds for the first look: enough for a busy server, and a preview of a dead one is still quick. */
const lookPatience = 10_000;

export class Session implements Access {
    readonly client: MatrixClient;
    readonly administration: Administration;
    private accountsKnown: Promise<Map<string, Account>> | undefined;
    private looked: Promise<string | undefined> | undefined;
    private warned = false;
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
        return accessBy(connect(this.config.homeserverUrl, accessToken, this.patience));
    }

    /** All accounts, asked for once. What this run changes itself, it knows. */
    accounts(): Promise<Map<string, Account>> {
        this.accountsKnown ??= this.administration.accounts();
        return this.accountsKnown;
    }

    /** @returns the picture's mxc:// URI; a file is uploaded once */
    mediaOf(avatar: string): Promise<string> {
        const known = this.uploads.get(avatar) ?? mediaOf(this.client, avatar);
        this.uploads.set(avatar, known);
        return known;
    }

    /** @returns whether the server's state can be read; if not, one warning says why */
    async canLook(): Promise<boolean> {
        this.looked ??= this.obstacle().then((why) => {
            if (why) this.warnOfBlindness(why);
            return why;
        });
        return (await this.looked) === undefined;
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
            if ((error as { statusCode?: number }).statusCode === 401)
                return "the server no longer takes the token of the account that looks";
            throw error;
        }
    }
}

/** Whether the server gave no answer, or said that its database or its workers are not there. */
function isUnwell(error: unknown): boolean {
    return error instanceof NoAnswer || (error instanceof MatrixError && error.statusCode >= 500);
}
