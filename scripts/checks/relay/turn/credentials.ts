/** Credentials for a relay that end after a time, as a homeserver makes them. Pure. */
import { createHmac } from "node:crypto";

export interface Credentials {
    username: string;
    password: string;
}

/**
 * @param expires seconds since 1970
 * Source: https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00#section-2.2
 */
export function timeLimitedCredentials(secret: string, user: string, expires: number): Credentials {
    const username = `${Math.floor(expires)}:${user}`;
    return { username, password: createHmac("sha1", secret).update(username).digest("base64") };
}
