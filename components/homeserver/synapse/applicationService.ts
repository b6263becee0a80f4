/**
 * An application service's registration, as the homeserver reads it. Pure.
 * Source: https://spec.matrix.org/v1.16/application-service-api/#registration
 */
import { stringify } from "yaml";

export interface ApplicationService {
    /** Key of its bot in the settings. */
    id: string;
    /** Part of its own user ID between @ and the colon. */
    localpart: string;
    /** Names of users and aliases that begin so are its own. */
    namespace: string;
    /** Where events are sent; absent: nowhere. */
    url?: string;
}

/** Where the container has it. */
export function registrationPath(id: string): string {
    return `/run/secrets/application-service-${id.replace(/[^a-z0-9._=+-]/g, "_")}.yaml`;
}

export function registrationYaml(service: ApplicationService, serverName: string, tokens: { asToken: string; hsToken: string }): string {
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
