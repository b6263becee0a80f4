/** One run's connection to a homeserver. */
import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import { type Account, listAccounts } from "../../scripts/content/accounts.ts";
import { connect, NoAnswer, reason } from "../../scripts/content/client.ts";

export interface ProviderConfig {
    /** Base URL of the client and admin API. */
    homeserverUrl: string;
    /** Whose account acts; absent for the resource that makes the first account. Secret. */
    accessToken?: string;
    /** Synapse: registration_shared_secret. Makes bots and the administrator. Secret. */
    registrationSharedSecret?: string;
    /** First passwords are derived from it, so that a run that was cut off leads to the same ones. Secret. */
    passwordSeed?: string;
}

/** Long enough for a busy server, short enough that a preview of a dead one is still quick. In milliseconds. */
const lookPatience = 10_000;

export class Session {
    readonly client: MatrixClient;
    private accountsKnown: Promise<Map<string, Account>> | undefined;
    private looked: Promise<string | undefined> | undefined;
    private warned = false;

    constructor(
        readonly config: ProviderConfig,
        readonly warn: (message: string) => void,
        /** How long a request is tried again, in milliseconds. */
        private readonly patience = 60_000,
    ) {
        this.client = this.as(config.accessToken ?? "");
    }

    /** A client with another token. */
    as(accessToken: string): MatrixClient {
        return connect(this.config.homeserverUrl, accessToken, this.patience);
    }

    /** All accounts, asked for once a run. What this run changes itself, it knows. */
    accounts(): Promise<Map<string, Account>> {
        this.accountsKnown ??= listAccounts(this.client);
        return this.accountsKnown;
    }

    /** @returns whether the server's state can be looked at; if not, one warning says why */
    async canLook(): Promise<boolean> {
        this.looked ??= this.obstacle().then((why) => {
            if (why) this.warnOfBlindness(why);
            return why;
        });
        return (await this.looked) === undefined;
    }

    /** What a server that is unwell answers to a look is no drift. @throws what is no sign of that */
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

    private readonly uploads = new Map<string, Promise<string>>();

    /**
     * @param avatar an mxc:// URI, or a path with the picture's hash: see avatarInput
     * @returns the mxc:// URI; a picture is uploaded once a run
     */
    mediaOf(avatar: string): Promise<string> {
        if (avatar.startsWith("mxc://")) return Promise.resolve(avatar);
        const known = this.uploads.get(avatar);
        if (known) return known;
        const upload = this.upload(avatar);
        this.uploads.set(avatar, upload);
        return upload;
    }

    private async upload(avatar: string): Promise<string> {
        const path = avatar.replace(/ sha256:[0-9a-f]+$/, "");
        const picture = await readFile(path);
        const types: Record<string, string> = { ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp" };
        return this.client.uploadContent(picture, types[extname(path).toLowerCase()] ?? "image/jpeg", basename(path));
    }
}

/** No answer, or the word of a server that its database or its workers are not there. */
function isUnwell(error: unknown): boolean {
    return error instanceof NoAnswer || (error instanceof MatrixError && error.statusCode >= 500);
}
