/** A person's account. */
import * as pulumi from "@pulumi/pulumi";
import type { AccountInputs, AccountOutputs } from "./account.ts";
import type { Options } from "./provider.ts";
import type { Inputs, Outputs } from "./resource.ts";

/** What is declared of a User. */
export interface UserInputs extends AccountInputs {
    /** First password; people change theirs. Absent: derived from the provider's passwordSeed. Secret. */
    password?: string;
}

/** What a program reads of a User. */
export interface UserOutputs extends AccountOutputs {
    /** Whether the account has a password that is not known here: it existed before, or a given password is declared no more. */
    adopted?: boolean;
}

/**
 * A person's account. An account that exists is adopted and keeps its password. Needs a provider that acts as a server admin.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { MatrixProvider, User } from "matrix-synapse/provider";
 *
 * const config = new pulumi.Config();
 * const accessToken = config.requireSecret("accessToken");
 * const provider = new MatrixProvider("matrix", { homeserverUrl: "http://127.0.0.1:8008", accessToken });
 * new User(
 *     "alice",
 *     {
 *         userId: "@alice:example.org",
 *         displayName: "Alice",
 *         password: config.requireSecret("alicePassword"),
 *         admin: false,
 *         deactivated: false,
 *         onDelete: "deactivate",
 *     },
 *     { provider },
 * );
 * ```
 */
export class User extends pulumi.CustomResource implements Outputs<UserOutputs> {
    declare readonly adopted: pulumi.Output<boolean | undefined>;
    declare readonly avatarUrl: pulumi.Output<string | undefined>;

    constructor(name: string, inputs: Inputs<UserInputs>, opts: Options) {
        super("matrix:index:User", name, { ...inputs, adopted: undefined, avatarUrl: undefined }, opts);
    }
}
