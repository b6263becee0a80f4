/** Every generated secret, in one place. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { signingKey } from "../matrix/signingKey.ts";

export interface SecretsArgs {
    /** Whether the signing key is protected from deletion: a server that loses it loses its identity. */
    protectData: boolean;
    /** The bots that are application services, by their keys. */
    applicationServices: { id: string }[];
    /** Backups are encrypted by a password of their own. */
    backup?: object;
    /** A signing key that is given takes the place of the generated one. */
    homeserver: { signingKey?: { line: pulumi.Output<string> } };
}

/** Both secret. Source: https://spec.matrix.org/v1.16/application-service-api/#registration */
export interface ApplicationServiceTokens {
    /** With it the application service speaks to the homeserver. */
    asToken: pulumi.Output<string>;
    /** With it the homeserver speaks to the application service. */
    hsToken: pulumi.Output<string>;
}

/** All values are secret. They are RandomPasswords: RandomId, RandomString and RandomBytes keep theirs in the clear, as the ID (pulumi-random#190). */
export class Secrets extends pulumi.ComponentResource {
    /** Password of the database's owner. */
    readonly databasePassword: pulumi.Output<string>;
    /** Password of the superuser of the stack's own PostgreSQL. */
    readonly databaseAdminPassword: pulumi.Output<string>;
    /** Synapse: registration_shared_secret. */
    readonly registrationSharedSecret: pulumi.Output<string>;
    /** Synapse: macaroon_secret_key. */
    readonly macaroonSecretKey: pulumi.Output<string>;
    /** Synapse: form_secret. */
    readonly formSecret: pulumi.Output<string>;
    /** Shared by Synapse (turn_shared_secret) and coturn (static-auth-secret). */
    readonly turnSharedSecret: pulumi.Output<string>;
    /** Seed of the accounts' first passwords. */
    readonly passwordSeed: pulumi.Output<string>;
    /** The content of Synapse's signing key file. */
    readonly signingKey: pulumi.Output<string>;
    /** Password of the backups' repository; absent where there is none. */
    readonly backupPassword?: pulumi.Output<string>;
    private readonly applicationServices: Record<string, ApplicationServiceTokens>;

    constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:index:Secrets", name, {}, opts);
        const generate = (role: string, options: pulumi.CustomResourceOptions = {}) =>
            new random.RandomPassword(role, { length: 48, special: false }, { parent: this, ...options }).result;

        this.databasePassword = generate("database-password");
        this.databaseAdminPassword = generate("database-admin-password");
        this.registrationSharedSecret = generate("registration-shared-secret");
        this.macaroonSecretKey = generate("macaroon-secret-key");
        this.formSecret = generate("form-secret");
        this.turnSharedSecret = generate("turn-shared-secret");
        this.passwordSeed = generate("password-seed");
        // Made in any case: the server may return to it.
        const generatedKey = generate("signing-key-seed", { protect: args.protectData }).apply(signingKey);
        this.signingKey = args.homeserver.signingKey?.line ?? generatedKey;
        if (args.backup) this.backupPassword = generate("backup-password", { protect: args.protectData });
        this.applicationServices = Object.fromEntries(
            args.applicationServices.map(({ id: bot }) => [
                bot,
                { asToken: generate(`application-service-${bot}-as-token`), hsToken: generate(`application-service-${bot}-hs-token`) },
            ]),
        );
        this.registerOutputs({});
    }

    /** @param bot one of {@link SecretsArgs.applicationServices} */
    applicationService(bot: string): ApplicationServiceTokens {
        const tokens = this.applicationServices[bot];
        if (!tokens) throw new Error(`no tokens were generated for ${bot}`);
        return tokens;
    }
}
