/**
 * An application service's registration, as the homeserver reads it. Pure.
 * Source: https://spec.matrix.org/v1.16/application-service-api/#registration
 */
import { stringify } from "yaml";
import type { ApplicationServiceSettings, PuppetService } from "../settings/accounts.ts";

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
        ...(service.encrypts && deviceFeatures),
        namespaces: {
            users: [{ exclusive: true, regex: begins("@") }],
            aliases: [{ exclusive: true, regex: begins("#") }],
            rooms: [],
        },
    });
}

/**
 * What a service that encrypts is sent besides events: messages to its devices, one-time keys that are left, and changes of others'
 * devices. It makes its device without signing in (MSC4190). Source: synapse/config/appservice.py, 1.163.2
 */
const deviceFeatures = {
    receive_ephemeral: true,
    "de.sorunome.msc2409.push_ephemeral": true,
    "org.matrix.msc3202": true,
    "io.element.msc4190": true,
};

/** Of a service that acts for people's own accounts, and is sent nothing. */
export function puppetRegistrationYaml(
    { id, localpart, userIds }: PuppetService,
    { asToken, hsToken }: { asToken: string; hsToken: string },
): string {
    return stringify({
        id,
        url: null,
        as_token: asToken,
        hs_token: hsToken,
        sender_localpart: localpart,
        rate_limited: false,
        namespaces: { users: userIds.map((userId) => ({ exclusive: false, regex: `${escaped(userId)}$` })), aliases: [], rooms: [] },
    });
}

/** For Python's regular expressions. */
function escaped(text: string): string {
    return text.replace(/[.+*?^${}()|[\]\\]/g, "\\$&");
}
