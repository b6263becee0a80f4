/** Every generated secret, in one place. */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type PublicSigningKey, publicPart, signingKey } from "../matrix/signingKey.ts";
import { type BridgePlatform, type Platform, platformNames, platforms } from "./bridges/platforms.ts";
import type { ApplicationServiceSettings, PuppetService } from "./settings/accounts.ts";
import type { Settings } from "./settings/index.ts";
import { generationName } from "./settings/rotation.ts";

export interface SecretsArgs {
    /** Whether the signing key is protected from deletion: a server that loses it loses its identity. */
    protectData: boolean;
    /** Bots and bridges that are application services. */
    applicationServices: Pick<ApplicationServiceSettings, "id" | "generation">[];
    /** Registrations with which bridges act as their users' own accounts. */
    puppetServices: Pick<PuppetService, "id" | "generation">[];
    /** Bridges, by platform. */
    bridges: Partial<Record<Platform, unknown>>;
    /** Backups are encrypted by a password of their own. */
    backup?: object;
    /** Monitoring has a role of its own in the database, and may have dashboards that people sign in to. */
    monitoring?: { dashboards: boolean };
    /** A signing key that is given takes the place of the generated one. */
    homeserver: { kind?: Settings["homeserver"]["kind"]; signingKey?: { line: pulumi.Output<string> } };
    /** Which generation of each secret is in use. Earlier ones stay in the state: none is ever deleted. */
    rotation: Settings["rotation"];
}

/** A key that the server signed with before. */
export interface RetiredSigningKey extends PublicSigningKey {
    /** Milliseconds since 1970 up to which it may have signed (Synapse: expired_ts). */
    expiredTs: number;
}

/**
 * Milliseconds for which a retired signing key may still be in use, such as by a homeserver that could not be restarted at once.
 * Other servers accept it for as long anyway (Synapse: key_refresh_interval).
 */
const stillInUse = 24 * 3_600_000;

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
    /**
     * The same for the configuration of a provider. In a preview that makes another one it is the one before: with an unknown
     * configuration Pulumi compares nothing, and all that the provider has would show as changed.
     */
    readonly knownRegistrationSharedSecret: pulumi.Output<string>;
    /** Of the application service that this program administers Dendrite by; absent for Synapse. They are renewed with the secret above. */
    readonly administration?: ApplicationServiceTokens;
    /** Its asToken for the configuration of a provider: in a preview that makes another one, the one before. */
    readonly knownAdministrationToken?: pulumi.Output<string>;
    /** Synapse: macaroon_secret_key. */
    readonly macaroonSecretKey: pulumi.Output<string>;
    /** Synapse: form_secret. */
    readonly formSecret: pulumi.Output<string>;
    /** Shared by Synapse (turn_shared_secret) and coturn (static-auth-secret). */
    readonly turnSharedSecret: pulumi.Output<string>;
    /** The one before, by which credentials are signed that clients still have. */
    readonly formerTurnSharedSecret?: pulumi.Output<string>;
    /** Seed of the accounts' first passwords. */
    readonly passwordSeed: pulumi.Output<string>;
    /** The content of Synapse's signing key file. */
    readonly signingKey: pulumi.Output<string>;
    /** Generated ones that it signed with before. */
    readonly retiredSigningKeys: pulumi.Output<RetiredSigningKey>[];
    /** Password of the backups' repository; absent where there is none. */
    readonly backupPassword?: pulumi.Output<string>;
    /** Those that it may have had before, latest first. */
    readonly formerBackupPasswords: pulumi.Output<string>[] = [];
    /** Password of the database's role that reads statistics; absent without monitoring. */
    readonly monitorPassword?: pulumi.Output<string>;
    /** Password of the dashboards' administrator; absent where there are none. */
    readonly dashboardsPassword?: pulumi.Output<string>;
    private readonly applicationServices: Record<string, ApplicationServiceTokens>;
    private readonly ofBridges: Partial<Record<Platform, Record<string, pulumi.Output<string>>>>;

    constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
        const { bots, bridges, ...rotation } = args.rotation;
        // An input, so that a preview shows what is rotated.
        const rotated = Object.fromEntries(
            Object.entries({ ...rotation, ...prefixed("bots.", bots), ...prefixed("bridges.", bridges) }).filter(
                ([, generation]) => generation > 1,
            ),
        );
        super("matrix-synapse:index:Secrets", name, Object.keys(rotated).length > 0 ? { generations: rotated } : {}, opts);
        const kept = { protect: args.protectData };
        /** Latest first. */
        const generations = (role: string, count: number, options: pulumi.CustomResourceOptions = {}) =>
            Array.from({ length: count }, (_, index) => {
                const one = generationName(role, count - index);
                return new random.RandomPassword(one, { length: 48, special: false }, { parent: this, ...options }).result;
            }) as [pulumi.Output<string>, ...pulumi.Output<string>[]];
        const generate = (role: string, count = 1) => generations(role, count)[0];

        this.databasePassword = generate("database-password", rotation.databasePassword);
        this.databaseAdminPassword = generate("database-admin-password", rotation.databaseAdminPassword);
        const [registration, formerly] = generations("registration-shared-secret", rotation.registrationSharedSecret);
        this.registrationSharedSecret = registration;
        this.knownRegistrationSharedSecret = formerly === undefined ? registration : knownOr(registration, formerly);
        if (args.homeserver.kind === "dendrite") {
            const [asToken, earlier] = generations("administration-as-token", rotation.registrationSharedSecret);
            this.administration = { asToken, hsToken: generate("administration-hs-token", rotation.registrationSharedSecret) };
            this.knownAdministrationToken = earlier === undefined ? asToken : knownOr(asToken, earlier);
        }
        this.macaroonSecretKey = generate("macaroon-secret-key", rotation.macaroonSecretKey);
        this.formSecret = generate("form-secret", rotation.formSecret);
        [this.turnSharedSecret, this.formerTurnSharedSecret] = generations("turn-shared-secret", rotation.turnSharedSecret);
        this.passwordSeed = generate("password-seed");
        // Made in any case: the server may return to it.
        const [key, ...retired] = generations("signing-key-seed", rotation.signingKey, kept).map((seed) => seed.apply(signingKey));
        this.signingKey = args.homeserver.signingKey?.line ?? (key as pulumi.Output<string>);
        this.retiredSigningKeys = retired.map((line, index) => {
            const successor = generationName("signing-key", rotation.signingKey - index);
            const since = new command.local.Command(
                `${successor}-since`,
                { create: "node -p 'Date.now()'", addPreviousOutputInEnv: false, logging: "none" },
                { parent: this, ...kept },
            );
            return pulumi
                .all([line, since.stdout])
                .apply(([text, began]) => ({ ...publicPart(text), expiredTs: Number(began) + stillInUse }));
        });
        if (args.backup)
            [this.backupPassword, ...this.formerBackupPasswords] = generations("backup-password", rotation.backupPassword, kept);
        if (args.monitoring) this.monitorPassword = generate("monitor-password");
        if (args.monitoring?.dashboards) this.dashboardsPassword = generate("dashboards-password");
        this.applicationServices = Object.fromEntries(
            [...args.applicationServices, ...args.puppetServices].map(({ id, generation: { of, key } }) => {
                const token = (which: string) => generate(`application-service-${id}-${which}-token`, args.rotation[of][key]);
                return [id, { asToken: token("as"), hsToken: token("hs") }];
            }),
        );
        const declared = platformNames.filter((platform) => args.bridges[platform] !== undefined);
        this.ofBridges = Object.fromEntries(
            declared.map((platform) => {
                const { secrets = [] }: BridgePlatform = platforms[platform];
                return [platform, Object.fromEntries(secrets.map((role) => [role, generate(`bridge-${platform}-${kebab(role)}`)]))];
            }),
        );
        this.registerOutputs({});
    }

    /** @param id of one of {@link SecretsArgs.applicationServices} */
    applicationService(id: string): ApplicationServiceTokens {
        const tokens = this.applicationServices[id];
        if (!tokens) throw new Error(`no tokens were generated for ${id}`);
        return tokens;
    }

    /** What is generated for a bridge besides, by the names in its entry of platforms.ts. */
    bridge(platform: Platform): Record<string, pulumi.Output<string>> {
        return this.ofBridges[platform] ?? {};
    }
}

function kebab(name: string): string {
    return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function prefixed(prefix: string, numbers: Record<string, number>): Record<string, number> {
    return Object.fromEntries(Object.entries(numbers).map(([key, number]) => [`${prefix}${key}`, number]));
}

function knownOr<T>(output: pulumi.Output<T>, other: pulumi.Output<T>): pulumi.Output<T> {
    // Outputs have it, and hide it from their type only.
    const { isKnown } = output as unknown as { isKnown: Promise<boolean> };
    return pulumi.output(isKnown.then((known) => (known ? output : other))) as pulumi.Output<T>;
}
