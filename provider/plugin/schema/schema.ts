/**
 * The provider's package schema, by which `pulumi package` makes SDKs and other languages declare resources. Pure.
 * A test keeps it equal to the types in provider/resources.
 */

import { accountTypes, administrator, bot, user } from "./accounts.ts";
import { type PackageSchema, type Property, secret, string, withDescription } from "./language.ts";
import { room, roomTypes } from "./rooms.ts";

const config: Record<string, Property> = {
    homeserverUrl: withDescription(string, "Base URL of the client API and, where accounts are declared, of the admin API."),
    accessToken: withDescription(
        secret,
        "Token of the account that acts. Absent only for the provider of an Administrator, who gets the first token. Secret.",
    ),
    registrationSharedSecret: withDescription(
        secret,
        "Synapse's registration_shared_secret. Needed for an Administrator and for bots. Secret.",
    ),
    administrationToken: withDescription(
        secret,
        "Token of the application service that may act for every account, where the homeserver is Dendrite. Secret.",
    ),
    passwordSeed: withDescription(
        secret,
        "First passwords are derived from this text, so that an interrupted run leads to the same passwords. Secret.",
    ),
};

/** @param version of the plugin */
export function packageSchema(version: string): PackageSchema {
    return {
        name: "matrix",
        displayName: "Matrix",
        version,
        description: "Users, bots, spaces and rooms of a Matrix homeserver.",
        meta: { moduleFormat: "(.*)" },
        language: { nodejs: { respectSchemaVersion: true }, python: { respectSchemaVersion: true }, go: { respectSchemaVersion: true } },
        config: { variables: config },
        types: { ...accountTypes, ...roomTypes },
        provider: {
            description:
                "A homeserver, and the account that acts on it. A bot's token is enough for rooms and spaces; accounts need a server admin's.",
            inputProperties: config,
            requiredInputs: ["homeserverUrl"],
        },
        resources: {
            "matrix:index:Administrator": administrator,
            "matrix:index:User": user,
            "matrix:index:Bot": bot,
            "matrix:index:Room": room,
        },
    };
}
