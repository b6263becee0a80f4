/** What a seed's script imports: `import { seed } from "matrix-synapse/seeds"`. See docs/seeds.md. */
import type { MatrixClient } from "matrix-bot-sdk";
import type { Declared } from "./declared.ts";

export type { Declared } from "./declared.ts";

export type UserId = `@${string}:${string}`;
/** Opaque. Since room version 12 it has no server name in it. */
export type RoomId = `!${string}`;

/** What a seed gets: an account to act as, and the IDs of everything that the stack declares. */
export interface SeedContext {
    /**
     * Signed in as the account that the settings name. It waits as told when the server limits its rate, and tries again for a
     * minute while the server is down. It has no encryption: messages that it sends to an encrypted room are not encrypted.
     */
    client: MatrixClient;
    /** The account that `client` acts as. */
    userId: UserId;
    /** The part of user IDs after the colon. */
    serverName: string;
    /** User IDs by key of `users`, the administrator included. */
    users: Declared<UserId>;
    /** User IDs by key of `bots`. */
    bots: Declared<UserId>;
    /** Room IDs by key of `rooms`. */
    rooms: Declared<RoomId>;
    /** Room IDs by key of `spaces`. */
    spaces: Declared<RoomId>;
}

export type Seed = (context: SeedContext) => void | Promise<void>;

/**
 * Declares what a script does after a deployment. `pulumi up` succeeds when the promise is fulfilled, and fails with the error that
 * it throws. It may run more than once, so it must be idempotent.
 *
 * ```ts
 * import { seed } from "matrix-synapse/seeds";
 *
 * export default seed(async ({ client, rooms }) => {
 *     const lobby = rooms.get("lobby");
 *     await client.sendStateEvent(lobby, "org.example.opening_hours", "", { from: "09:00", to: "17:00" });
 * });
 * ```
 */
export function seed(act: Seed): Seed {
    return act;
}
