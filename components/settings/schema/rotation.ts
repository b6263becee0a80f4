/** The section `rotation`: which generation of each generated secret is in use. Pure. */
import { z } from "zod";

/** Each is a resource of its own, and earlier ones stay in the state. */
const generation = z.int().min(1).max(1000);

const secret = (what: string) =>
    generation.default(1).describe(`Generation of ${what}. Raise it by one for a new one; the preview says what that costs.`);

export const rotation = z.strictObject({
    databasePassword: secret("the password of the database's owner"),
    databaseAdminPassword: secret("the password of the superuser of the stack's own PostgreSQL"),
    turnSharedSecret: secret(
        "the secret that the relay shares with the homeserver (Synapse: turn_shared_secret); the relay accepts the one before, too",
    ),
    registrationSharedSecret: secret("the secret that creates accounts (Synapse: registration_shared_secret)"),
    macaroonSecretKey: secret("the key that signs links and sign-ons under way (Synapse: macaroon_secret_key)"),
    formSecret: secret("the key that signs links to forms (Synapse: form_secret)"),
    signingKey: secret("the server's signing key; earlier ones stay published (Synapse: old_signing_keys)"),
    administratorPassword: secret("the administrator's password, where the settings give none"),
    backupPassword: secret("the password of the backups' repository"),
    bridges: z
        .record(z.string(), generation)
        .default({})
        .describe("Generation of both tokens of each bridge's registration, by its platform. Default: 1."),
    bots: z
        .record(z.string(), generation)
        .default({})
        .describe("Generation of each bot's access token, by the bot's key; of an application service, both of its tokens. Default: 1."),
});
