/** The first account of a server. */
import * as pulumi from "@pulumi/pulumi";
import type { Options } from "./provider.ts";
import type { Inputs, Outputs } from "./resource.ts";

/** What is declared of an Administrator. */
export interface AdministratorInputs {
    /** User ID with @ and server name. A change makes another account. */
    userId: string;
    /** Display name. Absent: left as it is. */
    displayName?: string;
    /** Password of the account, new or existing. Secret. */
    password: string;
    /** Where the password is set, as `pulumi config set --path` takes it; errors name it. Absent: users.NAME.password, by the user name. */
    passwordSetting?: string;
}

/** What a program reads of an Administrator. */
export interface AdministratorOutputs {
    /** User ID. */
    userId: string;
    /** Password of the account. Secret. */
    password: string;
    /** Token that does not expire. Secret. */
    accessToken: string;
}

/**
 * The first account of a server whose registration is closed, and a server admin. It is registered by the shared secret
 * or, where it exists, signed in to by its password. Deleting the resource leaves the account on the server.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { Administrator, MatrixProvider } from "matrix-synapse/provider";
 *
 * const config = new pulumi.Config();
 * const homeserverUrl = "http://127.0.0.1:8008";
 * const registrationSharedSecret = config.requireSecret("registrationSharedSecret");
 * const registrar = new MatrixProvider("registrar", { homeserverUrl, registrationSharedSecret });
 * const administrator = new Administrator(
 *     "administrator",
 *     { userId: "@admin:example.org", password: config.requireSecret("password") },
 *     { provider: registrar },
 * );
 * // Everything else acts by the administrator's token.
 * export const provider = new MatrixProvider("matrix", { homeserverUrl, accessToken: administrator.accessToken });
 * ```
 */
export class Administrator extends pulumi.CustomResource implements Outputs<AdministratorOutputs> {
    declare readonly userId: pulumi.Output<string>;
    declare readonly password: pulumi.Output<string>;
    declare readonly accessToken: pulumi.Output<string>;

    constructor(name: string, inputs: Inputs<AdministratorInputs>, opts: Options) {
        super("matrix:index:Administrator", name, { ...inputs, accessToken: undefined }, opts);
    }
}
