/** A stack with a bot, a user, an encrypted room and one that is not. */
import { MatrixClient } from "matrix-bot-sdk";
import { signInFreshDevice } from "../../bots/freshDevice.ts";
import { signIn } from "../../scripts/content/signIn.ts";
import { configure, destroyStack, openStack, plain, type StackOutputs, smallStack } from "./stack.ts";

const stackName = "test-encryption";

export async function deploy(): Promise<StackOutputs> {
    await destroyStack(stackName);
    configure(
        stackName,
        smallStack(12000, {
            users: { peer: { displayName: "Peer" } },
            bots: { notifier: { displayName: "Notifier", unlimited: true } },
            rooms: {
                private: { name: "Private", members: { notifier: 50, peer: 0 } },
                plain: { name: "Plain", encrypted: false, members: { notifier: 50, peer: 0 } },
            },
        }),
    );
    return plain((await (await openStack(stackName)).up()).outputs);
}

export async function destroy(): Promise<void> {
    await destroyStack(stackName);
}

/** An administrator gives the bot a password, without signing its devices out. @returns the token of a fresh device */
export async function signInFreshBot({ clientUrl, adminUserId, adminPassword }: StackOutputs): Promise<string> {
    const administrator = new MatrixClient(clientUrl, await signIn(clientUrl, adminUserId, adminPassword, "TESTS"));
    const path = `/_synapse/admin/v2/users/${encodeURIComponent("@notifier:localhost")}`;
    await administrator.doRequest("PUT", path, null, { password: "for one sign-in", logout_devices: false });
    return signInFreshDevice(clientUrl, "@notifier:localhost", "for one sign-in");
}
