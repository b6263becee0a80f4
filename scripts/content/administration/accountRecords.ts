/**
 * What a homeserver does not tell of its accounts, as this program made them: kept in the acting account's own account data, which no
 * other account can read or change.
 */
import type { MatrixClient } from "matrix-bot-sdk";
import { ifFound } from "../client.ts";

export interface AccountRecord {
    /** Whether it was made a server admin. */
    admin: boolean;
    /** Whether it was marked as a bot. */
    bot: boolean;
    /** Whether this program deactivated it; a deactivation by its owner is not known. */
    deactivated: boolean;
}

/** Of an account that this program did not make. */
export const noRecord: AccountRecord = { admin: false, bot: false, deactivated: false };

const prefix = "matrix-synapse.account.";

export function accountRecords(client: MatrixClient) {
    const pathOf = async (userId: string) =>
        `/_matrix/client/v3/user/${encodeURIComponent(await client.getUserId())}/account_data/${encodeURIComponent(prefix + userId)}`;
    return {
        async read(userId: string): Promise<AccountRecord> {
            const found = (await ifFound(client.doRequest("GET", await pathOf(userId)))) as Partial<AccountRecord> | undefined;
            return { ...noRecord, ...found };
        },
        async write(userId: string, record: AccountRecord): Promise<void> {
            await client.doRequest("PUT", await pathOf(userId), undefined, record);
        },
        /** User IDs of the accounts that there are records of. */
        async all(): Promise<string[]> {
            const none = { not_types: ["*"] };
            const filter = {
                account_data: { types: [`${prefix}*`] },
                presence: none,
                room: { rooms: [], timeline: { limit: 1 }, state: none },
            };
            const answer = await client.doRequest("GET", "/_matrix/client/v3/sync", { filter: JSON.stringify(filter), timeout: 0 });
            const events: { type: string }[] = answer.account_data?.events ?? [];
            return events.flatMap(({ type }) => (type.startsWith(prefix) ? [type.slice(prefix.length)] : [])).sort();
        },
    };
}
