/** Signing in and out. */
import type { MatrixClient } from "matrix-bot-sdk";
import { answered, connect } from "./client.ts";

/** One device for everything that this program does, so that signing in again adds no other. Earlier tokens for it stay valid. */
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

export type PasswordAnswer = "fits" | "does not fit" | "fits, but the account is locked" | "too many tries";

/**
 * Asks once whether a password opens an account, and leaves no session behind.
 * @param look what else to ask as the account, if it does
 */
export async function tryPassword(
    homeserverUrl: string,
    userId: string,
    password: string,
    look?: (client: MatrixClient) => Promise<void>,
): Promise<PasswordAnswer> {
    try {
        const client = connect(homeserverUrl, await signInWith(connect(homeserverUrl, "", 0), userId, password, "MATRIX_AS_CODE_CHECK"));
        try {
            await look?.(client);
        } finally {
            await client.doRequest("POST", "/_matrix/client/v3/logout");
        }
        return "fits";
    } catch (error) {
        if (answered(error, "M_LIMIT_EXCEEDED")) return "too many tries";
        // The password is looked at first.
        if (answered(error, "M_USER_LOCKED")) return "fits, but the account is locked";
        if (answered(error, "M_FORBIDDEN") || answered(error, "M_USER_DEACTIVATED")) return "does not fit";
        throw error;
    }
}

/**
 * @returns whose token it is and its device, or undefined if the server does not take it (any more)
 * @throws MatrixError M_USER_LOCKED: the token is right, but not accepted at present
 */
export async function whoIs(client: MatrixClient): Promise<{ userId: string; deviceId: string } | undefined> {
    try {
        const { user_id, device_id } = (await client.doRequest("GET", "/_matrix/client/v3/account/whoami")) as Record<string, string>;
        return { userId: user_id ?? "", deviceId: device_id ?? "" };
    } catch (error) {
        if (answered(error, "M_USER_LOCKED")) throw error;
        if ((error as { statusCode?: number }).statusCode === 401) return undefined;
        throw error;
    }
}
