/** Creates or adopts an account. Prints {userId}, and for a bot its accessToken as well. */
import { type MatrixClient, MatrixError } from "matrix-bot-sdk";
import { answered, connect, readRequest, readSecrets, run } from "./request.ts";
import { signIn } from "./signIn.ts";

export interface AccountRequest {
    userId: string;
    displayName?: string;
    admin: boolean;
    /** A bot is signed in and gets a durable token. */
    bot: boolean;
}

const { homeserverUrl, request } = readRequest<AccountRequest>();
await run(`account ${request.userId}`, async () => {
    const { accessToken, password } = await readSecrets<{ accessToken: string; password: string }>();
    const { userId, displayName, admin, bot } = request;
    const client = connect(homeserverUrl, accessToken);
    const known = await find(client, userId);
    await client.doRequest("PUT", path(userId), undefined, {
        // A person may have changed the password since; a bot's is the stack's own.
        ...(!known || bot ? { password, logout_devices: false } : {}),
        ...(displayName === undefined ? {} : { displayname: displayName }),
        admin,
        ...(known?.deactivated ? { deactivated: false, password } : {}),
    });
    return bot ? { userId, accessToken: await signIn(homeserverUrl, userId, password) } : { userId };
});

/** Source: https://element-hq.github.io/synapse/latest/admin_api/user_admin_api.html */
function path(userId: string): string {
    return `/_synapse/admin/v2/users/${encodeURIComponent(userId)}`;
}

async function find(client: MatrixClient, userId: string): Promise<{ deactivated: boolean } | undefined> {
    try {
        return (await client.doRequest("GET", path(userId))) as { deactivated: boolean };
    } catch (error) {
        if (answered(error, "M_NOT_FOUND") || (error instanceof MatrixError && error.statusCode === 404)) return undefined;
        throw error;
    }
}
