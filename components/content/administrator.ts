/** The account that the program acts as. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Homeserver } from "../homeserver/homeserver.ts";
import { contentCommand } from "./contentCommand.ts";

export interface AdministratorArgs {
    /** Part of the user ID between @ and the colon. */
    name: string;
    serverName: string;
    displayName?: string;
    registrationSharedSecret: pulumi.Output<string>;
    homeserver: Homeserver;
}

export class Administrator extends pulumi.ComponentResource {
    readonly userId: string;
    /** Secret. */
    readonly password: pulumi.Output<string>;
    /** Secret. */
    readonly accessToken: pulumi.Output<string>;

    constructor(resourceName: string, args: AdministratorArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:content:Administrator", resourceName, {}, opts);
        const { name, serverName, displayName, registrationSharedSecret, homeserver } = args;
        const password = new random.RandomPassword(`${resourceName}-password`, { length: 24, special: false }, { parent: this });
        const account = contentCommand(
            resourceName,
            {
                script: "administrator",
                homeserver,
                secretAnswer: true,
                request: { name, serverName, displayName },
                secrets: { registrationSharedSecret, password: password.result },
            },
            { parent: this },
        );
        this.userId = `@${name}:${serverName}`;
        this.password = password.result;
        this.accessToken = account.answer("accessToken");
        this.registerOutputs({ userId: this.userId });
    }
}
