/** Brings a device up to date before it encrypts: which devices the others have. */
import type { MatrixClient } from "matrix-bot-sdk";

type SyncData = Parameters<MatrixClient["crypto"]["updateSyncData"]>;

interface SyncAnswer {
    next_batch: string;
    to_device?: { events: SyncData[0] };
    device_one_time_keys_count?: SyncData[1];
    device_unused_fallback_key_types?: SyncData[2];
    device_lists?: { changed?: string[]; left?: string[] };
}

const none = { types: [] };
/** Rooms cannot be left out entirely: a new member counts as a change of devices. */
const filter = JSON.stringify({
    presence: none,
    account_data: none,
    room: { timeline: { ...none, limit: 1 }, state: none, ephemeral: none, account_data: none },
});

/** This command's own position in the stream. The position of a bot whose program uses the same store stays. */
const placeKey = "resource-matrix-synapse.since";

/**
 * A process that runs all the time learns of devices from its syncs. One that only sends would keep using the devices of its
 * first message, and devices signed in since then could not read it.
 * Source: https://spec.matrix.org/v1.16/client-server-api/#tracking-the-device-list-for-a-user
 */
export async function catchUp(bot: MatrixClient): Promise<void> {
    const { storageProvider: store } = bot;
    const since = (await store.readValue(placeKey)) ?? (await store.getSyncToken());
    const query = { timeout: 0, filter, set_presence: "offline", ...(since && { since }) };
    const answer = (await bot.doRequest("GET", "/_matrix/client/v3/sync", query)) as SyncAnswer;
    const { to_device, device_one_time_keys_count, device_unused_fallback_key_types, device_lists } = answer;
    await bot.crypto.updateSyncData(
        to_device?.events ?? [],
        device_one_time_keys_count ?? {},
        device_unused_fallback_key_types ?? [],
        device_lists?.changed ?? [],
        device_lists?.left ?? [],
    );
    await store.storeValue(placeKey, answer.next_batch);
}
