/** A program's account. */
import * as pulumi from "@pulumi/pulumi";
import type { AccountInputs, AccountOutputs } from "./account.ts";
import type { Options } from "./provider.ts";
import type { Inputs, Outputs } from "./resource.ts";

/** What is declared of a Bot. */
export interface BotInputs extends AccountInputs {
    /** Whether the server's rate limits on messages do not apply to the account. */
    unlimited: boolean;
    /** Token of the application service that the bot belongs to (as_token). Absent: the bot is an account of its own. Secret. */
    applicationServiceToken?: string;
    /**
     * Any other number gets the bot a new token. The one before stays valid until the next time, every earlier one ends. Of an
     * application service the token decides. Absent: 1.
     */
    tokenGeneration?: number;
}

/** What a program reads of a Bot. */
export interface BotOutputs extends AccountOutputs {
    /** User ID. */
    userId: string;
    /** Token that does not expire. Empty for a deactivated bot. Secret. */
    accessToken: string;
    /** Device that the token belongs to. Empty for an application service. */
    deviceId: string;
}

/**
 * A program's account, and a token for it. The provider must act as a server admin and have registrationSharedSecret and passwordSeed.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { Bot, MatrixProvider } from "matrix-synapse/provider";
 *
 * const config = new pulumi.Config();
 * const provider = new MatrixProvider("matrix", {
 *     homeserverUrl: "http://127.0.0.1:8008",
 *     accessToken: config.requireSecret("accessToken"),
 *     registrationSharedSecret: config.requireSecret("registrationSharedSecret"),
 *     passwordSeed: config.requireSecret("passwordSeed"),
 * });
 * const notifier = new Bot(
 *     "notifier",
 *     { userId: "@notifier:example.org", unlimited: true, admin: false, deactivated: false, onDelete: "deactivate" },
 *     { provider },
 * );
 * export const token = notifier.accessToken;
 * ```
 */
export class Bot extends pulumi.CustomResource implements Outputs<BotOutputs> {
    declare readonly userId: pulumi.Output<string>;
    declare readonly accessToken: pulumi.Output<string>;
    declare readonly deviceId: pulumi.Output<string>;
    declare readonly avatarUrl: pulumi.Output<string | undefined>;

    constructor(name: string, inputs: Inputs<BotInputs>, opts: Options) {
        super("matrix:index:Bot", name, { ...inputs, accessToken: undefined, deviceId: undefined, avatarUrl: undefined }, opts);
    }
}
