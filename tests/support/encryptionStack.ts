/** A stack with a bot, a user, an encrypted room and one that is not. */
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
