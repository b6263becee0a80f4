/** The account that the program acts as. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Homeserver } from "../homeserver/homeserver.ts";
import { contentCommand } from "./contentCommand.ts";

export interface AdministratorArgs {
    /** Part of the user ID between @ and the colon. */
    name: string;
    /** The part of user IDs after the colon. */
    serverName: string;
    /** Profile: displayname; absent: left as it is. */
    displayName?: string;
    /** Makes accounts while registration is closed. Secret. */
    registrationSharedSecret: pulumi.Output<string>;
    /** The homeserver it is brought to; must answer first. */
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
