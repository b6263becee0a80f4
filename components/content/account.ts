/** A user or a bot. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { AccountRequest } from "../../scripts/content/account.ts";
import type { Homeserver } from "../homeserver/homeserver.ts";
import type { Administrator } from "./administrator.ts";
import { contentCommand } from "./contentCommand.ts";

export interface AccountArgs {
    /** Part of the user ID between @ and the colon. */
    name: string;
    /** The part of user IDs after the colon. */
    serverName: string;
    /** Profile: displayname; absent: left as it is. */
    displayName?: string;
    /** Whether it may use Synapse's admin API. */
    admin: boolean;
    /** Whether it gets a durable access token. */
    bot: boolean;
    /** Whose token is used. */
    administrator: Administrator;
    /** The homeserver it is brought to; must answer first. */
    homeserver: Homeserver;
}

export class Account extends pulumi.ComponentResource {
    readonly userId: string;
    /** The first password; a person may change it. Secret. */
    readonly password: pulumi.Output<string>;
    /** A bot's durable token, otherwise empty. Secret. */
    readonly accessToken: pulumi.Output<string>;
    readonly ready: pulumi.Resource;

    constructor(resourceName: string, args: AccountArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:content:Account", resourceName, {}, opts);
        const { name, serverName, displayName, admin, bot, administrator, homeserver } = args;
        const request: AccountRequest = { userId: `@${name}:${serverName}`, displayName, admin, bot };
        const password = new random.RandomPassword(`${resourceName}-password`, { length: 24, special: false }, { parent: this });
        const account = contentCommand(
            resourceName,
            {
                script: "account",
                secretAnswer: true,
                homeserver,
                request,
                secrets: { accessToken: administrator.accessToken, password: password.result },
            },
            { parent: this },
        );
        this.userId = request.userId;
        this.password = password.result;
        this.accessToken = account.answer("accessToken");
        this.ready = account.resource;
        this.registerOutputs({ userId: this.userId });
    }
}
