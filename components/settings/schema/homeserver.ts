/** The section `homeserver`: Synapse, or Dendrite. Pure. */
import { z } from "zod";
import { firstPasswordLength } from "../../../matrix/firstPassword.ts";
import { clientFeatures } from "./clientFeatures.ts";
import { limits } from "./limits.ts";
import { media } from "./media.ts";
import { proxy } from "./proxy.ts";
import { roomDirectory } from "./roomDirectory.ts";
import { signingKeys } from "./signingKeys.ts";
import { httpUrl, megabytes, port } from "./valueTypes.ts";

const passwords = z
    .strictObject({
        minimumLength: z
            .int()
            .min(1)
            .max(firstPasswordLength, {
                error: `is more than generated passwords have, so new accounts would break the rule; at most ${firstPasswordLength}`,
            })
            .default(10)
            .describe(
                `Fewest characters that a password may have, at most the ${firstPasswordLength} of a generated one (Synapse: password_config.policy.minimum_length).`,
            ),
        hashRounds: z
            .int()
            .min(4)
            .max(16)
            .default(10)
            .describe("Cost of checking a password. Each step doubles it; 10 takes about 60 ms (Synapse: bcrypt_rounds)."),
    })
    .prefault({})
    .describe("Requirements for passwords, and how they are stored.");

export const homeserver = z.strictObject({
    kind: z
        .enum(["synapse", "dendrite"])
        .default("synapse")
        .describe(
            "Program of the homeserver. dendrite takes a fraction of the memory and has fewer features: docs/dendrite.md lists which. It cannot be changed later.",
        ),
    publicUrl: httpUrl({ schemes: ["https", "http"], form: "origin" })
        .optional()
        .describe(
            "URL that clients connect to (Synapse: public_baseurl). Default: https:// and the gateway's host, with the port that it announces if that is not 443.",
        ),
    port: port.default(8008).describe("Port of the client and admin API over plain HTTP, on the Docker host's loopback interface only."),
    registration: z
        .enum(["closed"])
        .default("closed")
        .describe("closed: accounts are created only by this program or with the registration shared secret."),
    encryption: z
        .enum(["all", "invite", "off"])
        .default("invite")
        .describe(
            "Which new rooms are encrypted unless their creator decides otherwise (Synapse: encryption_enabled_by_default_for_room_type).",
        ),
    media,
    passwords,
    roomDirectory,
    ...clientFeatures,
    ...signingKeys,
    limits,
    proxy: proxy.optional(),
    memory: megabytes(256, 1024).describe("Memory limit of the container, in MB."),
    startSeconds: z
        .int()
        .min(10)
        .max(86_400)
        .default(120)
        .describe(
            "Seconds that it may take to start before an update has failed and goes back to what ran before. Raise it for an upgrade that migrates a large database.",
        ),
    logLevel: z.enum(["DEBUG", "INFO", "WARNING", "ERROR"]).default("INFO").describe("Least severe messages that Synapse logs."),
    config: z
        .record(z.string(), z.unknown())
        .default({})
        .describe(
            "Any other option of Synapse, by its name there; merged over what this program sets. Set secrets in it with: pulumi config set --secret --path homeserver.config.OPTION",
        ),
});
