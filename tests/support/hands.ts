/** What somebody has to change things by hand. */
import type { MatrixClient } from "matrix-bot-sdk";
import type { Access } from "../../scripts/content/access.ts";

export interface Hands {
    administrator: MatrixClient;
    administration: Access["administration"];
    /** Room ID by key. */
    room(key: string): string;
    as(user: string): Promise<MatrixClient>;
    bot(key: string): MatrixClient;
    /** Content of a state event. */
    state(key: string, type: string, stateKey?: string): Promise<Record<string, unknown> | undefined>;
    membership(key: string, user: string): Promise<string | undefined>;
}
