/** The provider `matrix`: which homeserver, by which account. */
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "./resource.ts";

/** A homeserver, and the account that acts on it. */
export interface ProviderConfig {
    /** Base URL of the client API and, where accounts are declared, of the admin API. */
    homeserverUrl: string;
    /** Token of the account that acts. Absent only for the provider of an Administrator, who gets the first token. Secret. */
    accessToken?: string;
    /** Synapse's registration_shared_secret. Needed for an Administrator and for bots. Secret. */
    registrationSharedSecret?: string;
    /** Token of the application service that may act for every account, where the homeserver is Dendrite. Secret. */
    administrationToken?: string;
    /** First passwords are derived from this text, so that an interrupted run leads to the same passwords. Secret. */
    passwordSeed?: string;
}

/**
 * A homeserver, and the account that acts on it. A bot's token is enough for rooms and spaces; accounts need a server admin's.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { MatrixProvider } from "matrix-synapse/provider";
 *
 * const accessToken = new pulumi.Config().requireSecret("accessToken");
 * export const provider = new MatrixProvider("matrix", { homeserverUrl: "https://matrix.example.org", accessToken });
 * ```
 */
export class MatrixProvider extends pulumi.ProviderResource {
    constructor(name: string, config: Inputs<ProviderConfig>, opts?: pulumi.ResourceOptions) {
        const secret = (value: pulumi.Input<string | undefined>) => (value === undefined ? undefined : pulumi.secret(value));
        super(
            "matrix",
            name,
            {
                homeserverUrl: config.homeserverUrl,
                accessToken: secret(config.accessToken),
                registrationSharedSecret: secret(config.registrationSharedSecret),
                administrationToken: secret(config.administrationToken),
                passwordSeed: secret(config.passwordSeed),
            },
            opts,
        );
    }
}

/** Options of every resource here: each names the homeserver that it lives on. */
export type Options = pulumi.CustomResourceOptions & { provider: MatrixProvider };
