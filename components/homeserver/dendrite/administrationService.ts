/**
 * The application service that this program acts by: Dendrite has no admin API for profiles and memberships, and an application
 * service may act for the users of its namespace, which here are all. Pure.
 */
import { stringify } from "yaml";

/** No bot's key begins with an underscore that is followed by a dot. */
export const administrationId = "_.administration";

/** The part before the colon of its own account, which nobody signs in to. */
export const administrationLocalpart = "_pulumi";

/** Secret. @param tokens asToken is what the program acts by; Dendrite never uses hsToken, as there is no URL to send events to */
export function administrationYaml(serverName: string, tokens: { asToken: string; hsToken: string }): string {
    return stringify({
        id: administrationId,
        url: "",
        as_token: tokens.asToken,
        hs_token: tokens.hsToken,
        sender_localpart: administrationLocalpart,
        rate_limited: false,
        // Not exclusive: names stay free for people and for other application services.
        namespaces: { users: [{ exclusive: false, regex: `@.*:${escaped(serverName)}` }], aliases: [], rooms: [] },
    });
}

function escaped(text: string): string {
    return text.replace(/[.+*?^${}()|[\]\\]/g, "\\$&");
}
