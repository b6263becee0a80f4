/** A stack to attack: with link previews, an application service, a person, backups, and the limits that are the default. */
import { signIn } from "../../../scripts/content/signIn.ts";
import { removeRepository, repositoryDirectory } from "../backup.ts";
import { configure, destroyStack, openStack, plain, smallStack } from "../stack.ts";
import type { Target } from "./attack.ts";

const stack = "test-hardening";
const base = 25000;

export interface AttackedStack extends Target {
    /** Token of the administrator. */
    token: string;
    remove(): Promise<void>;
}

export async function attackedStack(): Promise<AttackedStack> {
    await destroyStack(stack);
    const repository = repositoryDirectory();
    configure(
        stack,
        smallStack(base, {
            homeserver: { port: base + 8, publicUrl: `http://localhost:${base + 8}`, linkPreviews: { enabled: true } },
            users: { alice: { displayName: "Alice" } },
            bots: {
                notifier: { displayName: "Notifier" },
                bridge: { displayName: "Bridge", appservice: { namespace: "irc_" } },
            },
            rooms: { lobby: { name: "Lobby", encrypted: false, members: { notifier: 50, alice: 0, bridge: 50 } } },
            backup: { repository },
        }),
    );
    const outputs = plain((await (await openStack(stack)).up()).outputs);
    const token = await signIn(outputs.clientUrl, outputs.adminUserId, outputs.adminPassword, "TESTS");
    return {
        stack,
        base,
        outputs,
        token,
        remove: async () => {
            await destroyStack(stack);
            await removeRepository(repository);
        },
    };
}
