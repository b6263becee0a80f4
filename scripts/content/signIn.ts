/** Signing in with a password. */
import { connect } from "./request.ts";

/** One device for all that this program does, so that signing in again replaces the token instead of adding one. */
const deviceId = "MATRIX_AS_CODE";

/** @returns an access token that does not expire */
export async function signIn(homeserverUrl: string, userId: string, password: string, device = deviceId): Promise<string> {
    const answer = await connect(homeserverUrl, "").doRequest("POST", "/_matrix/client/v3/login", undefined, {
        type: "m.login.password",
        identifier: { type: "m.id.user", user: userId },
        password,
        device_id: device,
        initial_device_display_name: "Pulumi",
    });
    return (answer as { access_token: string }).access_token;
}
