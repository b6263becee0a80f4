/** Signing a bot in once more, beside the device it has: the way on when a store is lost. */
import { MatrixClient } from "matrix-bot-sdk";

/**
 * Signs in as a new device, with an ID from the server. Others have never seen its keys, so they accept them; the old device
 * stays signed in.
 * @returns an access token of that device, for openBot with a new store
 * @throws MatrixError if the server refuses the user or password
 */
export async function signInFreshDevice(homeserverUrl: string, userId: string, password: string): Promise<string> {
    const answer = await new MatrixClient(homeserverUrl, "").doRequest("POST", "/_matrix/client/v3/login", null, {
        type: "m.login.password",
        identifier: { type: "m.id.user", user: userId },
        password,
        initial_device_display_name: "Bot",
    });
    return answer.access_token;
}
