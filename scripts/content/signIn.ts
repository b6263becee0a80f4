/** Signing in and out. */
import type { MatrixClient } from "matrix-bot-sdk";
import { connect } from "./client.ts";

/** One device for everything that this program does, so that signing in again replaces the token instead of adding one. */
export const stackDevice = "MATRIX_AS_CODE";

/**
 * Costs the server one password hash, and counts towards its limits on sign-ins (Synapse: rc_login).
 * @returns an access token that does not expire
 */
export async function signIn(homeserverUrl: string, userId: string, password: string, device = stackDevice): Promise<string> {
    return signInWith(connect(homeserverUrl, ""), userId, password, device);
}

/** The same, by a client that retries as long as the caller wants. */
export async function signInWith(client: MatrixClient, userId: string, password: string, device = stackDevice): Promise<string> {
    const answer = await client.doRequest("POST", "/_matrix/client/v3/login", undefined, {
        type: "m.login.password",
        identifier: { type: "m.id.user", user: userId },
        password,
        device_id: device,
        initial_device_display_name: "Pulumi",
    });
    return (answer as { access_token: string }).access_token;
}

/** @returns whose token it is and its device, or undefined if the server does not take it (any more) */
export async function whoIs(client: MatrixClient): Promise<{ userId: string; deviceId: string } | undefined> {
    try {
        const { user_id, device_id } = (await client.doRequest("GET", "/_matrix/client/v3/account/whoami")) as Record<string, string>;
        return { userId: user_id ?? "", deviceId: device_id ?? "" };
    } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 401) return undefined;
        throw error;
    }
}
