/**
 * An application service's registration, as the homeserver reads it. Pure.
 * Source: https://spec.matrix.org/v1.16/application-service-api/#registration
 */
import { stringify } from "yaml";
import type { ApplicationServiceSettings } from "../settings/accounts.ts";

/** Path of the registration in the container. */
export function registrationPath(id: string): string {
    return `/run/secrets/application-service-${id.replace(/[^a-z0-9._=+-]/g, "_")}.yaml`;
}

export function registrationYaml(
    service: ApplicationServiceSettings,
    serverName: string,
    tokens: { asToken: string; hsToken: string },
): string {
    const begins = (sigil: string) => `${sigil}${escaped(service.namespace)}.*:${escaped(serverName)}`;
    return stringify({
        id: service.id,
        url: service.url ?? null,
        as_token: tokens.asToken,
        hs_token: tokens.hsToken,
        sender_localpart: service.localpart,
        rate_limited: false,
        namespaces: {
            users: [{ exclusive: true, regex: begins("@") }],
            aliases: [{ exclusive: true, regex: begins("#") }],
            rooms: [],
        },
    });
}

/** For Python's regular expressions. */
function escaped(text: string): string {
    return text.replace(/[.+*?^${}()|[\]\\]/g, "\\$&");
}
