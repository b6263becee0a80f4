/** Secrets in the stack's file that do not stay secret: the settings that they are given to stand in a container's configuration. Pure. */
import type { SecretPath } from "./secretPaths.ts";

/** What stays secret, with all below it. */
const kept = [
    "users",
    "bots",
    "rooms",
    "spaces",
    "homeserver.config",
    "homeserver.signingKey",
    "homeserver.proxy.password",
    "homeserver.media.s3.secretAccessKey",
    "backup.s3.secretAccessKey",
    "monitoring.receivers.webhook.url",
    "monitoring.receivers.mail.password",
    "database.password",
    "database.adminPassword",
    "gateway.certificate.key",
    "gateway.authority.key",
    "turn.external.sharedSecret",
    "turn.external.password",
    "turn.external.username",
];

/** Certificates, which everyone may see. */
const isPublic = /\.(chain|certificate|authority|authorities(\.\d+)?)$/;

/**
 * @param paths of secrets; one of a whole section says nothing of what in it is meant
 * @returns one line for each that others can read in the state and in the containers
 */
export function shownSecrets(paths: readonly SecretPath[]): string[] {
    return paths
        .filter((path) => path.length > 1)
        .map((path) => path.join("."))
        .filter((path) => !isPublic.test(path) && !kept.some((one) => `${path}.`.startsWith(`${one}.`)))
        .map((path) => `${path}: is encrypted in the stack's file, and in plain text in the state and in a container's configuration`);
}
