/** Registers the account that the program acts as, or signs in to it, and prints {userId, accessToken}. */
import { createHmac } from "node:crypto";
import { answered, connect, readRequest, readSecrets, run } from "./request.ts";
import { signIn } from "./signIn.ts";

interface AdministratorRequest {
    serverName: string;
    name: string;
    displayName?: string;
}

await run("the administrator's account", async () => {
    const { homeserverUrl, request } = readRequest<AdministratorRequest>();
    const { registrationSharedSecret, password } = await readSecrets<{ registrationSharedSecret: string; password: string }>();
    const { name, serverName, displayName } = request;
    const userId = `@${name}:${serverName}`;

    await register(homeserverUrl, name, password, registrationSharedSecret);
    const accessToken = await signIn(homeserverUrl, userId, password).catch((error) => {
        if (!answered(error, "M_FORBIDDEN")) throw error;
        throw new Error(
            `${userId} was there before this stack and has another password; name another account with: pulumi config set administrator NAME`,
        );
    });
    const client = connect(homeserverUrl, accessToken);
    await client.doRequest("GET", "/_synapse/admin/v1/server_version").catch((error) => {
        if (!answered(error, "M_FORBIDDEN")) throw error;
        throw new Error(
            `${userId} was there before this stack and is no server admin; name another account with: pulumi config set administrator NAME`,
        );
    });
    if (displayName !== undefined) await client.setDisplayName(displayName);
    return { userId, accessToken };
});

/** Source: https://element-hq.github.io/synapse/latest/admin_api/register_api.html */
async function register(homeserverUrl: string, name: string, password: string, secret: string): Promise<void> {
    const client = connect(homeserverUrl, "");
    const path = "/_synapse/admin/v1/register";
    const { nonce } = (await client.doRequest("GET", path)) as { nonce: string };
    const mac = createHmac("sha1", secret).update([nonce, name, password, "admin"].join("\0")).digest("hex");
    try {
        await client.doRequest("POST", path, undefined, { nonce, username: name, password, admin: true, mac, inhibit_login: true });
    } catch (error) {
        if (!answered(error, "M_USER_IN_USE")) throw error;
    }
}
