/** What a Pulumi program declares: the resources of the provider `matrix`. */
import * as pulumi from "@pulumi/pulumi";
import type { AdministratorInputs } from "../plugin/administrator.ts";
import type { BotInputs } from "../plugin/bot.ts";
import type { InstalledCertificateInputs } from "../plugin/installedCertificate.ts";
import type { RoomInputs } from "../plugin/room.ts";
import type { ProviderConfig } from "../plugin/session.ts";
import type { UserInputs } from "../plugin/user.ts";

type Inputs<T> = { [Key in keyof T]: pulumi.Input<T[Key]> };
/** What the provider itself sets is not for programs. */
type Declared<T> = Inputs<Omit<T, "token" | "administered" | "undeclaredPowerLevels">>;

/** A homeserver and the account that acts on it. A certificate needs neither. */
export class MatrixProvider extends pulumi.ProviderResource {
    constructor(name: string, config: Inputs<Partial<ProviderConfig>>, opts?: pulumi.ResourceOptions) {
        const secret = (value: pulumi.Input<string | undefined>) => (value === undefined ? undefined : pulumi.secret(value));
        super(
            "matrix",
            name,
            {
                homeserverUrl: config.homeserverUrl,
                accessToken: secret(config.accessToken),
                registrationSharedSecret: secret(config.registrationSharedSecret),
                passwordSeed: secret(config.passwordSeed),
            },
            opts,
        );
    }
}

type Options = pulumi.CustomResourceOptions & { provider: MatrixProvider };

/** The first account of a server whose registration is closed. Removing it from the program leaves it on the server. */
export class Administrator extends pulumi.CustomResource {
    declare readonly userId: pulumi.Output<string>;
    /** Secret. */
    declare readonly password: pulumi.Output<string>;
    /** Does not expire. Secret. */
    declare readonly accessToken: pulumi.Output<string>;

    constructor(name: string, inputs: Declared<AdministratorInputs>, opts: Options) {
        super("matrix:index:Administrator", name, { ...inputs, accessToken: undefined }, opts);
    }
}

/** A person's account. Needs an account with the admin API. */
export class User extends pulumi.CustomResource {
    /** Set where the account was there before with a password that nobody here knows. */
    declare readonly adopted: pulumi.Output<true | undefined>;

    constructor(name: string, inputs: Declared<UserInputs>, opts: Options) {
        super("matrix:index:User", name, { ...inputs, adopted: undefined, avatarUrl: undefined }, opts);
    }
}

/** A bot's account and its token. Needs an account with the admin API. */
export class Bot extends pulumi.CustomResource {
    declare readonly userId: pulumi.Output<string>;
    /** Does not expire. Secret. */
    declare readonly accessToken: pulumi.Output<string>;
    /** The device that the token belongs to; empty for an application service. */
    declare readonly deviceId: pulumi.Output<string>;

    constructor(name: string, inputs: Declared<BotInputs>, opts: Options) {
        super("matrix:index:Bot", name, { ...inputs, accessToken: undefined, deviceId: undefined, avatarUrl: undefined }, opts);
    }
}

/** A room or a space. The account that acts creates it and stays in it. */
export class Room extends pulumi.CustomResource {
    /** With # and server name. */
    declare readonly alias: pulumi.Output<string>;
    declare readonly roomId: pulumi.Output<string>;

    constructor(name: string, inputs: Declared<RoomInputs>, opts: Options) {
        super("matrix:index:Room", name, { ...inputs, roomId: undefined, pinnedEventId: undefined, avatarUrl: undefined }, opts);
    }
}

/** A certificate in a running container, which is told to read it. Replaced without a restart. */
export class InstalledCertificate extends pulumi.CustomResource {
    constructor(name: string, inputs: Inputs<InstalledCertificateInputs>, opts: Options) {
        super("matrix:index:InstalledCertificate", name, inputs, opts);
    }
}
